/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/card_play.h"
#include "agent/desk.h"
#include "agent/job_options.h"

/* job: one act on the user's card, from the request of the person until the receipt.
 *
 *     find the card -> what the server said of it (asked anew if that is used or old) -> is the
 *     service available -> passcodes -> prelude on the card -> the operator's card signs the
 *     statement -> POST /v1/jobs -> [batch on the card -> POST steps] until it is committed
 *
 * The user's card is held in one transaction from the prelude to the end, kept awake while the
 * network is waited for, and reset at the end, whatever happened. Each batch passes the agent's own
 * rules (rules.h) before any of it is played. Answers are kept until the server has them: the same
 * bytes are posted again for JOB_PATIENCE_MS. The holder's passcodes are wiped at the end, when the
 * card refuses one, and after JOB_PASSCODE_MS, in which the card's own work does not count: two RSA
 * keys may take a minute. After JOB_PASSCODE_MAX_MS they are wiped whatever the card does.
 *
 * Files: job.c (the way of a job), job_card.c (the card's part), job_server.c (the server's part),
 * job_report.c (what is told about it).
 * Threads: the worker's. Tests: with cards in the end-to-end tests. */
enum {
    JOB_PATIENCE_MS = 60000,
    JOB_PASSCODE_MS = 60000,
    JOB_PASSCODE_MAX_MS = 180000,
    JOB_STEPS_MAX = 16
};

struct job {
    struct desk *desk;
    struct desk_stream *lines;
    struct job_options options;
    /* the user's card */
    struct desk_slot slot;
    struct card_look look;
    int tries_left;
    json_t *identify;
    const json_t *service; /* inside identify */
    char id[JOB_ID_TEXT];
    uint8_t nonce[STATEMENT_NONCE_MAX];
    size_t nonce_len;
    struct card_play play;
    struct batch batch;
    struct batch_result result;
    struct rules rules;
    /* the operator's */
    char session[DESK_ID_MAX], operator_person[DESK_PERSON_MAX], profile[DESK_PERSON_MAX];
    struct desk_slot operator_slot;
    struct card_look operator_look;
    /* how far it is */
    bool begun; /* the server has the job */
    int64_t step_number;
    bool committed;
    json_t *receipt;
    struct fault fault;
    const char *step_name, *step_text; /* NULL: between two */
    int64_t step_started_ms;
    /* figures */
    int64_t started_ms, passcode_until_ms;
    unsigned round_trips_identify, round_trips_job;
    size_t apdus_operator;
};

/* POST /v1/desk/jobs: on the loop's thread; refuses at once or queues the job. */
void job_request(struct desk *desk, struct http_request *request, json_t *body);

/* For https_client_options.idle; `desk` on the worker's thread. */
void job_keep_awake(void *desk);

/* ---- between the files of the job ---- */
/* Remembers the fault; returns its status, for `return job_fail(...)`. */
enum status job_fail(struct job *job, enum status status, const char *detail);

/* job_card.c */
MUST_USE enum status job_card_find(struct job *job);
MUST_USE enum status job_card_open(struct job *job);
/* Checks job->batch by the rules, plays it; the outcome is in job->result. */
MUST_USE enum status job_card_play(struct job *job, enum rules_phase phase);
/* What the result of the prelude means to the person; STATUS_OK: go on. */
MUST_USE enum status job_card_judge(struct job *job);
MUST_USE enum status job_card_sign(struct job *job, instant at, struct buf *ret_signature);
/* While the network is waited for: keeps the card awake and forgets passcodes in time. */
void job_card_idle(void *job);

/* job_server.c */
MUST_USE enum status job_server_identify(struct job *job);
MUST_USE enum status job_server_find_service(struct job *job);
/* Signs, sends the job, takes the first batch. */
MUST_USE enum status job_server_begin(struct job *job);
/* Sends job->result; takes the next batch or the receipt. */
MUST_USE enum status job_server_step(struct job *job);

/* job_report.c */
void job_report_begin(struct job *job);
/* Whose card it is, once the server has said it. */
void job_report_person(struct job *job);
void job_report_step(struct job *job, const char *name, const char *text);
void job_report_step_end(struct job *job, bool good);
void job_report_op(void *job, const struct batch_op *op, bool is_done);
void job_report_wait(struct job *job);
void job_report_end(struct job *job);
/* Before it began, with its stream open already: only the last line. */
void job_report_refusal(struct job *job);
