/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_watch.h"

#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "server/server.h"
#include "sim/sim_disk.h"
#include "sim/sim_found.h"
#include "sim/sim_reader.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"

enum { SERVICES_MAX = 16, CERTIFICATES_MAX = 32 };

/* What the last look at a card refused, at each desk. */
static struct {
    char names[SERVICES_MAX][24];
    size_t count;
} refused[SIM_DESKS];

static uint64_t audit_before;

static uint64_t audit_now(void)
{
    struct audit_head head = { 0 };
    struct server *server = sim_server_running();
    bool known = server != NULL && store_audit_head(server->store, &head) == STATUS_OK;
    return known ? head.sequence : 0;
}

void sim_watch_before(void)
{
    audit_before = audit_now();
}

/* ---- I6: what was asked stands in the audit ---- */

static bool is_written_down(enum audit_event event)
{
    static uint8_t memory[AUDIT_LINE_MAX];
    static struct audit_memory blobs;
    uint64_t last = audit_now();
    for (uint64_t n = audit_before + 1; n <= last; n++) {
        struct buf line = BUF(memory);
        struct audit_entry entry;
        if (store_audit_line(sim_server_running()->store, n, &line) == STATUS_OK &&
            audit_event_decode(buf_span(&line), &blobs, &entry) == STATUS_OK &&
            entry.event == event) {
            return true;
        }
    }
    return false;
}

static const struct {
    const char *start;
    enum audit_event event;
} written[] = {
    { "/v1/cards/identify", AUDIT_CARD_IDENTIFIED },
    { "/v1/people?", AUDIT_SEARCH },
    { "/v1/people/", AUDIT_PERSON_VIEWED },
};

/* Of the one who logged in last; those before were looked at then. */
static bool has_log_in(const struct session_record *session)
{
    static uint8_t memory[AUDIT_LINE_MAX];
    static struct audit_memory blobs;
    for (uint64_t n = audit_now(); n > 0; n--) {
        struct buf line = BUF(memory);
        struct audit_entry entry;
        if (store_audit_line(sim_server_running()->store, n, &line) != STATUS_OK ||
            audit_event_decode(buf_span(&line), &blobs, &entry) != STATUS_OK ||
            entry.at < session->started_at) {
            return false;
        }
        if (entry.event == AUDIT_LOGIN && entry.at == session->started_at &&
            text_equal(entry.subject_uuid, session->person_uuid)) {
            return true;
        }
    }
    return false;
}

void sim_watch_start(void)
{
    struct session_record session;
    for (size_t i = 0; i < sim_reader_cards(); i++) {
        const struct sim_card *c = sim_reader_card(i);
        if (c->is_operator &&
            store_session_latest(sim_server_running()->store, c->person, &session) == STATUS_OK &&
            !has_log_in(&session)) {
            sim_story_break("I6", "%s has a session, and the audit has no log-in", c->name);
        }
    }
}

static void check_audit(const char *path)
{
    for (size_t i = 0; i < COUNT(written); i++) {
        if (strncmp(path, written[i].start, strlen(written[i].start)) == 0 &&
            !is_written_down(written[i].event)) {
            sim_story_break("I6", "%s was answered, and the audit has no %s", path,
                            audit_event_name(written[i].event));
        }
    }
    if (text_equal(path, "/v1/session") && !is_written_down(AUDIT_LOGIN)) {
        sim_story_break("I6", "a session began, and the audit has no log-in");
    }
}

/* ---- I7: what was refused ---- */

/* Reasons that no time of day takes away. */
static bool is_firm(const char *name)
{
    static const enum status firm[] = { STATUS_POLICY_ROLE,      STATUS_POLICY_SCOPE,
                                        STATUS_POLICY_WINDOW,    STATUS_POLICY_EXPIRED,
                                        STATUS_POLICY_CANCELLED, STATUS_POLICY_OWN_CARD,
                                        STATUS_POLICY_NOT_BLANK };
    for (size_t i = 0; i < COUNT(firm); i++) {
        if (text_equal(status_entry(firm[i])->name, name)) {
            return true;
        }
    }
    return false;
}

static bool is_refused_firmly(const json_t *service)
{
    const json_t *reasons = json_object_get(service, "reasons");
    bool firm = false;
    for (size_t i = 0; i < json_array_size(reasons); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(reasons, i), "name"));
        firm = firm || (name != NULL && is_firm(name));
    }
    return firm && !json_is_true(json_object_get(service, "available"));
}

static void remember_refused(int desk, const json_t *answer)
{
    const json_t *services = json_object_get(answer, "services");
    refused[desk].count = 0;
    for (size_t i = 0; i < json_array_size(services); i++) {
        const json_t *service = json_array_get(services, i);
        const char *name = json_string_value(json_object_get(service, "service"));
        if (name != NULL && is_refused_firmly(service) && refused[desk].count < SERVICES_MAX) {
            text_take(refused[desk].names[refused[desk].count++], sizeof(refused[desk].names[0]),
                      name);
        }
    }
}

