/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_starve.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/text.h"
#include "sim/sim_disk.h"
#include "sim/sim_random.h"
#include "sim/sim_refused.h"
#include "sim/sim_story.h"

enum { JOBS_MAX = 64, SECONDS_MAX = 120, SECOND_EVERY = 8, LATER_MAX = 4096 };

/* The cards of sim_found.c that are due, expired and blank. Memory and cryptography are asked for
 * alike whatever the make: there each job has one that stands for all. */
static const struct sim_refused_row rows[] = {
    { "log-in", "standard", 1, true },  { "log-in", "metadata", 0, false },
    { "renew", "standard", 3, true },   { "renew", "metadata", 2, false },
    { "renew", "move", 4, false },      { "repair", "standard", 6, true },
    { "repair", "metadata", 5, false }, { "repair", "move", 7, false },
    { "issue", "standard", 11, true },  { "issue", "metadata", 9, false },
    { "issue", "move", 10, false },     { "start", "standard", 3, true },
};

/* A run: which job, and which of its calls fail. */
struct plan {
    const struct sim_refused_row *row;
    struct sim_lack_plan calls[SIM_REFUSED_PLANS];
};

struct run {
    struct plan plan;
    pid_t pid;
};

static struct {
    const char *folder;
    unsigned long jobs, running;
    struct run runs[JOBS_MAX];
    uint64_t shapes[SIM_REFUSED_ACTS]; /* of the answers when nothing failed */
    struct sim_refused_told *told;     /* shared with the children: one for each of `runs` */
    struct sim_lack_places *places;    /* shared too: of each kind, in the present job */
    struct plan later[LATER_MAX];      /* with a second failure; of the present job */
    size_t later_count;
    struct sum {
        uint32_t calls, places, failed, twice, crashed, lost;
    } sums[COUNT(rows)][SIM_LACK_MAX];
} all;

void sim_starve_install(void)
{
    sim_lack_install();
}

/* ---- many at a time ---- */

static void name_folder(pid_t pid, char ret_folder[256])
{
    REQUIRE(text_format(ret_folder, 256, "%s-s%d", all.folder, (int)pid));
}

static void run_child(const struct plan *plan, struct sim_refused_told *ret_told)
{
    char own[256];
    bool is_first = plan->calls[0].call == 0;
    const struct sim_refused_run run = { .row = plan->row,
                                         .plans = { plan->calls[0], plan->calls[1] },
                                         .shapes = is_first ? NULL : all.shapes,
                                         .places = is_first ? all.places : NULL };
    (void)alarm(SECONDS_MAX);
    name_folder(getpid(), own);
    sim_refused_play(&run, own, ret_told);
}

static void print_plan(const struct plan *plan)
{
    printf("  '%s %s", plan->row->job, plan->row->make);
    for (size_t i = 0; i < SIM_REFUSED_PLANS && plan->calls[i].call > 0; i++) {
        printf(" %s %u %u", sim_lack_name(plan->calls[i].kind), plan->calls[i].way,
               plan->calls[i].call);
    }
    printf("'");
}

static void print_failure(const struct run *run, const struct sim_refused_told *told, int how)
{
    print_plan(&run->plan);
    printf(" (%s%s%s): ", told->what[0], told->what[1][0] != '\0' ? ", then " : "", told->what[1]);
    if (told->breach[0] != '\0') {
        printf("%s\n", told->breach);
    } else {
        printf("%s %d\n", WIFSIGNALED(how) ? "died of signal" : "ended with",
               WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how));
    }
}

/* Drawn from the first one alone, so that it is the same however many run at once. */
static void add_second(const struct plan *plan, const struct sim_refused_told *told)
{
    const struct sim_lack_plan *first = &plan->calls[0];
    enum sim_lack kinds[SIM_LACK_MAX];
    uint32_t count = 0;
    sim_random_seed(((uint64_t)first->kind << 40) ^ ((uint64_t)first->way << 32) ^ first->call);
    for (unsigned i = 0; i < SIM_LACK_MAX; i++) {
        if (told->later[i] > 0) {
            kinds[count++] = (enum sim_lack)i;
        }
    }
    if (count == 0 || sim_random_below(SECOND_EVERY) != 0) {
        return;
    }
    struct plan both = *plan;
    struct sim_lack_plan *second = &both.calls[1];
    second->kind = kinds[sim_random_below(count)];
    second->way = sim_random_below(sim_lack_ways(second->kind));
    second->call = 1 + sim_random_below(told->later[second->kind]);
    REQUIRE(all.later_count < LATER_MAX);
    all.later[all.later_count++] = both;
}

