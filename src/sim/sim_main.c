/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/text.h"
#include "sim/sim_clock.h"
#include "sim/sim_disk.h"
#include "sim/sim_fault.h"
#include "sim/sim_found.h"
#include "sim/sim_line.h"
#include "sim/sim_matrix.h"
#include "sim/sim_random.h"
#include "sim/sim_reader.h"
#include "sim/sim_run.h"
#include "sim/sim_starve.h"
#include "sim/sim_story.h"

/* cardwright-sim: the whole system in one process and one thread, from one seed. Each seed runs in
 * a child of its own, of a process in which the organisation was founded and has opened. */
enum { VISITS_MAX = 12, JOBS_MAX = 64, LISTED_MAX = 1024, BEGIN = 1780300800 };
enum { EXIT_GOOD, EXIT_BROKEN, EXIT_SET_UP };

static const char usage[] =
    "usage: cardwright-sim [--seed N] [--count N] [--jobs N] [--data DIR] [--dir DIR]\n"
    "       cardwright-sim --list FILE [--jobs N] [--data DIR] [--dir DIR]\n"
    "       cardwright-sim --matrix [--every N] [--jobs N] [--data DIR] [--dir DIR]\n"
    "       cardwright-sim --starve [--most N] [--only WHAT] [--jobs N] [--data DIR] [--dir DIR]\n"
    "  --seed N    the first seed; with --count 1 (the default) its story is told\n"
    "  --count N   so many seeds; the story of one that went wrong is left in seed-N.story\n"
    "  --list FILE the seeds that the lines of FILE begin with\n"
    "  --matrix    each job with each make of card, cut at each place where it can be cut\n"
    "  --every N   of these places one in N\n"
    "  --starve    each job, with each call that it makes refused once\n"
    "  --most N    at most so many for each job and kind of call, evenly spread\n"
    "  --only WHAT these: 'renew', 'renew move', 'renew move card', or one as it is printed,\n"
    "              'renew move card 3 17'\n"
    "  --jobs N    so many at the same time\n"
    "  --data DIR  policies and profiles\n"
    "  --dir DIR   for the files of the runs; they are removed afterwards (/dev/shm)\n"
    "exit status: 0 all good, 1 an invariant was broken, 2 usage or set-up\n";

struct options {
    uint64_t seed;
    unsigned long count, jobs, every, most;
    const char *data, *folder, *only, *list;
    bool aloud, is_matrix, is_starve;
};

struct child {
    pid_t pid;
    uint64_t seed;
};

static bool numbers(const char *text, unsigned long *ret_number)
{
    char *end = NULL;
    *ret_number = strtoul(text, &end, 10);
    return end != text && *end == '\0' && text[0] != '-';
}

static bool parse(int argc, char **argv, struct options *o)
{
    static const struct option list[] = {
        { "seed", required_argument, NULL, 's' },  { "count", required_argument, NULL, 'n' },
        { "jobs", required_argument, NULL, 'j' },  { "data", required_argument, NULL, 'd' },
        { "dir", required_argument, NULL, 'f' },   { "matrix", no_argument, NULL, 'm' },
        { "every", required_argument, NULL, 'e' }, { "starve", no_argument, NULL, 'w' },
        { "most", required_argument, NULL, 'k' },  { "only", required_argument, NULL, 'o' },
        { "list", required_argument, NULL, 'l' },  { NULL, 0, NULL, 0 },
    };
    int option;
    unsigned long seed = 1;
    bool good = true;
    while (good && (option = getopt_long(argc, argv, "", list, NULL)) != -1) {
        good = option == 's'   ? numbers(optarg, &seed)
               : option == 'n' ? numbers(optarg, &o->count)
               : option == 'j' ? numbers(optarg, &o->jobs)
               : option == 'e' ? numbers(optarg, &o->every)
               : option == 'k' ? numbers(optarg, &o->most)
                               : option != '?';
        o->is_matrix = o->is_matrix || option == 'm';
        o->is_starve = o->is_starve || option == 'w';
        o->only = option == 'o' ? optarg : o->only;
        o->list = option == 'l' ? optarg : o->list;
        o->data = option == 'd' ? optarg : o->data;
        o->folder = option == 'f' ? optarg : o->folder;
    }
    o->seed = seed;
    o->aloud = o->count == 1 && !o->is_matrix && !o->is_starve && o->list == NULL;
    return good && optind == argc && o->count > 0 && o->every > 0 && o->jobs > 0 &&
           o->jobs <= JOBS_MAX;
}

/* ---- one seed, in its own process ---- */

static void save_story(uint64_t seed)
{
    char path[64];
    struct span text = sim_story_text();
    FILE *file = NULL;
    if (text_format(path, sizeof(path), "seed-%llu.story", (unsigned long long)seed)) {
        file = fopen(path, "w");
    }
    if (file != NULL) {
        (void)fwrite(text.ptr, 1, text.len, file);
        (void)fclose(file);
    }
}

