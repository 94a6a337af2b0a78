/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_refused.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "server/server.h"
#include "sim/sim_act.h"
#include "sim/sim_desk.h"
#include "sim/sim_disk.h"
#include "sim/sim_run.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"

enum { OPERATOR = 1, DESK = 0 };

/* Of the sanitizer's, where there is one. */
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static const struct sim_refused_run *run;
static const char *folder;
static struct sim_refused_told *told;

static bool is_log_in(void)
{
    return text_equal(run->row->job, "log-in");
}

/* Server and signer begin anew, after a renewal. */
static bool is_start(void)
{
    return text_equal(run->row->job, "start");
}

static const char *service(void)
{
    return is_start() ? "renew" : run->row->job;
}

/* ---- answers ---- */

static uint64_t mix(uint64_t a, uint64_t b)
{
    return (a ^ b) * 0x100000001B3u;
}

/* Which members there are, how many entries, of which types; whatever their values. */
static uint64_t shape_of(const json_t *json)
{
    uint64_t shape = mix(1, (uint64_t)json_typeof(json));
    size_t index;
    const char *name;
    json_t *value;
    json_array_foreach(json, index, value)
    {
        shape = mix(shape, shape_of(value));
    }
    json_object_foreach((json_t *)(uintptr_t)json, name, value)
    {
        uint64_t member = shape_of(value);
        for (const char *at = name; *at != '\0'; at++) {
            member = mix(member, (uint64_t)*at);
        }
        shape += member; /* in any order */
    }
    return shape;
}

/* What the page was told: done, and no part of it left out; or an error that the catalogue has. */
static void check_answer(const char *act, size_t index)
{
    const struct sim_http_reply *reply = sim_desk_reply(DESK);
    enum status status;
    uint64_t shape = run->shapes != NULL ? run->shapes[index] : 0;
    if (!reply->ended) {
        sim_story_break("answer", "%s: the agent does not answer", act);
        return;
    }
    json_t *answer = sim_desk_last_line(reply);
    const json_t *problem = json_object_get(answer, "problem");
    const char *name =
        json_string_value(json_object_get(problem != NULL ? problem : answer, "name"));
    bool is_done = reply->code == 200 && answer != NULL && problem == NULL;
    if (!is_done && (name == NULL || !status_by_name(name, &status))) {
        sim_story_break("answer", "%s: HTTP %d without an error of the catalogue: %.60s", act,
                        reply->code, reply->len > 0 ? reply->bytes : "");
    }
    told->shapes[index] = is_done ? shape_of(answer) : 0;
    if (is_done && shape != 0 && shape != told->shapes[index]) {
        sim_story_break("answer", "%s: not all members are there", act);
    }
    json_decref(answer);
}

/* ---- the job, and how it is finished ---- */

static off_t journal_len(void)
{
    struct stat info;
    char path[512];
    bool there = text_format(path, sizeof(path), "%s/signer/state/journal", folder) &&
                 stat(path, &info) == 0;
    return there ? info.st_size : 0;
}

/* The signer is asked for, whether the look at a card needs it or not. */
static bool start(void)
{
    off_t len = journal_len();
    sim_server_stop(false);
    (void)sim_signer();
    sim_server_stop(true);
    (void)sim_signer();
    if (journal_len() < len) {
        sim_story_break("I9", "the signer has cut off a record that was whole");
    }
    sim_act_look(DESK, run->row->card);
    check_answer("identify", 0);
    return sim_desk_identify(DESK) != NULL;
}

static bool act(void)
{
    bool good = false;
    if (is_start()) {
        return start();
    }
    if (is_log_in()) {
        good = sim_act_log_in(DESK, run->row->card);
    } else {
        sim_act_look(DESK, run->row->card);
        check_answer("identify", 0);
        good = sim_act_serve(DESK, run->row->card, service());
    }
    check_answer(run->row->job, 1);
    return good;
}

