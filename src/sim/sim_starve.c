/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_starve.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/text.h"
#include "server/server.h"
#include "sim/sim_act.h"
#include "sim/sim_desk.h"
#include "sim/sim_disk.h"
#include "sim/sim_lack.h"
#include "sim/sim_run.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"

enum { OPERATOR = 1, DESK = 0, JOBS_MAX = 64, SECONDS_MAX = 120 };

/* The cards of sim_found.c that are due, expired and blank. */
static const struct row {
    const char *job;
    int card;
} rows[] = { { "log-in", OPERATOR }, { "renew", 3 }, { "repair", 6 }, { "issue", 11 } };

enum { ACTS = 2 }; /* identify; the job */

/* What a run tells its parent. */
struct told {
    uint32_t calls[SIM_LACK_MAX];
    uint64_t shapes[ACTS]; /* of the answers */
    bool happened;
    char what[80], breach[160];
};

struct run {
    const struct row *row;
    struct sim_lack_plan plan;
    pid_t pid;
};

static struct {
    const char *folder;
    unsigned long jobs, running;
    struct run runs[JOBS_MAX];
    uint64_t shapes[ACTS];          /* of the answers when nothing failed */
    struct told *told;              /* shared with the children: one for each of `runs` */
    struct sim_lack_places *places; /* shared too: of each kind, in the present job */
    struct sum {
        uint32_t calls, places, failed, crashed, lost;
    } sums[COUNT(rows)][SIM_LACK_MAX];
} all;

/* Of the sanitizer's, where there is one. */
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

void sim_starve_install(void)
{
    sim_lack_install();
}

/* ---- one run ---- */

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
static void check_answer(const char *act, uint64_t shape, uint64_t *ret_shape)
{
    const struct sim_http_reply *reply = sim_desk_reply(DESK);
    enum status status;
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
    *ret_shape = is_done ? shape_of(answer) : 0;
    if (is_done && shape != 0 && shape != *ret_shape) {
        sim_story_break("answer", "%s: not all members are there", act);
    }
    json_decref(answer);
}

static bool act(const struct row *row, uint64_t ret_shapes[ACTS])
{
    bool good = false;
    if (row->card == OPERATOR) {
        good = sim_act_log_in(DESK, OPERATOR);
    } else {
        sim_act_look(DESK, row->card);
        check_answer("identify", all.shapes[0], &ret_shapes[0]);
        good = sim_act_serve(DESK, row->card, row->job);
    }
    check_answer(row->job, all.shapes[1], &ret_shapes[1]);
    return good;
}

/* Whoever was to be served has been, with a receipt or without. */
static bool is_done(const struct row *row)
{
    struct card_record cards[4];
    struct job_summary jobs[8];
    struct store *store = sim_server()->store;
    const char *person = sim_reader_card((size_t)row->card)->person;
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
            done = done || (text_equal(jobs[k].service, row->job) &&
                            text_equal(jobs[k].result, "committed"));
        }
    }
    return done;
}

static void finish(const struct row *row)
{
    if (!sim_act_log_in(DESK, OPERATOR)) {
        sim_story_break("finish", "the operator cannot log in any more");
        return;
    }
    if (row->card != OPERATOR && !is_done(row)) {
        sim_act_look(DESK, row->card);
        if (!sim_act_serve(DESK, row->card, row->job)) {
            sim_story_break("finish", "%s cannot be done any more", row->job);
        }
    }
}

static void play(const struct row *row, const struct sim_lack_plan *plan, struct told *ret_told)
{
    if (row->card != OPERATOR && !sim_act_log_in(DESK, OPERATOR)) {
        sim_story_break("setup", "the operator does not log in");
        return;
    }
    sim_lack_begin(plan);
    bool good = act(row, ret_told->shapes);
    sim_lack_end();
    for (unsigned i = 0; i < SIM_LACK_MAX; i++) {
        ret_told->calls[i] = sim_lack_calls((enum sim_lack)i);
        if (plan->call == 0) {
            all.places[i] = *sim_lack_places((enum sim_lack)i);
        }
    }
    ret_told->happened = sim_lack_happened();
    if (!good && !ret_told->happened) {
        sim_story_break("setup", "%s does not work", row->job);
    }
    if (ret_told->happened) {
        text_print_safe(span_of_text(sim_lack_what()), ret_told->what, sizeof(ret_told->what));
    }
    sim_run_mend(true);
    finish(row);
}

