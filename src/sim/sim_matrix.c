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

enum { OPERATOR = 1, DESK = 0, CUTS_MAX = 3, SECONDS = 2, THIRD_EVERY = 8, AGAIN_MAX = 3 };

/* The cards of sim_found.c that are due, expired and blank. */
static const struct row {
    const char *service, *make;
    int card;
} rows[] = {
    { "renew", "standard", 3 },  { "renew", "metadata", 2 },  { "renew", "move", 4 },
    { "repair", "standard", 6 }, { "repair", "metadata", 5 }, { "repair", "move", 7 },
    { "issue", "standard", 11 }, { "issue", "metadata", 9 },  { "issue", "move", 10 },
};

/* The first comes in the job, each later one in the recovery from the one before. */
struct cuts {
    struct {
        enum sim_fault fault;
        uint32_t visit;
    } at[CUTS_MAX];
    size_t count;
    unsigned again; /* the same with another seed: the operator may have forgotten something */
};

/* What a run tells its parent. */
struct told {
    uint32_t visits[CUTS_MAX + 1][SIM_POINT_MAX]; /* in the job, and in each recovery */
    char breach[160];
    bool happened;
    /* Without a working pair, at one stretch: commands, and milliseconds of the simulated clock. */
    uint32_t commands;
    int64_t ms;
};

/* Shared with a child. */
static struct told *told;

struct sum {
    unsigned runs[CUTS_MAX + 1]; /* with so many cuts */
    unsigned points, lost;
    uint32_t commands_calm, commands_max;
    int64_t ms_calm;
};

static struct sum *sums;    /* one for each row */
static unsigned long every; /* of the places */

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

static const struct sim_card *served;

