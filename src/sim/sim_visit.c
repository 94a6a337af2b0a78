/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_visit.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "sim/sim_act.h"
#include "sim/sim_clock.h"
#include "sim/sim_desk.h"
#include "sim/sim_intruder.h"
#include "sim/sim_line.h"
#include "sim/sim_random.h"
#include "sim/sim_reader.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"

enum {
    KEEP_EVERY_MS = 5000,
    LONG_WAITS = 200, /* of 1000, and so are these */
    THIEVES = 30,
    NEXT = 800, /* another card than the one that is in */
    LEAVERS = 20,
    READERS = 100, /* who look at a person's page */
    SPONSORS = 150,
    BREAKS = 100,
    BREAK_MS = 3600 * 1000,
    OPERATOR_SLOT = 0,
    USER_SLOT = 1
};

static bool is_elsewhere;

static int random_card(bool is_operator)
{
    size_t count = sim_reader_cards(), first = sim_random_below((uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        const struct sim_card *c = sim_reader_card((first + i) % count);
        if (c->is_operator == is_operator && !c->is_stolen && c->desk == SIM_NO_CARD &&
            (!c->is_sponsor || sim_random_chance(SPONSORS))) {
            return (int)((first + i) % count);
        }
    }
    return SIM_NO_CARD;
}

static void visit(int desk)
{
    int operator_card = sim_reader_card_in(desk, OPERATOR_SLOT);
    if (operator_card == SIM_NO_CARD || sim_random_chance(200)) {
        operator_card = random_card(true);
    }
    if (operator_card == SIM_NO_CARD || !sim_act_log_in(desk, operator_card)) {
        return;
    }
    int card = sim_reader_card_in(desk, USER_SLOT);
    if (card == SIM_NO_CARD || sim_random_chance(NEXT)) {
        card = random_card(false);
    }
    if (card != SIM_NO_CARD) {
        sim_act_take_offered(desk, card);
    }
}

/* The sessions are kept alive meanwhile. */
static void pass(int64_t ms)
{
    for (int64_t gone = 0; gone < ms; gone += KEEP_EVERY_MS) {
        sim_clock_pass_ms(KEEP_EVERY_MS);
        for (int desk = 0; desk < SIM_DESKS; desk++) {
            if (!sim_desk_is_busy(desk)) {
                sim_desk_run(desk);
            }
        }
    }
}

/* Nobody works for up to some hours; then the server does what it does at the end of each hour. */
static void take_break(void)
{
    sim_story_tell("a break, and the hourly sweep");
    sim_clock_pass_ms((int64_t)sim_random_below(sim_random_chance(500) ? 4 : 1) * BREAK_MS);
    sim_server_sweep();
}

/* A copy of an operator's card that was revoked, with the right passcode. */
static void try_stolen(int desk)
{
    for (size_t i = 0; i < sim_reader_cards(); i++) {
        const struct sim_card *c = sim_reader_card(i);
        if (!c->is_stolen) {
            continue;
        }
        if (sim_act_log_in(desk, (int)i)) {
            sim_story_break("I8", "%s's card was revoked, and has logged in", c->name);
        }
        sim_reader_pull(desk, OPERATOR_SLOT);
        sim_desk_run(desk);
    }
}

/* Somebody's page is looked for and looked at. */
static void read_page(int desk)
{
    static struct sim_http_reply reply;
    char path[64];
    const struct sim_card *c = sim_reader_card(sim_random_below((uint32_t)sim_reader_cards()));
    const char *family = strrchr(c->name, ' ') + 1;
    REQUIRE(text_format(path, sizeof(path), "/v1/desk/people?q=%s", family));
    sim_desk_get(desk, path, &reply);
    REQUIRE(text_format(path, sizeof(path), "/v1/desk/people/%s", c->person));
    sim_desk_get(desk, path, &reply);
}

static void leave(void)
{
    const struct sim_card *c = sim_reader_card(sim_random_below((uint32_t)sim_reader_cards()));
    if (!c->is_operator && !c->is_stolen) {
        sim_act_leave(c->person, true);
    }
}

void sim_visit_somebody(void)
{
    int desk = (int)sim_random_below(SIM_DESKS);
    if (sim_random_chance(THIEVES)) {
        try_stolen(desk);
    }
    if (sim_random_chance(LEAVERS)) {
        leave();
    }
    visit(desk);
    if (sim_random_chance(READERS) && sim_desk_has_session(desk)) {
        read_page(desk);
    }
    if (sim_random_chance(READERS)) {
        sim_intruder_replay();
    }
    if (sim_random_chance(300)) {
        sim_line_deliver_late();
    }
    pass((int64_t)sim_random_below(sim_random_chance(LONG_WAITS) ? 120 : 20) * 1000);
    if (sim_random_chance(BREAKS)) {
        take_break();
    }
}

void sim_visit_elsewhere(int busy)
{
    int desk = (busy + 1) % SIM_DESKS;
    if (!is_elsewhere && !sim_desk_is_busy(desk)) {
        is_elsewhere = true;
        visit(desk);
        is_elsewhere = false;
    }
}

/* ---- what is left open ---- */

/* What is open is seen first by somebody who may: an intruder hears what would be asked of the
 * card.
 */
static bool is_left_open(int desk, int card)
{
    sim_act_look(desk, card);
    return sim_act_has_open(desk);
}

/* Whose rights reach everybody, or not as far. */
static int operator_of(bool reaches_all)
{
    bool local = sim_random_chance(500);
    for (size_t i = 0; i < sim_reader_cards(); i++) {
        const struct sim_card *c = sim_reader_card(i);
        bool less = local ? c->is_local : c->is_sponsor;
        bool all = c->is_operator && !c->is_local && !c->is_sponsor;
        if (reaches_all ? all : less) {
            return (int)i;
        }
    }
    return SIM_NO_CARD;
}

static void go_on_with(int desk, int card)
{
    int colleague = operator_of(false);
    sim_story_tell("what is open is found by %s", sim_reader_card((size_t)colleague)->name);
    if (sim_act_log_in(desk, colleague)) {
        sim_act_take_offered(desk, card);
    }
}

int sim_visit_what_is_open(void)
{
    enum { HERE, THERE };
    bool can_look = sim_act_log_in(HERE, operator_of(true));
    for (size_t i = 0; i < sim_reader_cards() && can_look; i++) {
        const struct sim_card *c = sim_reader_card(i);
        if (c->served && !c->is_operator && is_left_open(HERE, (int)i)) {
            go_on_with(THERE, (int)i);
            return (int)i;
        }
    }
    return SIM_NO_CARD;
}
