/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/desk.h"

#include <stdlib.h>
#include <string.h>

#include "agent/desk_stream.h"
#include "agent/identify.h"
#include "agent/session_resume.h"
#include "base/secret.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"

enum { LEASE_MS = 15000 }; /* docs/protocol/server.md, Log-in, 4 */

void desk_lock(struct desk *desk)
{
    monitor_lock(&desk->monitor);
}

void desk_unlock(struct desk *desk)
{
    monitor_unlock(&desk->monitor);
}

enum status desk_open(struct desk *desk, const struct config *config)
{
    memset(desk, 0, sizeof(*desk));
    desk->config = *config;
    desk->entropy = entropy_read_system();
    atomic_init(&desk->stop, STATUS_OK);
    enum status status = page_book_open(&desk->entropy, &desk->page);
    return status == STATUS_OK ? monitor_open(&desk->monitor) : status;
}

void desk_close(struct desk *desk)
{
    for (size_t i = 0; i < DESK_SLOTS_MAX; i++) {
        desk_locked_forget_identify(&desk->cards[i]);
    }
    while (desk->queue != NULL) {
        struct desk_task *task = desk->queue;
        desk->queue = task->next;
        desk_task_free(task);
    }
    json_decref(desk->job.person);
    json_decref(desk->job.receipt);
    monitor_close(&desk->monitor);
    wipe(desk->endings, sizeof(desk->endings));
    page_book_wipe(&desk->page);
}

void desk_locked_changed(struct desk *desk)
{
    desk->serial++;
    if (!desk->news_posted && desk->http != NULL) {
        desk->news_posted = https_server_post(desk->http, desk_stream_news, desk);
    }
    monitor_wake(&desk->monitor);
}

/* ---- cards ---- */

struct desk_card *desk_locked_card(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN])
{
    for (size_t i = 0; i < DESK_SLOTS_MAX; i++) {
        struct desk_card *card = &desk->cards[i];
        if (card->used && memcmp(card->insertion, insertion, DESK_INSERTION_LEN) == 0) {
            return card;
        }
    }
    return NULL;
}

struct desk_card *desk_locked_card_at(struct desk *desk, size_t index)
{
    const struct desk_slot *slot = &desk->readers.slots[index];
    return slot->present ? desk_locked_card(desk, slot->insertion) : NULL;
}

void desk_locked_forget_identify(struct desk_card *card)
{
    json_decref(card->identify);
    json_decref(card->shown);
    card->identify = card->shown = NULL;
}

static void forget_card(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN])
{
    struct desk_card *card = desk_locked_card(desk, insertion);
    if (card != NULL) {
        desk_locked_forget_identify(card);
        memset(card, 0, sizeof(*card));
    }
    bool logs_in =
        desk->login.waiting && memcmp(desk->login.insertion, insertion, DESK_INSERTION_LEN) == 0;
    if (logs_in) {
        desk_locked_drop_login(desk);
    }
}

static void welcome_card(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN])
{
    for (size_t i = 0; i < DESK_SLOTS_MAX; i++) {
        struct desk_card *card = &desk->cards[i];
        if (card->used) {
            continue;
        }
        *card = (struct desk_card){ .used = true,
                                    .phase = DESK_CARD_READING,
                                    .tries_left = -1,
                                    .seen_ms = clock_read_monotonic_ms() };
        memcpy(card->insertion, insertion, DESK_INSERTION_LEN);
        identify_locked_queue(desk, insertion);
        return;
    }
}

static void take_change(struct desk *desk, const struct desk_change *change)
{
    for (size_t i = 0; i < change->removed_count; i++) {
        forget_card(desk, change->removed[i]);
    }
    if (change->operator_removed) {
        desk_locked_end_session(desk, STATUS_SESSION_ENDED, "card_removed");
    }
    for (size_t i = 0; i < change->inserted_count; i++) {
        welcome_card(desk, desk->readers.slots[change->inserted[i]].insertion);
    }
    desk_locked_changed(desk);
}

void desk_take_readers(struct desk *desk, const struct pcsc_reader_list *list)
{
    struct desk_change change;
    desk_lock(desk);
    if (desk_state_update(&desk->readers, list, &desk->entropy, &change) == STATUS_OK) {
        take_change(desk, &change);
    }
    desk_unlock(desk);
}

void desk_lose_readers(struct desk *desk)
{
    struct desk_change change;
    desk_lock(desk);
    if (!desk->readers.service_lost) {
        desk_state_lost(&desk->readers, &change);
        take_change(desk, &change);
    }
    desk_unlock(desk);
}

static bool locked_has_card(const struct desk *desk, bool user)
{
    size_t index;
    if (user) {
        return desk_state_user(&desk->readers, &index) != STATUS_CARD_ABSENT;
    }
    for (size_t i = 0; i < desk->readers.count; i++) {
        if (desk->readers.slots[i].present) {
            return true;
        }
    }
    return false;
}

void desk_wait_card(struct desk *desk, bool user)
{
    int64_t until_ms = clock_read_monotonic_ms() + DESK_GRACE_MS;
    bool over = false;
    desk_lock(desk);
    while (!over && !locked_has_card(desk, user) && atomic_load(&desk->stop) == STATUS_OK) {
        over = monitor_wait_until(&desk->monitor, until_ms);
    }
    desk_unlock(desk);
}

