/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_act.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "server/server.h"
#include "sim/sim_broken.h"
#include "sim/sim_check.h"
#include "sim/sim_desk.h"
#include "sim/sim_random.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"

enum {
    RECEIPTS_MAX = 128,
    MEND_TRIES_MAX = 6,
    FORGOTTEN = 30, /* of 1000: the word on the holder's identity */
    OPERATOR_SLOT = 0,
    USER_SLOT = 1
};

static char receipts[RECEIPTS_MAX][33];
static size_t receipts_count;
static int logged_in[SIM_DESKS]; /* whose card */
static char ended[48];           /* how the last service ended */

size_t sim_act_receipts(void)
{
    return receipts_count;
}

const char *sim_act_receipt(size_t index)
{
    return receipts[index];
}

/* ---- cards in and out ---- */

static void take_from_elsewhere(int card)
{
    const struct sim_card *c = sim_reader_card((size_t)card);
    if (c->desk != SIM_NO_CARD) {
        sim_reader_pull(c->desk, c->slot);
    }
}

static void put_in(int desk, int slot, int card)
{
    if (sim_reader_card_in(desk, slot) == card) {
        return;
    }
    take_from_elsewhere(card);
    sim_reader_pull(desk, slot);
    sim_reader_put(desk, slot, card);
    sim_desk_run(desk);
}

/* ---- log-in ---- */

bool sim_act_log_in(int desk, int operator_card)
{
    const struct sim_card *c = sim_reader_card((size_t)operator_card);
    json_t *answer = NULL;
    if (sim_desk_has_session(desk) && sim_reader_card_in(desk, OPERATOR_SLOT) == operator_card) {
        return true;
    }
    sim_reader_pull(desk, USER_SLOT);
    put_in(desk, OPERATOR_SLOT, operator_card);
    sim_story_tell("desk %d: %s logs in", desk + 1, c->name);
    json_t *body = json_pack("{s:s}", "passcode", c->passcode);
    (void)(sim_desk_ask(desk, "/v1/desk/login", body, &answer) == STATUS_OK);
    json_decref(answer);
    logged_in[desk] = sim_desk_has_session(desk) ? operator_card : SIM_NO_CARD;
    return sim_desk_has_session(desk);
}

int sim_act_logged_in(int desk)
{
    return logged_in[desk];
}

/* ---- a service ---- */

static json_t *job_body(const struct sim_card *c, const char *service)
{
    json_t *body = json_pack("{s:s}", "service", service);
    if (text_equal(service, "renew")) {
        json_object_set_new(body, "passcode", json_string(c->passcode));
        return body;
    }
    json_object_set_new(body, "new_passcode", json_string(c->passcode));
    json_object_set_new(body, "new_passcode_again", json_string(c->passcode));
    if (!sim_random_chance(FORGOTTEN)) {
        json_object_set_new(body, "identity_check", json_string("passport seen"));
    }
    if (text_equal(service, "issue")) {
        json_object_set_new(body, "person", json_string(c->person));
    }
    return body;
}

/* A new passcode for a service that sets one. */
static void choose_passcode(struct sim_card *c, const char *service)
{
    if (text_equal(service, "renew")) {
        return;
    }
    if (c->possible_count < SIM_PASSCODES_MAX) {
        text_take(c->possible[c->possible_count++], sizeof(c->possible[0]), c->passcode);
    }
    REQUIRE(text_format(c->passcode, sizeof(c->passcode), "%08u",
                        10000000 + sim_random_below(89999999)));
    sim_story_secret(c->passcode);
}

/* Nothing was written to the card: the passcode is what it was. */
static void keep_passcode(struct sim_card *c, const char *service)
{
    if (!text_equal(service, "renew") && c->possible_count > 0 &&
        c->possible_count < SIM_PASSCODES_MAX) {
        text_take(c->passcode, sizeof(c->passcode), c->possible[--c->possible_count]);
    }
}

