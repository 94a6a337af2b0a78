/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_matrix.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "sim/sim_act.h"
#include "sim/sim_check.h"
#include "sim/sim_disk.h"
#include "sim/sim_fault.h"
#include "sim/sim_random.h"
#include "sim/sim_run.h"
#include "sim/sim_story.h"

enum { OPERATOR = 1, DESK = 0, SECONDS = 2 };

/* The cards of sim_found.c that are due, expired and blank. */
static const struct row {
    const char *service, *make;
    int card;
} rows[] = {
    { "renew", "standard", 3 },  { "renew", "metadata", 2 },  { "renew", "move", 4 },
    { "repair", "standard", 6 }, { "repair", "metadata", 5 }, { "repair", "move", 7 },
    { "issue", "standard", 11 }, { "issue", "metadata", 9 },  { "issue", "move", 10 },
};

struct cut {
    enum sim_fault first, second;
    uint32_t first_visit, second_visit; /* 0: none */
};

/* What a run tells its parent. */
struct told {
    uint32_t visits[SIM_POINT_MAX];
    uint32_t mending[SIM_POINT_MAX]; /* visits while the first cut was mended */
    char breach[160];
    bool happened;
    /* Without a working pair, at one stretch: commands, and milliseconds of the simulated clock. */
    uint32_t commands;
    int64_t ms;
};

/* Shared with a child. */
static struct told *told;

struct sum {
    unsigned points, doubles, lost;
    uint32_t commands_calm, commands_max;
    int64_t ms_calm;
};

static struct sum *sums; /* one for each row */

static void *shared(size_t len)
{
    void *at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(at != MAP_FAILED);
    return at;
}

static void count(uint32_t *ret_visits)
{
    for (unsigned i = 0; i < SIM_POINT_MAX; i++) {
        ret_visits[i] = sim_fault_visits((enum sim_point)i);
    }
}

/* Nothing else goes wrong from here on. */
static void plan(enum sim_fault fault, uint32_t visit)
{
    sim_fault_calm();
    sim_fault_count_anew();
    if (visit > 0) {
        sim_fault_plan(fault, visit);
    }
}

/* ---- one run ---- */

/* A blank card has no pair yet: nothing is lost while it gets its first. */
static void look(struct sim_card *card)
{
    static int64_t since_ms;
    static uint32_t commands;
    if (card->is_operator || card->is_blank) {
        return;
    }
    if (sim_check_works(card)) {
        commands = 0;
        return;
    }
    since_ms = commands == 0 ? clock_read_monotonic_ms() : since_ms;
    commands++;
    told->commands = commands > told->commands ? commands : told->commands;
    int64_t ms = clock_read_monotonic_ms() - since_ms;
    told->ms = ms > told->ms ? ms : told->ms;
}

static void play(const struct row *row, const struct cut *cut)
{
    if (!sim_act_log_in(DESK, OPERATOR)) {
        sim_story_break("setup", "the operator does not log in");
        return;
    }
    sim_reader_look_after(look);
    plan(cut->first, cut->first_visit);
    sim_act_look(DESK, row->card);
    (void)sim_act_serve(DESK, row->card, row->service);
    count(told->visits);
    told->happened = sim_fault_plan_done();
    sim_fault_calm();
    sim_check_accounts();
    plan(cut->second, cut->second_visit);
    sim_run_mend(cut->second_visit == 0);
    count(told->mending);
    if (cut->second_visit > 0) {
        sim_fault_calm();
        sim_run_mend(true);
    }
}

static void run_child(const char *folder, const struct row *row, const struct cut *cut)
{
    char own[256];
    REQUIRE(text_format(own, sizeof(own), "%s-m%d", folder, (int)getpid()));
    if (sim_disk_copy(folder, own) && sim_run_begin(1, own)) {
        play(row, cut);
        (void)sim_run_end();
    } else {
        sim_story_break("setup", "the run does not begin");
    }
    sim_disk_remove(own);
    if (sim_story_broken() != NULL) {
        (void)snprintf(told->breach, sizeof(told->breach), "%s: %.140s", sim_story_broken(),
                       sim_story_breach());
    }
}