bool desk_wait_removed(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN],
                       int64_t for_ms)
{
    size_t index;
    bool over = false;
    int64_t until_ms = clock_read_monotonic_ms() + for_ms;
    desk_lock(desk);
    bool here = desk_state_find(&desk->readers, insertion, &index);
    while (here && !over && !desk->stopping) {
        over = monitor_wait_until(&desk->monitor, until_ms);
        here = desk_state_find(&desk->readers, insertion, &index);
    }
    desk_unlock(desk);
    return !here;
}

bool desk_doubt(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN])
{
    struct desk_change change;
    if (desk_wait_removed(desk, insertion, DESK_GRACE_MS)) {
        return true;
    }
    desk_lock(desk);
    if (desk_state_doubt(&desk->readers, insertion, &desk->entropy, &change) == STATUS_OK) {
        take_change(desk, &change);
    }
    desk_unlock(desk);
    return false;
}

/* ---- session ---- */

void desk_locked_drop_login(struct desk *desk)
{
    struct desk_login *login = &desk->login;
    json_decref(login->person);
    json_decref(login->profiles);
    private_key_free(&login->key);
    memory_lock_close(&login->passcode);
    wipe(login, sizeof(*login));
}

static void queue_ending(struct desk *desk, const char *reason)
{
    if (desk->endings_count == DESK_ENDINGS_MAX) { /* the oldest lease is over by now */
        desk->endings_count--;
        memmove(&desk->endings[0], &desk->endings[1],
                desk->endings_count * sizeof(desk->endings[0]));
    }
    struct desk_ending *ending = &desk->endings[desk->endings_count++];
    *ending = (struct desk_ending){ .until_ms = clock_read_monotonic_ms() + LEASE_MS };
    memcpy(ending->token, desk->session.token, sizeof(ending->token));
    text_print_safe(span_of_text(reason), ending->reason, sizeof(ending->reason));
}

void desk_locked_stop_work(struct desk *desk, enum status why)
{
    /* The end of the program is the reason for all that follows from it. */
    if (atomic_load(&desk->stop) != STATUS_STOPPED) {
        atomic_store(&desk->stop, (int)why);
    }
    if (desk->worker_client != NULL) {
        https_client_abort(desk->worker_client);
    }
}

/* What was asked for with the session's rights is not shown any longer. */
static void forget_answers(struct desk *desk)
{
    for (size_t i = 0; i < DESK_SLOTS_MAX; i++) {
        struct desk_card *card = &desk->cards[i];
        desk_locked_forget_identify(card);
        if (card->used && card->has_look) {
            card->phase = DESK_CARD_READ;
            card->has_fault = false;
        }
    }
}

void desk_locked_end_session(struct desk *desk, enum status why, const char *reason)
{
    struct desk_session *session = &desk->session;
    if (!session->open) {
        return;
    }
    if (reason != NULL) {
        queue_ending(desk, reason);
    }
    json_decref(session->shown);
    private_key_free(&session->key);
    memory_lock_close(&session->passcode);
    wipe(session, sizeof(*session));
    desk_state_clear_operator(&desk->readers);
    desk->session_fault = fault_of(why, "");
    desk->has_session_fault = true;
    forget_answers(desk);
    desk_locked_stop_work(desk, why);
    if (desk->keeper_client != NULL) {
        https_client_abort(desk->keeper_client); /* a lease under way must not hold it up */
    }
    desk_locked_changed(desk);
}

bool desk_lose_session(struct desk *desk, const char *session_id, enum status why)
{
    desk_lock(desk);
    struct desk_session *session = &desk->session;
    bool same = session->open && text_equal(session->id, session_id);
    bool resumes =
        session->open && (!same || session_resume_is_due(session, why, clock_read_monotonic_ms()));
    if (resumes && same) {
        session->lease_due_ms = 0;
        monitor_wake(&desk->monitor);
    } else if (same) {
        desk_locked_end_session(desk, why, NULL);
    }
    desk_unlock(desk);
    return resumes;
}

enum status desk_bearer(struct desk *desk, char ret_session[DESK_ID_MAX],
                        char ret_token[DESK_TOKEN_MAX])
{
    enum status status = STATUS_SESSION_MISSING;
    desk_lock(desk);
    if (desk->session.open) {
        memcpy(ret_session, desk->session.id, DESK_ID_MAX);
        memcpy(ret_token, desk->session.token, DESK_TOKEN_MAX);
        desk->session.last_act_ms = clock_read_monotonic_ms();
        status = STATUS_OK;
    }
    desk_unlock(desk);
    return status;
}

/* ---- tasks ---- */

struct desk_task *desk_task_new(void (*run)(struct desk *desk, struct desk_task *task))
{
    struct desk_task *task = calloc(1, sizeof(*task));
    if (task != NULL) {
        task->run = run;
    }
    return task;
}

void desk_task_free(struct desk_task *task)
{
    if (task != NULL) {
        json_decref(task->body);
        free(task->refusal);
        wipe(task, sizeof(*task));
        free(task);
    }
}

enum status desk_locked_queue(struct desk *desk, struct desk_task *task)
{
    if (desk->queue_count >= DESK_QUEUE_MAX || desk->stopping) {
        desk_task_free(task);
        return STATUS_AGENT_BUSY;
    }
    struct desk_task **last = &desk->queue;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = task;
    desk->queue_count++;
    monitor_wake(&desk->monitor);
    return STATUS_OK;
}

enum status desk_queue(struct desk *desk, struct desk_task *task)
{
    desk_lock(desk);
    enum status status = desk_locked_queue(desk, task);
    desk_unlock(desk);
    return status;
}