static bool take_receipt(const json_t *answer)
{
    const json_t *receipt = json_object_get(answer, "receipt");
    const char *job = json_string_value(json_object_get(answer, "job"));
    if (!json_is_object(receipt) || job == NULL) {
        return false;
    }
    if (receipts_count < RECEIPTS_MAX) {
        text_take(receipts[receipts_count++], sizeof(receipts[0]), job);
    }
    sim_check_receipt(job);
    return true;
}

static const char *why_not(const json_t *answer)
{
    const json_t *problem = json_object_get(answer, "problem");
    const char *name =
        json_string_value(json_object_get(problem != NULL ? problem : answer, "name"));
    return name != NULL ? name : "no answer";
}

/* I10: whoever served the card before knows the PUK that it had. */
static void check_puk(struct sim_card *c)
{
    if (c->puks_used > 0 && memcmp(c->puk, c->card.memory.puk.bytes, sizeof(c->puk)) == 0) {
        sim_story_break("I10", "%s: a PUK was used, and the card still has the old one", c->name);
    }
    memcpy(c->puk, c->card.memory.puk.bytes, sizeof(c->puk));
    c->puks_used = 0;
}

/* I1: a key of which the card did not tell the truth is certified for nobody. */
static void check_honest(const struct sim_card *c)
{
    if (sim_broken_lies(c)) {
        sim_story_break("I1", "%s has a receipt, and the card lies: %s", c->name,
                        vcard_model_lie_name(c->card.options.lie));
    }
}

/* I4: what nobody at a desk can have done wrong. */
static void check_end(const struct sim_card *c, const char *service)
{
    static const char *const ours[] = { "INTERNAL", "BAD_MESSAGE", "SERVER_PROTOCOL",
                                        "STATEMENT_SPENT", "JOB_ANSWER" };
    for (size_t i = 0; i < COUNT(ours); i++) {
        if (text_equal(ended, ours[i])) {
            sim_story_break("I4", "%s for %s ends with %s", service, c->name, ended);
        }
    }
}

/* I4: all is well, and what is offered is to end well. A new key that the card spoiled while it was
 * rough is found out now. */
static void check_calm(const struct sim_card *c, const char *service)
{
    if (!text_equal(ended, "CARD_PROOF") && !text_equal(ended, "POLICY_ID_CHECK")) {
        sim_story_break("I4", "calm, and %s for %s ends with %s", service, c->name, ended);
    }
}

bool sim_act_serve(int desk, int card, const char *service)
{
    struct sim_card *c = sim_reader_card((size_t)card);
    json_t *answer = NULL;
    put_in(desk, USER_SLOT, card);
    choose_passcode(c, service);
    sim_story_tell("desk %d: %s for %s", desk + 1, service, c->name);
    c->served = true;
    unsigned writes = c->writes;
    (void)(sim_desk_ask(desk, "/v1/desk/jobs", job_body(c, service), &answer) == STATUS_OK);
    bool good = take_receipt(answer);
    if (good && sim_reader_card_in(desk, USER_SLOT) == card) { /* else for a card swapped for it */
        c->possible_count = 0;
        check_puk(c);
        check_honest(c);
    }
    if (!good && c->writes == writes) {
        keep_passcode(c, service);
    }
    text_take(ended, sizeof(ended), good ? "the receipt" : why_not(answer));
    sim_story_tell("desk %d: %s", desk + 1, ended);
    json_decref(answer);
    return good;
}

/* ---- what is offered ---- */

static bool is_available(const json_t *service, bool *ret_resume)
{
    *ret_resume = json_is_true(json_object_get(service, "resume"));
    return json_is_true(json_object_get(service, "available"));
}