/* The exit status: a run that could not begin says nothing of the programs. */
static int run_seed(uint64_t seed, const char *folder)
{
    char own[256];
    REQUIRE(text_format(own, sizeof(own), "%s-%llu", folder, (unsigned long long)seed));
    bool begun = sim_run_begin(seed, own);
    bool good = begun;
    if (begun) {
        sim_run_day(2 + sim_random_below(VISITS_MAX));
        sim_run_mend(true);
        good = sim_run_end() && sim_run_after();
    } else {
        (void)fprintf(stderr, "set-up: seed %llu cannot begin: no room or no memory for %s\n",
                      (unsigned long long)seed, own);
    }
    sim_disk_remove(own);
    if (begun && !good) {
        save_story(seed);
        printf("seed %llu: %s: %s\n", (unsigned long long)seed, sim_story_broken(),
               sim_story_breach());
        (void)fflush(stdout);
    }
    return !begun ? EXIT_SET_UP : good ? EXIT_GOOD : EXIT_BROKEN;
}

/* ---- all of them ---- */

static bool starve(const struct options *o, const char *folder)
{
    return sim_starve_run(&(struct sim_starve_options){
        .folder = folder, .jobs = o->jobs, .most = o->most, .only = o->only });
}

struct sums {
    unsigned long good, bad, not_begun;
};

static void wait_one(struct child *children, size_t *running, struct sums *sums)
{
    int how = 0;
    pid_t pid = wait(&how);
    REQUIRE(pid > 0);
    for (size_t i = 0; i < *running; i++) {
        if (children[i].pid != pid) {
            continue;
        }
        if (WIFSIGNALED(how)) {
            printf("seed %llu: died of signal %d\n", (unsigned long long)children[i].seed,
                   WTERMSIG(how));
        } else if (WEXITSTATUS(how) > EXIT_SET_UP) {
            printf("seed %llu: ended with %d\n", (unsigned long long)children[i].seed,
                   WEXITSTATUS(how));
        }
        children[i] = children[--*running];
        break;
    }
    int code = WIFEXITED(how) ? WEXITSTATUS(how) : EXIT_BROKEN;
    bool is_good = code == EXIT_GOOD, not_begun = code == EXIT_SET_UP;
    sums->good += is_good ? 1 : 0;
    sums->not_begun += not_begun ? 1 : 0;
    sums->bad += is_good || not_begun ? 0 : 1; /* a sanitizer's or memcheck's own status too */
}

/* The seeds that a file's lines begin with; others are remarks. False: it cannot be read. */
static bool read_list(const char *path, uint64_t ret_seeds[LISTED_MAX], unsigned long *ret_count)
{
    char line[256];
    unsigned long count = 0;
    FILE *file = fopen(path, "r");
    while (file != NULL && count < LISTED_MAX && fgets(line, sizeof(line), file) != NULL) {
        char *end = NULL;
        unsigned long long seed = strtoull(line, &end, 10);
        if (end != line) {
            ret_seeds[count++] = seed;
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    *ret_count = count;
    return file != NULL && count > 0;
}

static pid_t start_seed(uint64_t seed, const char *folder)
{
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        int code = run_seed(seed, folder);
        (void)fflush(stdout);
        _exit(code);
    }
    return pid;
}

static int run_seeds(const struct options *o, const char *folder)
{
    static uint64_t listed[LISTED_MAX];
    struct child children[JOBS_MAX];
    struct sums sums = { 0 };
    size_t running = 0;
    unsigned long count = o->count;
    if (o->list != NULL && !read_list(o->list, listed, &count)) {
        (void)fprintf(stderr, "set-up: no seeds in %s\n", o->list);
        return EXIT_SET_UP;
    }
    for (unsigned long i = 0; i < count; i++) {
        if (running == o->jobs) {
            wait_one(children, &running, &sums);
        }
        uint64_t seed = o->list != NULL ? listed[i] : o->seed + i;
        pid_t pid = start_seed(seed, folder);
        if (pid < 0) {
            (void)fprintf(stderr, "set-up: no process for seed %llu\n", (unsigned long long)seed);
            sums.not_begun += count - i;
            break;
        }
        children[running++] = (struct child){ pid, seed };
    }
    while (running > 0) {
        wait_one(children, &running, &sums);
    }
    printf("%lu seeds from %llu: %lu good, %lu bad\n", count,
           (unsigned long long)(o->list != NULL ? listed[0] : o->seed), sums.good, sums.bad);
    return sums.not_begun > 0 ? EXIT_SET_UP : sums.bad > 0 ? EXIT_BROKEN : EXIT_GOOD;
}

int main(int argc, char **argv)
{
    char folder[256];
    struct options o = { .seed = 1,
                         .count = 1,
                         .jobs = 1,
                         .every = 1,
                         .data = CARDWRIGHT_DATA,
                         .folder = "/dev/shm/cardwright-sim" };
    if (!parse(argc, argv, &o)) {
        (void)fputs(usage, stderr);
        return 2;
    }
    if (o.is_starve) {
        sim_starve_install();
    }
    sim_random_seed(0);
    sim_clock_set(BEGIN);
    sim_story_aloud(o.aloud);
    REQUIRE(text_format(folder, sizeof(folder), "%s-%d", o.folder, (int)getpid()));
    if (!sim_found(o.data, folder)) {
        (void)fprintf(stderr, "set-up: %s\n", sim_story_breach());
        sim_disk_remove(folder);
        return 2;
    }
    int code = EXIT_GOOD;
    if (o.is_matrix) {
        bool good = sim_matrix_run(folder, &(struct sim_matrix_options){ o.jobs, o.every });
        code = good ? EXIT_GOOD : EXIT_BROKEN;
    } else if (o.is_starve) {
        code = starve(&o, folder) ? EXIT_GOOD : EXIT_BROKEN;
    } else {
        code = run_seeds(&o, folder);
    }
    sim_disk_remove(folder);
    return code;
}
