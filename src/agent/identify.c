/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/identify.h"

#include <stdlib.h>
#include <string.h>

#include "agent/desk_json.h"
#include "agent/desk_stream.h"
#include "agent/json_member.h"
#include "agent/server_call.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/log_write.h"
#include "wire_agent/json_part.h"

enum { NONCE_SPARE_MS = 5000 }; /* what the job may take from here until the server has it */

/* ---- reading ---- */

static bool copy_slot(struct desk *desk, const uint8_t *insertion, struct desk_slot *ret_slot)
{
    size_t index;
    bool here = desk_state_find(&desk->readers, insertion, &index);
    if (here) {
        *ret_slot = desk->readers.slots[index];
    }
    return here;
}

static void store_look(struct desk *desk, const uint8_t *insertion, const struct card_look *look)
{
    struct desk_card *card = desk_locked_card(desk, insertion);
    if (card == NULL) {
        return;
    }
    card->look = *look;
    card->has_look = true;
    card->look_is_old = false;
    card->has_fault = false;
    card->tries_left = look->report.tries_left;
    card->phase = DESK_CARD_READ;
    desk_locked_forget_identify(card);
    desk_locked_changed(desk);
}

/* What was read before may belong to another card. */
static void forget_look(struct desk *desk, const uint8_t *insertion)
{
    struct desk_card *card = desk_locked_card(desk, insertion);
    if (card != NULL) {
        card->has_look = false;
        desk_locked_forget_identify(card);
    }
}

static void store_fault(struct desk *desk, const uint8_t *insertion, const struct fault *fault)
{
    struct desk_card *card = desk_locked_card(desk, insertion);
    if (card != NULL) {
        card->phase = DESK_CARD_FAILED;
        card->fault = *fault;
        card->has_fault = true;
        desk_locked_changed(desk);
    }
}

enum status identify_look(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN],
                          struct fault *reterr_fault)
{
    struct desk_slot slot;
    struct card_look *look = calloc(1, sizeof(*look));
    desk_lock(desk);
    bool here = copy_slot(desk, insertion, &slot);
    desk_unlock(desk);
    enum status status = here ? STATUS_OK : STATUS_CARD_ABSENT;
    if (look == NULL) {
        status = STATUS_OUT_OF_MEMORY;
    }
    if (status == STATUS_OK) {
        status = card_look_read(&slot, look);
    }
    desk_lock(desk);
    if (status == STATUS_OK) {
        store_look(desk, insertion, look);
    } else {
        *reterr_fault = fault_of(status, "");
        forget_look(desk, insertion);
        store_fault(desk, insertion, reterr_fault);
    }
    desk_unlock(desk);
    free(look);
    return status;
}

/* ---- asking ---- */

static json_t *request_of(const struct desk_card *card, const char *person)
{
    json_t *report = card_report_to_json(&card->look.report);
    json_t *json = report != NULL ? json_pack("{s:o}", "report", report) : NULL;
    if (json != NULL && person[0] != '\0') {
        json_part_put(&json, "person", json_string(person));
    }
    return json;
}

struct question {
    json_t *body;
    char token[DESK_TOKEN_MAX];
    char session[DESK_ID_MAX];
    int64_t asked_ms;
};

static enum status prepare(struct desk *desk, const uint8_t *insertion, const char *person,
                           struct question *q)
{
    enum status status = STATUS_OK;
    desk_lock(desk);
    struct desk_card *card = desk_locked_card(desk, insertion);
    if (!desk->session.open) {
        status = STATUS_SESSION_MISSING;
    } else if (card == NULL || !card->has_look) {
        status = STATUS_CARD_ABSENT;
    } else {
        q->body = request_of(card, person);
        memcpy(q->token, desk->session.token, sizeof(q->token));
        memcpy(q->session, desk->session.id, sizeof(q->session));
        q->asked_ms = clock_read_monotonic_ms();
        status = q->body != NULL ? STATUS_OK : STATUS_OUT_OF_MEMORY;
        card->phase = DESK_CARD_ASKING;
        desk_locked_changed(desk);
    }
    desk_unlock(desk);
    return status;
}

/* How long the nonce is good, by the server's own clock: ours may be wrong. */
static int64_t nonce_ms(const json_t *answer)
{
    int64_t expires_at = 0, now = 0;
    bool good = json_member_number(answer, "expires_at", 0, INT64_MAX / 4, &expires_at) &&
                json_member_number(answer, "now", 0, INT64_MAX / 4, &now);
    return good && expires_at > now ? (expires_at - now) * 1000 - NONCE_SPARE_MS : 0;
}

/* Takes over `answer`. */
static enum status store_answer(struct desk *desk, const uint8_t *insertion, const char *person,
                                const struct question *q, json_t *answer)
{
    json_t *shown = desk_json_shown(answer);
    desk_lock(desk);
    struct desk_card *card = desk_locked_card(desk, insertion);
    bool same_session = desk->session.open && text_equal(desk->session.id, q->session);
    if (card == NULL || !same_session || shown == NULL) {
        desk_unlock(desk);
        json_decref(answer);
        json_decref(shown);
        return card == NULL    ? STATUS_CARD_ABSENT
               : !same_session ? STATUS_SESSION_ENDED
                               : STATUS_OUT_OF_MEMORY;
    }
    desk_locked_forget_identify(card);
    card->identify = answer;
    card->shown = shown;
    card->identify_until_ms = q->asked_ms + nonce_ms(answer);
    text_print_safe(span_of_text(person), card->asked_person, sizeof(card->asked_person));
    card->phase = DESK_CARD_READY;
    card->has_fault = false;
    if (card->details_ms == 0) {
        card->details_ms = clock_read_monotonic_ms() - card->seen_ms;
    }
    desk_locked_changed(desk);
    desk_unlock(desk);
    return STATUS_OK;
}