static void look_for_leaks(void)
{
    if (__lsan_do_recoverable_leak_check != NULL && __lsan_do_recoverable_leak_check() != 0) {
        sim_story_break("leak", "memory is leaked");
    }
}

static void run_child(const struct run *run, struct told *ret_told)
{
    char own[256];
    (void)alarm(SECONDS_MAX);
    REQUIRE(text_format(own, sizeof(own), "%s-s%d", all.folder, (int)getpid()));
    if (sim_run_begin(1, own)) {
        play(run->row, &run->plan, ret_told);
        (void)sim_run_end();
        look_for_leaks();
    } else {
        sim_story_break("setup", "the run does not begin");
    }
    sim_disk_remove(own);
    if (sim_story_broken() != NULL) {
        (void)snprintf(ret_told->breach, sizeof(ret_told->breach), "%s: %.140s", sim_story_broken(),
                       sim_story_breach());
    }
}

/* ---- many at a time ---- */

static void remove_left(pid_t pid)
{
    char own[256];
    REQUIRE(text_format(own, sizeof(own), "%s-s%d", all.folder, (int)pid));
    sim_disk_remove(own);
}

static void take(const struct run *run, const struct told *told, int how)
{
    bool crashed = !WIFEXITED(how) || WEXITSTATUS(how) != 0;
    const struct sim_lack_plan *plan = &run->plan;
    struct sum *sum = &all.sums[run->row - rows][plan->kind];
    sum->failed += told->happened || crashed ? 1 : 0;
    sum->crashed += crashed ? 1 : 0;
    sum->lost += !crashed && told->breach[0] != '\0' ? 1 : 0;
    if (crashed || told->breach[0] != '\0') {
        printf("  '%s %s %u %u' (%s): ", run->row->job, sim_lack_name(plan->kind), plan->way,
               plan->call, told->what);
        if (crashed) {
            printf("%s %d\n", WIFSIGNALED(how) ? "died of signal" : "ended with",
                   WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how));
            remove_left(run->pid);
        } else {
            printf("%s\n", told->breach);
        }
    }
}

/* A run has ended: its place is free. */
static size_t wait_one(void)
{
    int how = 0;
    pid_t pid = wait(&how);
    REQUIRE(pid > 0);
    size_t i = 0;
    while (all.runs[i].pid != pid) {
        i++;
        REQUIRE(i < all.jobs);
    }
    take(&all.runs[i], &all.told[i], how);
    all.runs[i].pid = 0;
    all.running--;
    return i;
}

static size_t free_place(void)
{
    if (all.running == all.jobs) {
        return wait_one();
    }
    size_t i = 0;
    while (all.runs[i].pid != 0) {
        i++;
    }
    return i;
}

static void start(const struct row *row, const struct sim_lack_plan *plan)
{
    size_t place = free_place();
    struct run *run = &all.runs[place];
    *run = (struct run){ .row = row, .plan = *plan };
    memset(&all.told[place], 0, sizeof(all.told[place]));
    (void)fflush(stdout);
    run->pid = fork();
    REQUIRE(run->pid >= 0);
    if (run->pid == 0) {
        run_child(run, &all.told[place]);
        (void)fflush(stdout);
        _exit(0);
    }
    all.running++;
}

static void wait_all(void)
{
    while (all.running > 0) {
        (void)wait_one();
    }
}

/* ---- all calls ---- */

static void run_kind(const struct row *row, enum sim_lack kind, unsigned long most)
{
    unsigned ways = sim_lack_ways(kind);
    const struct sim_lack_places *places = &all.places[kind];
    unsigned long runs = (unsigned long)places->count * ways;
    unsigned long count = most == 0 || most > runs ? runs : most;
    for (unsigned long i = 0; i < count; i++) {
        unsigned long at = i * runs / count;
        const struct sim_lack_plan plan = { .kind = kind,
                                            .way = (unsigned)(at % ways),
                                            .call = places->calls[at / ways] };
        start(row, &plan);
    }
}

