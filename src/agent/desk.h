/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>
#include <stdatomic.h>

#include "agent/card_look.h"
#include "agent/config.h"
#include "agent/desk_state.h"
#include "agent/monitor.h"
#include "agent/page_book.h"
#include "crypto/private_key.h"
#include "port/https_client.h"
#include "port/https_server.h"
#include "port/memory_lock.h"

/* desk: what all threads of the agent share: readers, cards, session, job, and the queue of work.
 *
 *   loop     HTTP for command line and page; reads the state, puts tasks into the queue
 *   watcher  waits for the readers; a card that goes or comes changes the state at once
 *   worker   card work and the server, one task after the other
 *   keeper   renews the lease; says to the server that the session is over
 *
 * Everything but `config`, `entropy`, `http` and the clients is under `monitor`. A thread never
 * waits for a card or the network while it holds the lock. Functions named desk_locked_... are
 * called with the lock held. Secrets are copied out under the lock into locked memory of the
 * thread that uses them, so that the end of a session can wipe the desk's copy at once.
 * Tests: test/unit/agent/test_desk.c */
enum {
    DESK_TOKEN_MAX = 1024,
    DESK_ID_MAX = 65,
    DESK_ENDINGS_MAX = 4,
    DESK_QUEUE_MAX = 32,
    DESK_PERSON_MAX = 13,
    DESK_GRACE_MS = 800
};

/* ---- cards ---- */

enum desk_card_phase {
    DESK_CARD_READING,
    DESK_CARD_READ,
    DESK_CARD_ASKING,
    DESK_CARD_READY,
    DESK_CARD_FAILED,
    DESK_CARD_USED,
    DESK_CARD_PHASE_MAX
};

/* What is known of the card of one insertion. */
struct desk_card {
    bool used; /* this entry is */
    uint8_t insertion[DESK_INSERTION_LEN];
    enum desk_card_phase phase;
    int64_t seen_ms;
    int64_t details_ms; /* from the reader's report until the server's answer */
    bool has_look, has_fault;
    bool look_is_old; /* a job has changed the card since */
    struct card_look look;
    int tries_left; /* -1: not known; newer than the report's */
    struct fault fault;
    char asked_person[DESK_PERSON_MAX]; /* for whom identify was asked */
    json_t *identify;                   /* the server's answer, whole; NULL: none */
    json_t *shown;                      /* the same without what only the agent needs */
    int64_t identify_until_ms;
};

/* ---- log-in and session ---- */

/* A card that has proved itself; a role profile is still to be chosen. */
struct desk_login {
    bool waiting;
    char ticket[DESK_TOKEN_MAX];
    uint8_t insertion[DESK_INSERTION_LEN];
    json_t *person, *profiles;
    struct private_key *key;
    struct locked_secret *passcode;
};

struct desk_session {
    bool open;
    char id[DESK_ID_MAX];
    char token[DESK_TOKEN_MAX];
    char person[DESK_PERSON_MAX], profile[DESK_PERSON_MAX];
    uint8_t insertion[DESK_INSERTION_LEN]; /* of the operator's card */
    int64_t started_ms, last_act_ms, lease_due_ms, lease_until_ms;
    bool each_act;                     /* the operator's passcode is asked for with each act */
    int64_t idle_ms, session_ms;       /* 0: no limit */
    size_t passcode_min, passcode_max; /* digits of a new passcode */
    json_t *shown;
    struct private_key *key;        /* ephemeral: proves the lease */
    struct locked_secret *passcode; /* NULL: not held */
};

/* A session that the server must hear the end of. */
struct desk_ending {
    char token[DESK_TOKEN_MAX];
    char reason[16];
    int64_t until_ms; /* after that the lease is over anyway */
};

/* ---- the job that is shown ---- */

struct desk_job {
    bool shown;
    char id[DESK_ID_MAX], service[16], identity[DESK_IDENTITY_MAX];
    const char *state; /* running, waiting, done, failed */
    const char *step, *text;
    json_t *person, *receipt;
    bool has_fault;
    struct fault fault;
};

/* ---- tasks of the worker ---- */

struct desk;
struct desk_stream;
struct job;

struct desk_refusal;