enum status identify_ask(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN],
                         const char *person, struct fault *reterr_fault)
{
    struct question q = { 0 };
    json_t *answer = NULL;
    enum status status = prepare(desk, insertion, person, &q);
    *reterr_fault = fault_of(status, "");
    if (status == STATUS_OK) {
        const struct server_call call = { .path = "/v1/cards/identify",
                                          .body = q.body,
                                          .token = q.token };
        status = server_call(desk->worker_client, &call, &answer, reterr_fault);
    }
    json_decref(q.body);
    if (status == STATUS_OK) {
        status = store_answer(desk, insertion, person, &q, answer);
        *reterr_fault = fault_of(status, "");
    }
    if (server_call_lost_session(status)) {
        (void)desk_lose_session(desk, q.session, status);
    }
    if (status != STATUS_OK) {
        desk_lock(desk);
        store_fault(desk, insertion, reterr_fault);
        desk_unlock(desk);
    }
    return status;
}

/* ---- tasks ---- */

/* Is this card the one that the session serves, and not asked about yet? */
static bool wants_asking(struct desk *desk, const uint8_t *insertion, bool *ret_wants_look)
{
    size_t index;
    desk_lock(desk);
    const struct desk_card *card = desk_locked_card(desk, insertion);
    *ret_wants_look = card != NULL && (!card->has_look || card->look_is_old);
    bool wants = card != NULL && card->identify == NULL && desk->session.open &&
                 desk_state_user(&desk->readers, &index) == STATUS_OK &&
                 desk_locked_card_at(desk, index) == card;
    desk_unlock(desk);
    return wants;
}

static void run_card(struct desk *desk, struct desk_task *task)
{
    struct fault fault;
    bool wants_look;
    bool asks = wants_asking(desk, task->insertion, &wants_look);
    enum status status = STATUS_OK;
    if (wants_look) {
        status = identify_look(desk, task->insertion, &fault);
        asks = wants_asking(desk, task->insertion, &wants_look);
    }
    if (status == STATUS_OK && asks) {
        status = identify_ask(desk, task->insertion, "", &fault);
    }
    if (status != STATUS_OK) {
        log_write_fault(LOG_LEVEL_WARNING, "card",
                        &(struct fault){ .status = status, .tries_left = -1 });
    }
}

void identify_locked_queue(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN])
{
    struct desk_task *task = desk_task_new(run_card);
    if (task == NULL) {
        return;
    }
    memcpy(task->insertion, insertion, sizeof(task->insertion));
    (void)(desk_locked_queue(desk, task) == STATUS_OK); /* a later look makes up for it */
}

void identify_locked_queue_user(struct desk *desk)
{
    size_t index;
    if (desk_state_user(&desk->readers, &index) == STATUS_OK) {
        identify_locked_queue(desk, desk->readers.slots[index].insertion);
    }
}

static enum status find_user(struct desk *desk, uint8_t ret_insertion[DESK_INSERTION_LEN])
{
    size_t index;
    enum status status = STATUS_SESSION_MISSING;
    desk_lock(desk);
    if (desk->session.open) {
        desk->session.last_act_ms = clock_read_monotonic_ms();
        status = desk_state_user(&desk->readers, &index);
    }
    if (status == STATUS_OK) {
        memcpy(ret_insertion, desk->readers.slots[index].insertion, DESK_INSERTION_LEN);
    }
    desk_unlock(desk);
    return status;
}

static enum status look_at_user(struct desk *desk, uint8_t ret_insertion[DESK_INSERTION_LEN],
                                struct fault *reterr_fault)
{
    desk_wait_card(desk, true);
    enum status status = find_user(desk, ret_insertion);
    *reterr_fault = fault_of(status, "");
    return status == STATUS_OK ? identify_look(desk, ret_insertion, reterr_fault) : status;
}

/* One card was taken out and another put in, and the reader has not reported it yet: the look at
 * the old one breaks off. The one that is there then is looked at, once. */
static enum status look_settled(struct desk *desk, uint8_t ret_insertion[DESK_INSERTION_LEN],
                                struct fault *reterr_fault)
{
    enum status status = look_at_user(desk, ret_insertion, reterr_fault);
    if (status != STATUS_CARD_UNKNOWN_OUTCOME && status != STATUS_CARD_REMOVED) {
        return status;
    }
    (void)desk_doubt(desk, ret_insertion);
    return look_at_user(desk, ret_insertion, reterr_fault);
}

void identify_task(struct desk *desk, struct desk_task *task)
{
    uint8_t insertion[DESK_INSERTION_LEN];
    char person[DESK_PERSON_MAX] = "";
    struct fault fault;
    if (json_member_is(task->body, "person") &&
        !json_member_text(task->body, "person", person, sizeof(person))) {
        fault = fault_of(STATUS_BAD_MESSAGE, "person");
        desk_stream_fault(desk, task, &fault);
        return;
    }
    enum status status = look_settled(desk, insertion, &fault);
    if (status == STATUS_OK) {
        status = identify_ask(desk, insertion, person, &fault);
    }
    if (status != STATUS_OK) {
        desk_stream_fault(desk, task, &fault);
        return;
    }
    desk_lock(desk);
    json_t *card = desk_json_locked_card(desk);
    desk_unlock(desk);
    desk_stream_answer(desk, task, card);
}