/* True: all invariants hold. */
static bool run(const char *folder, const struct row *row, const struct cut *cut)
{
    int how = 0;
    memset(told, 0, sizeof(*told));
    (void)fflush(stdout);
    pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        run_child(folder, row, cut);
        _exit(0);
    }
    if (waitpid(pid, &how, 0) != pid || !WIFEXITED(how)) {
        text_take(told->breach, sizeof(told->breach), "the run died");
    }
    return told->breach[0] == '\0';
}

/* ---- all cuts of one row ---- */

static void take(const struct row *row, const struct cut *cut, bool good, struct sum *sum)
{
    sum->commands_max = told->commands > sum->commands_max ? told->commands : sum->commands_max;
    if (good) {
        return;
    }
    sum->lost++;
    printf("  %s, %s: %s at %u", row->service, row->make, sim_fault_name(cut->first),
           cut->first_visit);
    if (cut->second_visit > 0) {
        printf(", then %s at %u", sim_fault_name(cut->second), cut->second_visit);
    }
    printf(": %s\n", told->breach);
    (void)fflush(stdout);
}

/* A fault of any kind at a place that the recovery passes. */
static bool draw_second(const uint32_t *mending, struct cut *cut)
{
    cut->second = (enum sim_fault)(1 + sim_random_below(SIM_FAULT_MAX - 1));
    uint32_t visits = mending[sim_fault_point(cut->second)];
    cut->second_visit = visits > 0 ? 1 + sim_random_below(visits) : 0;
    return visits > 0;
}

static void run_doubles(const char *folder, const struct row *row, struct cut cut, struct sum *sum)
{
    uint32_t mending[SIM_POINT_MAX];
    memcpy(mending, told->mending, sizeof(mending));
    for (int i = 0; i < SECONDS; i++) {
        if (draw_second(mending, &cut)) {
            sum->doubles++;
            take(row, &cut, run(folder, row, &cut), sum);
        }
    }
}

static void run_fault(const char *folder, const struct row *row, enum sim_fault fault,
                      uint32_t visits, struct sum *sum)
{
    struct cut cut = { .first = fault };
    for (cut.first_visit = 1; cut.first_visit <= visits; cut.first_visit++) {
        bool good = run(folder, row, &cut);
        if (told->happened) {
            sum->points++;
            take(row, &cut, good, sum);
            run_doubles(folder, row, cut, sum);
        }
    }
}

static void run_row(const char *folder, const struct row *row, struct sum *sum)
{
    uint32_t visits[SIM_POINT_MAX];
    const struct cut none = { 0 };
    told = shared(sizeof(*told));
    take(row, &none, run(folder, row, &none), sum);
    sum->commands_calm = told->commands;
    sum->ms_calm = told->ms;
    memcpy(visits, told->visits, sizeof(visits));
    for (unsigned i = 1; i < SIM_FAULT_MAX; i++) {
        enum sim_fault fault = (enum sim_fault)i;
        run_fault(folder, row, fault, visits[sim_fault_point(fault)], sum);
    }
}

static void start_row(const char *folder, size_t index)
{
    (void)fflush(stdout);
    pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        run_row(folder, &rows[index], &sums[index]);
        (void)fflush(stdout);
        _exit(0);
    }
}

static bool wait_row(void)
{
    int how = 0;
    REQUIRE(wait(&how) > 0);
    return WIFEXITED(how) && WEXITSTATUS(how) == 0;
}

static bool print_table(void)
{
    unsigned lost = 0;
    printf("%-8s %-10s %8s %12s %6s  %s\n", "job", "card", "cuts", "second cuts", "lost",
           "without a working pair: commands (most, with cuts), ms");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct sum *s = &sums[i];
        printf("%-8s %-10s %8u %12u %6u  %u (%u), %lld\n", rows[i].service, rows[i].make, s->points,
               s->doubles, s->lost, s->commands_calm, s->commands_max, (long long)s->ms_calm);
        lost += s->lost;
    }
    return lost == 0;
}

bool sim_matrix_run(const char *folder, unsigned long jobs)
{
    unsigned long running = 0;
    bool good = true;
    sums = shared(sizeof(*sums) * COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (running == jobs) {
            good = wait_row() && good;
            running--;
        }
        start_row(folder, i);
        running++;
    }
    for (; running > 0; running--) {
        good = wait_row() && good;
    }
    return print_table() && good;
}
