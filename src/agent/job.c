/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/job.h"

#include <stdlib.h>
#include <string.h>

#include "agent/desk_stream.h"
#include "base/text.h"
#include "port/clock_read.h"

enum status job_fail(struct job *job, enum status status, const char *detail)
{
    job->fault = fault_of(status, detail);
    return status;
}

/* ---- the way ---- */

static enum status check_options(struct job *job)
{
    char detail[FAULT_DETAIL_MAX] = "";
    struct job_options_limits limits = { .entropy = &job->desk->entropy };
    desk_lock(job->desk);
    limits.passcode_min = job->desk->session.passcode_min;
    limits.passcode_max = job->desk->session.passcode_max;
    bool needs_own = job->desk->session.open && job->desk->session.passcode == NULL;
    desk_unlock(job->desk);
    enum status status = job_options_check(&job->options, &limits, detail);
    if (status == STATUS_OK && needs_own && job->options.operator_passcode == NULL) {
        status = STATUS_PASSCODE_OPERATOR;
    }
    return status == STATUS_OK ? STATUS_OK : job_fail(job, status, detail);
}

static enum status play_prelude(struct job *job)
{
    enum status status = job_card_play(job, RULES_PRELUDE);
    return status == STATUS_OK ? job_card_judge(job) : status;
}

/* What the card did is told to the server also when it did not come to the end: that is what the
 * job is resumed from. What the person is told is what happened here. */
static enum status play_and_send(struct job *job)
{
    enum status status = job_card_play(job, RULES_JOB);
    if (status != STATUS_OK) {
        return status;
    }
    enum status here = job_card_judge(job);
    struct fault fault = job->fault;
    if (atomic_load(&job->desk->stop) != STATUS_OK) {
        return here != STATUS_OK ? here
                                 : job_fail(job, (enum status)atomic_load(&job->desk->stop), "");
    }
    if (here != STATUS_OK && job->result.outcome == BATCH_UNKNOWN) {
        card_play_close(&job->play);
    }
    status = job_server_step(job);
    if (here != STATUS_OK && job->result.outcome == BATCH_UNKNOWN) {
        job->fault = fault; /* nothing more is played, whatever the server says */
        return here;
    }
    return status;
}

static enum status play_until_end(struct job *job)
{
    for (int i = 0; i < JOB_STEPS_MAX && !job->committed; i++) {
        enum status status = play_and_send(job);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return job->committed ? STATUS_OK : job_fail(job, STATUS_SERVER_PROTOCOL, "no end");
}

static enum status carry_out(struct job *job)
{
    static enum status (*const steps[])(struct job *) = {
        job_card_find, check_options, job_server_identify, job_server_find_service,
        job_card_open, play_prelude,  job_server_begin,    play_until_end,
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(steps) && status == STATUS_OK; i++) {
        enum status why = (enum status)atomic_load(&job->desk->stop);
        status = why != STATUS_OK ? job_fail(job, why, "") : steps[i](job);
    }
    return status;
}

/* ---- the end, whatever happened ---- */

/* Once the server has seen the nonce, what it said of the card is used up. */
static void mark_card(struct job *job, bool used)
{
    desk_lock(job->desk);
    struct desk_card *card = desk_locked_card(job->desk, job->slot.insertion);
    if (card != NULL && used) {
        card->phase = DESK_CARD_USED;
        card->look_is_old = true;
    }
    job->desk->job_wanted = false;
    desk_locked_changed(job->desk);
    desk_unlock(job->desk);
}

static void finish(struct job *job, bool used)
{
    card_play_close(&job->play);
    job_options_wipe_passcodes(&job->options);
    mark_card(job, used);
    job_report_end(job);
    desk_stream_end(job->desk, &job->lines);
    job_options_wipe(&job->options);
    json_decref(job->identify);
    json_decref(job->receipt);
    wipe(job, sizeof(*job));
    free(job);
}

void job_keep_awake(void *context)
{
    struct desk *desk = context;
    if (desk->running != NULL) {
        job_card_idle(desk->running);
    }
}

static void run(struct desk *desk, struct desk_task *task)
{
    struct job *job = task->job;
    task->job = NULL;
    job->rules = job->options.rules;
    job->play.stop = &desk->stop;
    job->play.progress = job_report_op;
    job->play.progress_context = job;
    job->tries_left = -1;
    desk->running = job;
    job_report_begin(job);
    enum status status = carry_out(job);
    desk->running = NULL;
    (void)status; /* job->fault tells it */
    finish(job, job->round_trips_job > 0);
}

/* ---- on the loop's thread ---- */

static enum status claim(struct desk *desk)
{
    enum status status = STATUS_OK;
    desk_lock(desk);
    if (!desk->session.open) {
        status = STATUS_SESSION_MISSING;
    } else if (desk->job_wanted) {
        status = STATUS_AGENT_BUSY;
    } else {
        desk->job_wanted = true;
        desk->session.last_act_ms = clock_read_monotonic_ms();
    }
    desk_unlock(desk);
    return status;
}

static struct job *job_new(struct desk *desk)
{
    struct job *job = calloc(1, sizeof(*job));
    if (job != NULL) {
        job->desk = desk;
        job->started_ms = clock_read_monotonic_ms();
        job->passcode_until_ms = job->started_ms + JOB_PASSCODE_MS;
    }
    return job;
}

static void free_unstarted(struct job *job)
{
    if (job != NULL) {
        job_options_wipe(&job->options);
        free(job);
    }
}

static void refuse(struct http_request *request, struct job *job, enum status status,
                   const char *detail)
{
    const struct fault fault = fault_of(status, detail);
    free_unstarted(job);
    desk_stream_refuse(request, &fault);
}

static void give_back(struct desk *desk)
{
    desk_lock(desk);
    desk->job_wanted = false;
    desk_unlock(desk);
}

static void start(struct desk *desk, struct http_request *request, struct job *job)
{
    struct desk_task *task = desk_task_new(run);
    if (task == NULL) {
        give_back(desk);
        refuse(request, job, STATUS_OUT_OF_MEMORY, "");
        return;
    }
    job->lines = desk_stream_begin(desk, request);
    struct desk_stream *lines = job->lines;
    if (lines == NULL) {
        desk_task_free(task);
        give_back(desk);
        free_unstarted(job);
        return;
    }
    task->job = job; /* the worker's, once it is queued */
    enum status status = desk_queue(desk, task);
    if (status != STATUS_OK) {
        give_back(desk);
        (void)job_fail(job, status, "");
        job_report_refusal(job);
        desk_stream_end(desk, &lines);
        free_unstarted(job);
    }
}

void job_request(struct desk *desk, struct http_request *request, json_t *body)
{
    char detail[FAULT_DETAIL_MAX] = "";
    struct job *job = job_new(desk);
    enum status status =
        job != NULL ? job_options_read(body, &job->options, detail) : STATUS_OUT_OF_MEMORY;
    if (status == STATUS_OK) {
        status = claim(desk);
    }
    if (status != STATUS_OK) {
        refuse(request, job, status, detail);
        return;
    }
    start(desk, request, job);
}