static void check_refused(int desk, const char *service)
{
    for (size_t i = 0; i < refused[desk].count; i++) {
        if (text_equal(refused[desk].names[i], service)) {
            sim_story_break("I7", "%s began, and the look at this card had refused it", service);
        }
    }
}

/* ---- a job that began ---- */

static void check_identity(const json_t *body, const struct job_record *job)
{
    const char *word = json_string_value(json_object_get(body, "identity_check"));
    bool sets_passcode = text_equal(job->service, "repair") || text_equal(job->service, "issue");
    if (sets_passcode && (word == NULL || word[0] == '\0')) {
        sim_story_break("I7", "%s began without a word on the holder's identity", job->service);
    }
}

/* By the certificates of the day on which it began; a job that goes on may be late. */
static void check_window(const struct job_record *job)
{
    static struct certificate_record list[CERTIFICATES_MAX];
    size_t count = 0;
    struct server *server = sim_server_running();
    instant now = clock_read_now();
    instant window = (instant)server->policy.values.window_days * SECONDS_PER_DAY;
    if (!text_equal(job->service, "renew") || job->created_at != now ||
        store_certificate_of_card(server->store, job->card_id, list, COUNT(list), &count) !=
            STATUS_OK) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        bool current = text_equal(list[i].state, "current");
        if (current && (list[i].not_after <= now || list[i].not_after > now + window)) {
            sim_story_break("I7", "a renewal began outside its window");
        }
    }
}

/* By the policy of this world (sim_found.c) an RA agent serves the own organisation only. */
static bool is_local(const char *person)
{
    for (size_t i = 0; i < sim_reader_cards(); i++) {
        const struct sim_card *c = sim_reader_card(i);
        if (c->is_local && text_equal(c->person, person)) {
            return true;
        }
    }
    return false;
}

static void check_holder(const struct job_record *job)
{
    struct card_record card;
    struct person_record person;
    struct store *store = sim_server_running()->store;
    if (store_card_get(store, job->card_id, &card) != STATUS_OK ||
        store_person_get(store, card.person_uuid, &person) != STATUS_OK) {
        return;
    }
    if (person.closed) {
        sim_story_break("I7", "%s began for somebody who has left", job->service);
    }
    if (is_local(job->operator_uuid) && !text_equal(person.org_code, SIM_FOUND_ORGANISATION)) {
        sim_story_break("I7", "%s began for somebody of another organisation", job->service);
    }
    if (text_equal(card.person_uuid, job->operator_uuid)) {
        sim_story_break("I8", "%s began on a card of the operator's own", job->service);
    }
}

static bool read_job(const json_t *answer, struct job_record *ret_job)
{
    const char *id = json_string_value(json_object_get(answer, "job"));
    return id != NULL && store_job_get(sim_server_running()->store, id, ret_job) == STATUS_OK;
}

static void check_begun(int desk, const struct sim_http_ask *ask, const json_t *answer)
{
    static struct job_record job;
    json_t *body = json_loadb((const char *)ask->body.ptr, ask->body.len, 0, NULL);
    if (!read_job(answer, &job)) {
        sim_story_break("I9", "a job was answered that the data base does not hold");
    } else {
        check_refused(desk, job.service);
        check_identity(body, &job);
        check_window(&job);
        check_holder(&job);
    }
    json_decref(body);
}

/* ---- I9: what was answered is kept ---- */

/* The answer asks for the step behind the one that it is about; whoever did not get it asks for it
 * again, and finds it. */
static void check_kept(const json_t *answer)
{
    static uint8_t memory[SIM_REPLY_MAX];
    struct buf kept = BUF(memory);
    struct job_step_record step;
    const char *id = json_string_value(json_object_get(answer, "job"));
    json_int_t next = json_integer_value(json_object_get(answer, "step"));
    uint32_t last = 0;
    if (id == NULL || next == 0) {
        return;
    }
    struct store *store = sim_server_running()->store;
    if (store_job_step_last(store, id, &last) != STATUS_OK || (json_int_t)last + 1 < next) {
        sim_story_break("I9", "step %lld was answered, and the journal ends with %u",
                        (long long)next - 1, last);
    } else if (store_job_step_get(store, id, last, &step, &kept) != STATUS_OK || kept.len == 0) {
        sim_story_break("I9", "step %u was answered, and the journal has no answer", last);
    }
}

void sim_watch_answer(int desk, const struct sim_http_ask *ask, const struct sim_http_reply *reply)
{
    if (reply->code != 200 || sim_server_running() == NULL || sim_disk_is_dead()) {
        return;
    }
    check_audit(ask->path);
    bool is_look = text_equal(ask->path, "/v1/cards/identify");
    bool is_job = strncmp(ask->path, "/v1/jobs", 8) == 0 && text_equal(ask->method, "POST");
    if (!is_look && !is_job) {
        return;
    }
    json_t *answer = json_loadb(reply->bytes, reply->len, 0, NULL);
    if (is_look) {
        remember_refused(desk, answer);
    } else {
        check_kept(answer);
    }
    if (text_equal(ask->path, "/v1/jobs") && is_job) {
        check_begun(desk, ask, answer);
    }
    json_decref(answer);
}