static void take(const struct run *run, const struct sim_refused_told *told, int how)
{
    char own[256];
    const struct plan *plan = &run->plan;
    bool crashed = !WIFEXITED(how) || WEXITSTATUS(how) != 0;
    bool is_second = plan->calls[1].call > 0;
    struct sum *sum = &all.sums[plan->row - rows][plan->calls[0].kind];
    uint32_t *done = is_second ? &sum->twice : &sum->failed;
    *done += told->happened || crashed ? 1 : 0;
    sum->crashed += crashed ? 1 : 0;
    sum->lost += !crashed && told->breach[0] != '\0' ? 1 : 0;
    if (crashed || told->breach[0] != '\0') {
        print_failure(run, told, how);
    } else if (told->happened && !is_second) {
        add_second(plan, told);
    }
    if (crashed) {
        name_folder(run->pid, own);
        sim_disk_remove(own);
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

static void start(const struct plan *plan)
{
    size_t place = free_place();
    struct run *run = &all.runs[place];
    *run = (struct run){ .plan = *plan };
    memset(&all.told[place], 0, sizeof(all.told[place]));
    (void)fflush(stdout);
    run->pid = fork();
    REQUIRE(run->pid >= 0);
    if (run->pid == 0) {
        run_child(plan, &all.told[place]);
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

/* Whether the make of the card matters to it. */
static bool is_of_make(enum sim_lack kind)
{
    return kind == SIM_LACK_CARD || kind == SIM_LACK_LINE || kind == SIM_LACK_STORE;
}

static void run_kind(const struct sim_refused_row *row, enum sim_lack kind, unsigned long most)
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
        start(&(struct plan){ .row = row, .calls = { plan } });
    }
}

/* Nothing fails: how many calls there are. */
static bool count_calls(const struct sim_refused_row *row)
{
    start(&(struct plan){ .row = row });
    wait_all();
    memcpy(all.shapes, all.told[0].shapes, sizeof(all.shapes));
    for (unsigned i = 0; i < SIM_LACK_MAX; i++) {
        all.sums[row - rows][i].calls = all.told[0].calls[i];
        all.sums[row - rows][i].places = all.places[i].count;
    }
    return all.told[0].calls[SIM_LACK_MEMORY] > 0 && all.told[0].breach[0] == '\0';
}

static void run_later(void)
{
    wait_all();
    for (size_t i = 0; i < all.later_count; i++) {
        start(&all.later[i]);
    }
    wait_all();
    all.later_count = 0;
}

static bool print_table(void)
{
    bool good = true;
    printf("%-8s %-9s %-16s %8s %8s %8s %8s %8s %8s\n", "job", "card", "calls", "made", "places",
           "failed", "twice", "crashed", "lost");
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (unsigned k = 0; k < SIM_LACK_MAX; k++) {
            const struct sum *sum = &all.sums[i][k];
            good = good && sum->crashed == 0 && sum->lost == 0;
            if (sum->failed + sum->twice + sum->crashed + sum->lost == 0) {
                continue;
            }
            printf("%-8s %-9s %-16s %8u %8u %8u %8u %8u %8u\n", rows[i].job, rows[i].make,
                   sim_lack_name((enum sim_lack)k), sum->calls, sum->places, sum->failed,
                   sum->twice, sum->crashed, sum->lost);
        }
    }
    return good;
}

/* ---- which of them ---- */

struct only {
    char job[16], make[16];
    bool has_kind;
    struct plan plan; /* without a row */
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

static bool is_asked(const struct only *only, const struct sim_refused_row *row)
{
    return (only->job[0] == '\0' || text_equal(only->job, row->job)) &&
           (only->make[0] == '\0' || text_equal(only->make, row->make));
}

static bool has_row(const struct only *only)
{
    bool found = false;
    for (size_t i = 0; i < COUNT(rows); i++) {
        found = found || is_asked(only, &rows[i]);
    }
    return found;
}

static bool take_kind(const char **at, enum sim_lack *ret_kind)
{
    char kind[24];
    return take_word(at, kind, sizeof(kind)) && sim_lack_by_name(kind, ret_kind);
}

static bool take_call(const char **at, struct sim_lack_plan *plan)
{
    return take_number(at, &plan->way) && take_number(at, &plan->call) && plan->call > 0 &&
           plan->way < sim_lack_ways(plan->kind);
}

/* Each word may be the last, but for the numbers. */
static bool parse(const char *at, struct only *ret_only)
{
    struct sim_lack_plan *calls = ret_only->plan.calls;
    *ret_only = (struct only){ 0 };
    if (at == NULL) {
        return true;
    }
    bool good = take_word(&at, ret_only->job, sizeof(ret_only->job)) &&
                (*at == '\0' || take_word(&at, ret_only->make, sizeof(ret_only->make))) &&
                has_row(ret_only);
    ret_only->has_kind = *at != '\0';
    good = good && (*at == '\0' || take_kind(&at, &calls[0].kind)) &&
           (*at == '\0' || take_call(&at, &calls[0]));
    return good && (*at == '\0' || (take_kind(&at, &calls[1].kind) && take_call(&at, &calls[1]))) &&
           *at == '\0';
}

static bool run_row(const struct sim_refused_row *row, const struct only *only, unsigned long most)
{
    bool good = count_calls(row);
    if (only->plan.calls[0].call > 0) {
        struct plan plan = only->plan;
        plan.row = row;
        sim_story_aloud(true);
        start(&plan);
        wait_all();
        return good;
    }
    for (unsigned k = 0; k < SIM_LACK_MAX; k++) {
        bool is_meant = only->has_kind ? k == only->plan.calls[0].kind
                                       : row->has_memory || is_of_make((enum sim_lack)k);
        if (is_meant) {
            run_kind(row, (enum sim_lack)k, most);
        }
    }
    run_later();
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
        if (is_asked(&only, &rows[i])) {
            good = run_row(&rows[i], &only, options->most) && good;
        }
    }
    return print_table() && good;
}
