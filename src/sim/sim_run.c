/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_run.h"

#include "port/clock_read.h"
#include "server/server.h"
#include "sim/sim_act.h"
#include "sim/sim_broken.h"
#include "sim/sim_check.h"
#include "sim/sim_clock.h"
#include "sim/sim_desk.h"
#include "sim/sim_fault.h"
#include "sim/sim_intruder.h"
#include "sim/sim_line.h"
#include "sim/sim_odd.h"
#include "sim/sim_random.h"
#include "sim/sim_reader.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"
#include "sim/sim_visit.h"

enum {
    ROUGH_MAX = 6,
    DAYS_UNTIL_SWEPT = 8,
    SWEEPS = 2,
    LOST = 500, /* of 1000 days */
    WAIT_MS = 12 * 3600 * 1000
};

bool sim_run_begin(uint64_t seed, const char *own)
{
    sim_random_seed(seed);
    return sim_server_part(own);
}

/* I11 at the workstation: as soon as it knows of the card. */
static void check_desks(void)
{
    for (int desk = 0; desk < SIM_DESKS; desk++) {
        if (sim_desk_is_dead(desk) || !sim_desk_has_session(desk)) {
            continue;
        }
        if (!sim_reader_has_operator(desk)) {
            sim_story_break("I11", "desk %d has a session, and no operator's card is there",
                            desk + 1);
        } else if (sim_reader_card((size_t)sim_act_logged_in(desk))->desk != desk) {
            sim_story_break("I11", "desk %d has a session, and another card is there", desk + 1);
        }
    }
}

/* I11 at the server: of what was begun since everything works. */
static void check_sessions(instant since)
{
    struct session_record session;
    for (size_t i = 0; i < sim_reader_cards() && sim_server() != NULL; i++) {
        const struct sim_card *c = sim_reader_card(i);
        if (c->is_operator &&
            store_session_latest(sim_server()->store, c->person, &session) == STATUS_OK &&
            session.started_at >= since && session.ended_at == 0) {
            sim_story_break("I11", "%s's card is out, and the session has not ended", c->name);
        }
    }
}

/* Of the cards that were served one may never come back: what is open on it stays so. */
static void lose_one(int left_open)
{
    bool takes_open = left_open != SIM_NO_CARD && sim_random_chance(500);
    size_t any = sim_random_below((uint32_t)sim_reader_cards());
    struct sim_card *c = sim_reader_card(takes_open ? (size_t)left_open : any);
    if (c->served && !c->is_operator && !c->is_blank && sim_random_chance(LOST)) {
        c->is_lost = true;
        sim_story_tell("%s's card is lost", c->name);
    }
}

void sim_run_day(unsigned visits)
{
    sim_fault_weather(sim_random_below(ROUGH_MAX));
    if (sim_random_chance(600)) {
        sim_intruder_enter();
    }
    sim_broken_begin();
    sim_odd_begin();
    for (unsigned i = 0; i < visits; i++) {
        sim_visit_somebody();
        check_desks();
    }
    sim_story_tell("---- %u commands, %u of them change secrets, %u certificates, %u requests ----",
                   sim_fault_visits(SIM_AT_APDU), sim_fault_visits(SIM_AT_SECRET),
                   sim_fault_visits(SIM_AT_WRITTEN), sim_fault_visits(SIM_AT_REQUEST));
    sim_fault_calm();
    int left_open = sim_visit_what_is_open();
    sim_broken_end();
    sim_odd_end();
    sim_intruder_leave();
    sim_check_accounts();
    lose_one(left_open);
}

/* Who has left and has a card that was served comes back: it must be mended too. */
static void take_back(void)
{
    for (size_t i = 0; i < sim_reader_cards() && sim_server() != NULL; i++) {
        sim_act_leave(sim_reader_card(i)->person, false);
    }
}

/* Whoever's rights ended gets them back: somebody must be there to mend. */
static void give_rights_back(void)
{
    struct profile_record list[4];
    size_t count = 0;
    for (size_t i = 0; i < sim_reader_cards() && sim_server() != NULL; i++) {
        const struct sim_card *c = sim_reader_card(i);
        if (!c->is_operator ||
            store_profile_of_person(sim_server()->store, c->person, list, 4, &count) != STATUS_OK) {
            continue;
        }
        for (size_t k = 0; k < count; k++) {
            list[k].ends_at = 0;
            (void)(store_profile_put(sim_server()->store, &list[k]) == STATUS_OK);
        }
    }
}

static void empty_desks(void)
{
    for (int desk = 0; desk < SIM_DESKS; desk++) {
        for (int slot = SIM_SLOTS - 1; slot >= 0; slot--) {
            sim_reader_pull(desk, slot);
        }
        sim_desk_run(desk);
    }
}

/* What one operator may not, by the policy, another may. */
static bool mend(int desk, int card, bool is_calm)
{
    bool good = false;
    for (size_t i = 0; i < sim_reader_cards() && !good; i++) {
        good = sim_reader_card(i)->is_operator && sim_act_log_in(desk, (int)i) &&
               sim_act_mend(desk, card, is_calm);
    }
    return good;
}

void sim_run_mend(bool must)
{
    int desk = (int)sim_random_below(SIM_DESKS);
    sim_story_tell("---- calm: every card that was served is put in again ----");
    sim_clock_set_right();
    sim_clock_pass_ms(WAIT_MS);
    sim_line_deliver_late();
    give_rights_back();
    take_back();
    empty_desks();
    instant since = clock_read_now();
    for (size_t i = 0; i < sim_reader_cards(); i++) {
        const struct sim_card *c = sim_reader_card(i);
        if (c->served && !c->is_lost && !mend(desk, (int)i, must) && must) {
            sim_story_break("I4", "%s: nothing that is offered ends the open job", c->name);
        }
    }
    empty_desks();
    check_desks();
    if (must) {
        check_sessions(since);
    }
}

bool sim_run_end(void)
{
    for (int i = 0; i < SWEEPS; i++) {
        sim_clock_pass_ms((int64_t)DAYS_UNTIL_SWEPT * SECONDS_PER_DAY * 1000);
        sim_server_sweep();
        sim_check_accounts();
    }
    sim_check_all();
    return sim_story_broken() == NULL;
}

bool sim_run_after(void)
{
    sim_check_afterwards();
    return sim_story_broken() == NULL;
}