struct desk_task {
    struct desk_task *next;
    void (*run)(struct desk *desk, struct desk_task *task);
    struct http_request *request; /* answered exactly once, or NULL: nobody waits */
    struct desk_refusal *refusal; /* what it is answered when there is no memory (desk_stream.h) */
    json_t *body;                 /* may hold passcodes; cleared when freed */
    struct job *job;              /* what is to be done on the user's card, or NULL */
    char path[512];               /* of the server, where a request is passed on */
    uint8_t insertion[DESK_INSERTION_LEN];
};

struct desk {
    struct config config;
    struct entropy entropy;
    struct https_server *http;
    struct https_client *worker_client, *keeper_client;
    struct monitor monitor;
    /* ---- under the lock ---- */
    struct desk_state readers;
    struct desk_card cards[DESK_SLOTS_MAX];
    struct desk_login login;
    struct desk_session session;
    bool has_session_fault;
    struct fault session_fault;
    struct desk_job job;
    struct desk_ending endings[DESK_ENDINGS_MAX];
    size_t endings_count;
    struct desk_task *queue;
    size_t queue_count;
    bool job_wanted; /* a job is queued or runs */
    bool stopping, worker_ended, keeper_ended, watcher_ended;
    uint64_t serial;
    bool news_posted;
    /* ---- not under the lock ---- */
    atomic_int stop;             /* enum status: why the running job must stop */
    struct desk_stream *streams; /* of the loop alone: the answers that go on */
    struct page_book page;       /* of the loop alone; its word does not change */
    uint16_t page_port;          /* where the page is served; 0: nowhere */
    struct job *running;         /* of the worker alone; NULL: none */
};

MUST_USE enum status desk_open(struct desk *desk, const struct config *config);
/* After all threads have ended. */
void desk_close(struct desk *desk);
void desk_lock(struct desk *desk);
void desk_unlock(struct desk *desk);
/* Something that is shown has changed: wakes the threads and tells the listeners. */
void desk_locked_changed(struct desk *desk);

/* ---- readers and cards ---- */
void desk_take_readers(struct desk *desk, const struct pcsc_reader_list *list);
void desk_lose_readers(struct desk *desk);
/* NULL: no longer here. */
struct desk_card *desk_locked_card(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN]);
struct desk_card *desk_locked_card_at(struct desk *desk, size_t index);
void desk_locked_forget_identify(struct desk_card *card);
/* A person inserts a card and asks at the same moment; readers take a while to report it. Waits
 * until there is a card to be served (`user`) or any card at all, for DESK_GRACE_MS at most. */
void desk_wait_card(struct desk *desk, bool user);
/* After a command to that card broke off: from here on it is another insertion, whatever its reader
 * reports. Waits for that report for DESK_GRACE_MS. True: the card has left. */
bool desk_doubt(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN]);
/* True when the card of that insertion leaves within the time, or has left. */
bool desk_wait_removed(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN],
                       int64_t for_ms);

/* ---- session ---- */
/* `reason` for the server, or NULL: it knows already. Wipes secrets, stops the running job. */
void desk_locked_end_session(struct desk *desk, enum status why, const char *reason);
void desk_locked_drop_login(struct desk *desk);
/* The server knows no session of that id any more. It ends here too, unless it can be resumed: then
 * the keeper is told, and true is returned. */
bool desk_lose_session(struct desk *desk, const char *session_id, enum status why);
/* SESSION_MISSING when nobody is logged in. Notes that somebody is at work. */
MUST_USE enum status desk_bearer(struct desk *desk, char ret_session[DESK_ID_MAX],
                                 char ret_token[DESK_TOKEN_MAX]);

/* ---- tasks ---- */
/* Takes over the task in every case. AGENT_BUSY: too many are waiting; freed then, unanswered. */
MUST_USE enum status desk_queue(struct desk *desk, struct desk_task *task);
MUST_USE enum status desk_locked_queue(struct desk *desk, struct desk_task *task);
/* NULL: no memory. */
struct desk_task *desk_task_new(void (*run)(struct desk *desk, struct desk_task *task));
void desk_task_free(struct desk_task *task);
/* The running job, and every request of the worker, comes to an end. */
void desk_locked_stop_work(struct desk *desk, enum status why);