/* Whoever was to be served has been, with a receipt or without. */
static bool is_done(void)
{
    struct card_record cards[4];
    struct job_summary jobs[8];
    struct store *store = sim_server()->store;
    const char *person = sim_reader_card((size_t)run->row->card)->person;
    size_t card_count = 0, job_count = 0;
    bool done = false;
    if (store_card_of_person(store, person, cards, COUNT(cards), &card_count) != STATUS_OK) {
        return false;
    }
    for (size_t i = 0; i < card_count; i++) {
        if (store_job_of_card(store, cards[i].id, jobs, COUNT(jobs), &job_count) != STATUS_OK) {
            return false;
        }
        for (size_t k = 0; k < job_count; k++) {
            done = done || (text_equal(jobs[k].service, service()) &&
                            text_equal(jobs[k].result, "committed"));
        }
    }
    return done;
}

/* `must`: nothing fails any more. */
static void finish(bool must)
{
    int operator_card = is_log_in() ? run->row->card : OPERATOR;
    sim_run_mend(must);
    if (!sim_act_log_in(DESK, operator_card)) {
        if (must) {
            sim_story_break("finish", "the operator cannot log in any more");
        }
        return;
    }
    if (is_log_in() || sim_server() == NULL || is_done()) {
        return;
    }
    sim_act_look(DESK, run->row->card);
    if (!sim_act_serve(DESK, run->row->card, service()) && must) {
        sim_story_break("finish", "%s cannot be done any more", service());
    }
}

/* ---- one run ---- */

static bool prepare(void)
{
    bool good = is_log_in() || sim_act_log_in(DESK, OPERATOR);
    if (good && is_start()) {
        sim_act_look(DESK, run->row->card);
        good = sim_act_serve(DESK, run->row->card, service());
    }
    if (!good) {
        sim_story_break("setup", "the job cannot begin");
    }
    return good;
}

static void note_what(void)
{
    char *what = told->what[0][0] == '\0' ? told->what[0] : told->what[1];
    if (sim_lack_happened()) {
        text_print_safe(span_of_text(sim_lack_what()), what, sizeof(told->what[0]));
    }
}

static void note_calls(uint32_t *ret_calls)
{
    for (unsigned i = 0; i < SIM_LACK_MAX; i++) {
        ret_calls[i] = sim_lack_calls((enum sim_lack)i);
    }
}

static void first_stage(void)
{
    sim_lack_begin(&run->plans[0]);
    bool good = act();
    sim_lack_end();
    note_calls(told->calls);
    note_what();
    for (unsigned i = 0; i < SIM_LACK_MAX && run->places != NULL; i++) {
        run->places[i] = *sim_lack_places((enum sim_lack)i);
    }
    told->happened = sim_lack_happened();
    if (!good && !told->happened) {
        sim_story_break("setup", "%s does not work", run->row->job);
    }
}

/* The recovery from the first failure, with the second one or with none. */
static void second_stage(void)
{
    bool is_last = run->plans[1].call == 0;
    const struct sim_lack_plan none = { .call = SIM_LACK_NO_CALL };
    sim_lack_begin(is_last ? &none : &run->plans[1]);
    finish(is_last);
    sim_lack_end();
    note_calls(told->later);
    note_what();
    if (!is_last) {
        told->happened = told->happened && sim_lack_happened();
        finish(true);
    }
}

static void look_for_leaks(void)
{
    if (__lsan_do_recoverable_leak_check != NULL && __lsan_do_recoverable_leak_check() != 0) {
        sim_story_break("leak", "memory is leaked");
    }
}

void sim_refused_play(const struct sim_refused_run *asked, const char *own,
                      struct sim_refused_told *ret_told)
{
    run = asked;
    folder = own;
    told = ret_told;
    if (!sim_run_begin(1, folder)) {
        sim_story_break("setup", "the run does not begin");
    } else if (prepare()) {
        first_stage();
        second_stage();
        (void)sim_run_end();
        look_for_leaks();
    }
    sim_disk_remove(folder);
    if (sim_story_broken() != NULL) {
        (void)snprintf(told->breach, sizeof(told->breach), "%s: %.140s", sim_story_broken(),
                       sim_story_breach());
    }
}
