/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "agent/identify.h"
#include "agent/job.h"
#include "agent/json_member.h"
#include "agent/server_call.h"
#include "base/secret.h"
#include "base/text.h"
#include "crypto/signature.h"
#include "port/clock_read.h"
#include "port/memory_reserve.h"
#include "wire_agent/agent_message.h"

enum { WAIT_FIRST_MS = 250, WAIT_MAX_MS = 2000, STEP_NUMBER_MAX = 1000 };

/* ---- who is this card ---- */

static bool copy_identify(struct job *job)
{
    desk_lock(job->desk);
    const struct desk_card *card = desk_locked_card(job->desk, job->slot.insertion);
    bool fresh = card != NULL && card->phase == DESK_CARD_READY && card->identify != NULL &&
                 clock_read_monotonic_ms() < card->identify_until_ms &&
                 text_equal(card->asked_person, job->options.person);
    if (fresh) {
        job->identify = json_deep_copy(card->identify);
    }
    desk_unlock(job->desk);
    return fresh && job->identify != NULL;
}

enum status job_server_identify(struct job *job)
{
    job->round_trips_identify = 1;
    if (copy_identify(job)) {
        return STATUS_OK;
    }
    job_report_step(job, "ask_server", "Ask the server about the card");
    enum status status =
        identify_ask(job->desk, job->slot.insertion, job->options.person, &job->fault);
    if (status != STATUS_OK) {
        return status;
    }
    return copy_identify(job) ? STATUS_OK : job_fail(job, STATUS_SERVER_PROTOCOL, "identify");
}

static const json_t *service_of(const struct job *job)
{
    size_t index;
    json_t *service;
    json_array_foreach(json_object_get(job->identify, "services"), index, service)
    {
        const char *name = json_string_value(json_object_get(service, "service"));
        if (text_equal(name, job->options.service)) {
            return service;
        }
    }
    return NULL;
}

/* The first reason is the one that helps most. */
static enum status refuse_service(struct job *job)
{
    enum status status = STATUS_POLICY_UNKNOWN_SERVICE;
    char name[40] = "", day[INSTANT_TEXT_MAX] = "";
    int64_t opens_on;
    const json_t *reason = json_array_get(json_object_get(job->service, "reasons"), 0);
    if (json_member_text(reason, "name", name, sizeof(name)) && !status_by_name(name, &status)) {
        status = STATUS_SERVER_PROTOCOL;
    }
    if (status == STATUS_OK) {
        status = STATUS_SERVER_PROTOCOL;
    }
    if (json_member_number(reason, "opens_on", 0, INT64_MAX / 2, &opens_on)) {
        instant_text(opens_on, day);
    }
    return job_fail(job, status, day);
}

enum status job_server_find_service(struct job *job)
{
    struct buf nonce = BUF(job->nonce);
    job->service = service_of(job);
    if (job->service == NULL) {
        return job_fail(job, STATUS_POLICY_UNKNOWN_SERVICE, job->options.service);
    }
    if (!json_is_true(json_object_get(job->service, "available"))) {
        return refuse_service(job);
    }
    bool good = json_member_text(job->service, "job", job->id, sizeof(job->id)) &&
                json_member_hex(job->identify, "nonce", &nonce) && nonce.len > 0 &&
                batch_of_json(json_object_get(job->service, "prelude"), &job->batch) == STATUS_OK;
    job->nonce_len = nonce.len;
    job_report_person(job);
    return good ? STATUS_OK : job_fail(job, STATUS_SERVER_PROTOCOL, "prelude");
}

/* ---- asking, and asking again ---- */

/* Waits for the moment; the card is kept awake. False: the work is to stop. */
static bool wait_a_little(struct job *job, int64_t wait_ms)
{
    int64_t until_ms = clock_read_monotonic_ms() + wait_ms;
    bool over = false;
    desk_lock(job->desk);
    while (!over && atomic_load(&job->desk->stop) == STATUS_OK) {
        over = monitor_wait_until(&job->desk->monitor, until_ms);
    }
    desk_unlock(job->desk);
    job_card_idle(job);
    return over;
}

static enum status ask_once(struct job *job, const char *path, const char *text,
                            json_t **ret_answer)
{
    char token[DESK_TOKEN_MAX];
    enum status status = desk_bearer(job->desk, job->session, token);
    if (status != STATUS_OK) {
        enum status why = (enum status)atomic_load(&job->desk->stop);
        return job_fail(job, why != STATUS_OK ? why : status, "");
    }
    const struct server_call call = { .path = path, .text = text, .token = token };
    job->round_trips_job++;
    status = server_call(job->desk->worker_client, &call, ret_answer, &job->fault);
    wipe(token, sizeof(token));
    if (status == STATUS_STOPPED) {
        enum status why = (enum status)atomic_load(&job->desk->stop);
        return job_fail(job, why != STATUS_OK ? why : status, "");
    }
    return status;
}