/* Nothing fails: how many calls there are. */
static bool count_calls(const struct row *row)
{
    const struct sim_lack_plan none = { 0 };
    memset(all.shapes, 0, sizeof(all.shapes));
    start(row, &none);
    wait_all();
    memcpy(all.shapes, all.told[0].shapes, sizeof(all.shapes));
    for (unsigned i = 0; i < SIM_LACK_MAX; i++) {
        all.sums[row - rows][i].calls = all.told[0].calls[i];
        all.sums[row - rows][i].places = all.places[i].count;
    }
    return all.told[0].calls[SIM_LACK_MEMORY] > 0;
}

static bool print_table(void)
{
    bool good = true;
    printf("%-8s %-16s %8s %8s %8s %8s %8s\n", "job", "calls", "made", "places", "failed",
           "crashed", "lost");
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (unsigned k = 0; k < SIM_LACK_MAX; k++) {
            const struct sum *sum = &all.sums[i][k];
            if (sum->failed + sum->crashed + sum->lost == 0) {
                continue;
            }
            printf("%-8s %-16s %8u %8u %8u %8u %8u\n", rows[i].job, sim_lack_name((enum sim_lack)k),
                   sum->calls, sum->places, sum->failed, sum->crashed, sum->lost);
            good = good && sum->crashed == 0 && sum->lost == 0;
        }
    }
    return good;
}

/* ---- which of them ---- */

struct only {
    const struct row *row; /* NULL: each */
    bool has_kind, has_call;
    struct sim_lack_plan plan;
};

/* The next word; `*at` goes behind it. */
static bool take_word(const char **at, char *ret_word, size_t max)
{
    size_t len = strcspn(*at, " ");
    if (len == 0 || len >= max) {
        return false;
    }
    memcpy(ret_word, *at, len);
    ret_word[len] = '\0';
    *at += len;
    *at += strspn(*at, " ");
    return true;
}

static bool take_number(const char **at, uint32_t *ret_number)
{
    char word[12];
    char *end = NULL;
    if (!take_word(at, word, sizeof(word))) {
        return false;
    }
    *ret_number = (uint32_t)strtoul(word, &end, 10);
    return *end == '\0';
}

static bool take_row(const char **at, const struct row **ret_row)
{
    char job[16] = "";
    (void)take_word(at, job, sizeof(job));
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (text_equal(rows[i].job, job)) {
            *ret_row = &rows[i];
            return true;
        }
    }
    return false;
}

static bool parse(const char *at, struct only *ret_only)
{
    char kind[24];
    *ret_only = (struct only){ 0 };
    if (at == NULL) {
        return true;
    }
    bool good = take_row(&at, &ret_only->row);
    ret_only->has_kind = *at != '\0';
    if (good && ret_only->has_kind) {
        good = take_word(&at, kind, sizeof(kind)) && sim_lack_by_name(kind, &ret_only->plan.kind);
    }
    ret_only->has_call = *at != '\0';
    if (!good || !ret_only->has_call) {
        return good;
    }
    return take_number(&at, &ret_only->plan.way) && take_number(&at, &ret_only->plan.call) &&
           ret_only->plan.way < sim_lack_ways(ret_only->plan.kind);
}

static bool run_row(const struct row *row, const struct only *only, unsigned long most)
{
    bool good = count_calls(row);
    if (only->has_call) {
        sim_story_aloud(true);
        start(row, &only->plan);
        wait_all();
        return good;
    }
    for (unsigned k = 0; k < SIM_LACK_MAX; k++) {
        if (!only->has_kind || k == only->plan.kind) {
            run_kind(row, (enum sim_lack)k, most);
        }
    }
    wait_all();
    return good;
}

static void *shared(size_t len)
{
    void *at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(at != MAP_FAILED);
    return at;
}

bool sim_starve_run(const struct sim_starve_options *options)
{
    struct only only;
    bool good = true;
    if (!parse(options->only, &only)) {
        printf("no such run: %s\n", options->only);
        return false;
    }
    REQUIRE(options->jobs <= JOBS_MAX);
    all.folder = options->folder;
    all.jobs = options->jobs;
    all.told = shared(sizeof(*all.told) * JOBS_MAX);
    all.places = shared(sizeof(*all.places) * SIM_LACK_MAX);
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (only.row == NULL || only.row == &rows[i]) {
            good = run_row(&rows[i], &only, options->most) && good;
        }
    }
    return print_table() && good;
}