/* One of those that are to be had; what goes on with an open job comes first. */
static void take_offer(int desk, char ret_service[16])
{
    static const char *const known[] = { "renew", "repair", "issue" };
    const json_t *services = json_object_get(sim_desk_identify(desk), "services");
    uint32_t found = 0;
    bool has_resume = false;
    ret_service[0] = '\0';
    for (size_t i = 0; i < json_array_size(services); i++) {
        const json_t *service = json_array_get(services, i);
        const char *name = json_string_value(json_object_get(service, "service"));
        bool resume = false;
        for (size_t k = 0; k < COUNT(known); k++) {
            if (!text_equal(known[k], name) || !is_available(service, &resume) || has_resume) {
                continue;
            }
            if (resume || sim_random_below(++found) == 0) {
                text_take(ret_service, 16, name);
            }
            has_resume = resume;
        }
    }
}

/* Why each service that finishes the open job is not to be had. */
static void tell_reasons(int desk)
{
    const json_t *identify = sim_desk_identify(desk);
    const json_t *services = json_object_get(identify, "services");
    for (size_t i = 0; i < json_array_size(services); i++) {
        const json_t *service = json_array_get(services, i);
        const json_t *reason = json_array_get(json_object_get(service, "reasons"), 0);
        sim_story_tell("  %s: %s %s", json_string_value(json_object_get(service, "service")),
                       why_not(reason), json_string_value(json_object_get(reason, "remedy")));
    }
}

bool sim_act_has_open(int desk)
{
    return json_is_object(json_object_get(sim_desk_identify(desk), "open_job"));
}

void sim_act_look(int desk, int card)
{
    const struct sim_card *c = sim_reader_card((size_t)card);
    json_t *answer = NULL;
    put_in(desk, USER_SLOT, card);
    json_t *body = c->is_blank ? json_pack("{s:s}", "person", c->person) : json_object();
    (void)(sim_desk_ask(desk, "/v1/desk/identify", body, &answer) == STATUS_OK);
    json_decref(answer);
}

void sim_act_take_offered(int desk, int card)
{
    char service[16];
    sim_act_look(desk, card);
    take_offer(desk, service);
    if (service[0] != '\0' && !sim_act_serve(desk, card, service)) {
        check_end(sim_reader_card((size_t)card), service);
    }
}

bool sim_act_mend(int desk, int card, bool is_calm)
{
    char service[16];
    for (int i = 0; i < MEND_TRIES_MAX; i++) {
        sim_act_look(desk, card);
        if (sim_desk_identify(desk) == NULL) {
            continue;
        }
        take_offer(desk, service);
        bool is_open = sim_act_has_open(desk);
        if (!is_open && !text_equal(service, "issue")) {
            return true;
        }
        if (service[0] == '\0') {
            tell_reasons(desk);
            return false;
        }
        if (!sim_act_serve(desk, card, service) && is_calm) {
            check_calm(sim_reader_card((size_t)card), service);
        }
    }
    return false;
}

/* ---- who people are ---- */

void sim_act_leave(const char *person, bool leaves)
{
    struct person_record record;
    struct server *server = sim_server();
    if (server != NULL && store_person_get(server->store, person, &record) == STATUS_OK &&
        record.closed != leaves) {
        record.closed = leaves;
        record.updated_at = clock_read_now();
        bool good = store_person_put(server->store, &record) == STATUS_OK;
        sim_story_tell("%s %s%s", record.given, leaves ? "leaves" : "comes back",
                       good ? "" : ", and nobody can write it down");
    }
}

void sim_act_end_rights(int desk)
{
    struct profile_record list[4];
    size_t count = 0;
    int card = sim_reader_card_in(desk, OPERATOR_SLOT);
    const struct server *server = sim_server();
    if (card == SIM_NO_CARD || server == NULL ||
        store_profile_of_person(server->store, sim_reader_card((size_t)card)->person, list,
                                COUNT(list), &count) != STATUS_OK) {
        return;
    }
    sim_story_tell("the role profile of %s ends", sim_reader_card((size_t)card)->name);
    for (size_t i = 0; i < count; i++) {
        list[i].ends_at = clock_read_now();
        (void)(store_profile_put(server->store, &list[i]) == STATUS_OK);
    }
}