/* Worth asking again? After a gap in the line the session is resumed meanwhile. */
static bool goes_on(struct job *job, enum status status)
{
    if (server_call_lost_session(status)) {
        return desk_lose_session(job->desk, job->session, status);
    }
    return server_call_may_repeat(status);
}

/* The same bytes each time: the server knows a repetition by them. */
static enum status ask(struct job *job, const char *path, const json_t *body, json_t **ret_answer)
{
    int64_t patient_until_ms = clock_read_monotonic_ms() + JOB_PATIENCE_MS;
    int64_t wait_ms = WAIT_FIRST_MS;
    char *text = json_dumps(body, JSON_COMPACT);
    if (text == NULL) {
        return job_fail(job, STATUS_OUT_OF_MEMORY, "");
    }
    enum status status = ask_once(job, path, text, ret_answer);
    while (goes_on(job, status) && clock_read_monotonic_ms() < patient_until_ms) {
        job_report_wait(job);
        if (!wait_a_little(job, wait_ms)) {
            break;
        }
        wait_ms = 2 * wait_ms < WAIT_MAX_MS ? 2 * wait_ms : WAIT_MAX_MS;
        status = ask_once(job, path, text, ret_answer);
    }
    memory_reserve_free(text);
    return status;
}

/* ---- what it answered ---- */

static enum status take_end(struct job *job, const json_t *answer)
{
    json_t *receipt = json_object_get(answer, "receipt");
    if (!json_is_object(receipt)) {
        return job_fail(job, STATUS_SERVER_PROTOCOL, "receipt");
    }
    job->receipt = json_deep_copy(receipt);
    job->committed = true;
    return STATUS_OK;
}

static enum status take_next(struct job *job, const json_t *answer)
{
    char id[JOB_ID_TEXT];
    int64_t number;
    if (!json_member_text(answer, "job", id, sizeof(id)) || !text_equal(id, job->id)) {
        return job_fail(job, STATUS_SERVER_PROTOCOL, "job");
    }
    job->begun = true;
    if (json_is_true(json_object_get(answer, "committed"))) {
        return take_end(job, answer);
    }
    if (!json_member_number(answer, "step", 1, STEP_NUMBER_MAX, &number) ||
        batch_of_json(json_object_get(answer, "batch"), &job->batch) != STATUS_OK) {
        return job_fail(job, STATUS_SERVER_PROTOCOL, "batch");
    }
    job->step_number = number;
    return STATUS_OK;
}

/* ---- the two requests ---- */

static json_t *begin_body(struct job *job, instant at, struct span signature)
{
    struct job_request *request = calloc(1, sizeof(*request));
    if (request == NULL || signature.len > sizeof(request->signature)) {
        free(request);
        return NULL;
    }
    memcpy(request->job, job->id, sizeof(request->job));
    memcpy(request->service, job->options.service, sizeof(request->service));
    memcpy(request->nonce, job->nonce, job->nonce_len);
    request->nonce_len = job->nonce_len;
    request->left_locked = job->options.left_locked;
    request->reset = job->options.reset;
    memcpy(request->identity_check, job->options.identity_check, sizeof(request->identity_check));
    request->at = at;
    request->report = job->look.report;
    request->prelude = job->result;
    memcpy(request->signature, signature.ptr, signature.len);
    request->signature_len = signature.len;
    memcpy(request->person, job->options.person, sizeof(request->person));
    json_t *json = job_request_to_json(request);
    free(request);
    return json;
}

enum status job_server_begin(struct job *job)
{
    uint8_t memory[SIGNATURE_MAX];
    struct buf signature = BUF(memory);
    json_t *answer = NULL;
    instant at = clock_read_now();
    enum status status = job_card_sign(job, at, &signature);
    if (status != STATUS_OK) {
        return status;
    }
    json_t *body = begin_body(job, at, buf_span(&signature));
    if (body == NULL) {
        return job_fail(job, STATUS_OUT_OF_MEMORY, "");
    }
    job_report_step(job, "ask_server", "Ask the server for the commands");
    status = ask(job, "/v1/jobs", body, &answer);
    json_decref(body);
    if (status == STATUS_OK) {
        status = take_next(job, answer);
    }
    json_decref(answer);
    return status;
}

enum status job_server_step(struct job *job)
{
    char path[80];
    json_t *answer = NULL;
    json_t *result = batch_result_to_json(&job->result);
    json_t *body = result != NULL ? json_pack("{s:I, s:o}", "step", (json_int_t)job->step_number,
                                              "result", result)
                                  : NULL;
    if (body == NULL || !text_format(path, sizeof(path), "/v1/jobs/%s/steps", job->id)) {
        json_decref(body);
        return job_fail(job, STATUS_OUT_OF_MEMORY, "");
    }
    job_report_step_end(job, job->result.outcome == BATCH_DONE);
    job_report_step(job, "ask_server", "Send the card's answers");
    enum status status = ask(job, path, body, &answer);
    json_decref(body);
    if (status == STATUS_OK) {
        status = take_next(job, answer);
    }
    json_decref(answer);
    return status;
}