/* A blank card has no pair yet: nothing is lost while it gets its first. */
static void look(struct sim_card *card)
{
    static int64_t since_ms;
    static uint32_t commands;
    if (card != served || card->is_blank) {
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

/* The job with its first cut, or the recovery with a later one; the last recovery has none. */
static void stage(const struct row *row, const struct cuts *cuts, size_t index)
{
    bool is_last = index == cuts->count;
    plan(is_last ? SIM_NOTHING : cuts->at[index].fault, is_last ? 0 : cuts->at[index].visit);
    if (index == 0) {
        sim_act_look(DESK, row->card);
        (void)sim_act_serve(DESK, row->card, row->service);
    } else {
        sim_run_mend(is_last);
    }
    count(told->visits[index]);
    told->happened = told->happened && sim_fault_plan_done();
    sim_fault_calm();
    sim_check_accounts();
}

static void play(const struct row *row, const struct cuts *cuts)
{
    if (!sim_act_log_in(DESK, OPERATOR)) {
        sim_story_break("setup", "the operator does not log in");
        return;
    }
    served = sim_reader_card((size_t)row->card);
    sim_reader_look_after(look);
    told->happened = true;
    for (size_t i = 0; i <= cuts->count; i++) {
        stage(row, cuts, i);
    }
    if (cuts->count == 0) {
        sim_run_mend(true);
    }
}

/* Which workstation it is put in again at, and all that programs draw, differ from run to run. */
static uint64_t seed_of(const struct cuts *cuts)
{
    uint64_t seed = 1 + cuts->again;
    for (size_t i = 0; i < cuts->count; i++) {
        seed = (seed * SIM_FAULT_MAX + cuts->at[i].fault) * 1000 + cuts->at[i].visit;
    }
    return seed;
}

static void run_child(const char *folder, const struct row *row, const struct cuts *cuts)
{
    char own[256];
    REQUIRE(text_format(own, sizeof(own), "%s-m%d", folder, (int)getpid()));
    if (sim_run_begin(seed_of(cuts), own)) {
        play(row, cuts);
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
static bool run(const char *folder, const struct row *row, const struct cuts *cuts)
{
    int how = 0;
    memset(told, 0, sizeof(*told));
    (void)fflush(stdout);
    pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        run_child(folder, row, cuts);
        _exit(0);
    }
    if (waitpid(pid, &how, 0) != pid || !WIFEXITED(how) || WEXITSTATUS(how) != 0) {
        text_take(told->breach, sizeof(told->breach), "the run died");
    }
    return told->breach[0] == '\0';
}

/* ---- all cuts of one row ---- */

static void print_breach(const struct row *row, const struct cuts *cuts)
{
    printf("  %s, %s", row->service, row->make);
    for (size_t i = 0; i < cuts->count; i++) {
        printf("%s %s at %u", i == 0 ? ":" : ", then", sim_fault_name(cuts->at[i].fault),
               cuts->at[i].visit);
    }
    printf(": %s\n", told->breach);
    (void)fflush(stdout);
}

/* Runs it and counts it, if each cut came to pass. */
static bool try(const char *folder, const struct row *row, const struct cuts *cuts, struct sum *sum)
{
    struct cuts now = *cuts;
    bool good = run(folder, row, &now);
    while (now.count == 1 && !told->happened && good && now.again < AGAIN_MAX) {
        now.again++;
        good = run(folder, row, &now);
    }
    if (!told->happened && good) {
        return false;
    }
    sum->runs[cuts->count]++;
    sum->commands_max = told->commands > sum->commands_max ? told->commands : sum->commands_max;
    if (!good) {
        sum->lost++;
        print_breach(row, cuts);
    }
    return true;
}

/* A cut of any kind at a place that the last recovery passed. */
static bool draw(const uint32_t *visits, struct cuts *cuts)
{
    enum sim_fault fault = (enum sim_fault)(1 + sim_random_below(SIM_FAULT_MAX - 1));
    uint32_t passed = visits[sim_fault_point(fault)];
    if (passed > 0) {
        cuts->at[cuts->count].fault = fault;
        cuts->at[cuts->count].visit = 1 + sim_random_below(passed);
        cuts->count++;
    }
    return passed > 0;
}

static void try_more(const char *folder, const struct row *row, struct cuts cuts, struct sum *sum)
{
    uint32_t visits[SIM_POINT_MAX];
    memcpy(visits, told->visits[1], sizeof(visits));
    for (int i = 0; i < SECONDS; i++) {
        struct cuts more = cuts;
        bool two = draw(visits, &more) && try(folder, row, &more, sum);
        if (two && sim_random_below(THIRD_EVERY) == 0 && draw(told->visits[2], &more)) {
            (void)try(folder, row, &more, sum);
        }
    }
}

static void try_fault(const char *folder, const struct row *row, enum sim_fault fault,
                      uint32_t visits, struct sum *sum)
{
    for (uint32_t visit = 1; visit <= visits; visit++) {
        struct cuts cuts = { .at = { { fault, visit } }, .count = 1 };
        bool is_asked = sum->points++ % every == 0;
        if (is_asked && try(folder, row, &cuts, sum)) {
            try_more(folder, row, cuts, sum);
        }
    }
}

static void run_row(const char *folder, const struct row *row, struct sum *sum)
{
    uint32_t visits[SIM_POINT_MAX];
    const struct cuts none = { 0 };
    told = shared(sizeof(*told));
    (void)try(folder, row, &none, sum);
    sum->commands_calm = told->commands;
    sum->ms_calm = told->ms;
    memcpy(visits, told->visits[0], sizeof(visits));
    for (unsigned i = 1; i < SIM_FAULT_MAX; i++) {
        enum sim_fault fault = (enum sim_fault)i;
        try_fault(folder, row, fault, visits[sim_fault_point(fault)], sum);
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
    printf("%-8s %-10s %7s %7s %7s %7s %5s   %s\n", "job", "card", "places", "1 cut", "2 cuts",
           "3 cuts", "lost", "without a working pair: commands (most, with cuts), ms");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct sum *s = &sums[i];
        printf("%-8s %-10s %7u %7u %7u %7u %5u   %u (%u), %lld\n", rows[i].service, rows[i].make,
               s->points, s->runs[1], s->runs[2], s->runs[3], s->lost, s->commands_calm,
               s->commands_max, (long long)s->ms_calm);
        lost += s->lost;
    }
    return lost == 0;
}

bool sim_matrix_run(const char *folder, const struct sim_matrix_options *options)
{
    unsigned long running = 0;
    bool good = true;
    every = options->every;
    sums = shared(sizeof(*sums) * COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (running == options->jobs) {
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
