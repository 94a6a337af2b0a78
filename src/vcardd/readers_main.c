/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <sys/prctl.h>

#include "vcardd/readers_child.h"
#include "vcardd/readers_config.h"
#include "vcardd/readers_isolate.h"
#include "vcardd/readers_wait.h"

/* cardwright-readers: a private pcscd with two virtual readers. docs/virtual-card.md is the
 * manual. */
static const char usage[] =
    "usage: cardwright-readers --dir RUNDIR [--apdu-log FILE] [--name READER] [--driver FILE]\n"
    "                          [--die-with-parent] -- COMMAND [ARGUMENT ...]\n";

static bool announce(const struct readers_run *run, const char *socket_path)
{
    return readers_config_ready(run) && printf("ready %s\n", socket_path) > 0 &&
           fflush(stdout) == 0;
}

static bool start(struct readers_children *children, struct readers_run *run,
                  const struct readers_options *options)
{
    char socket_path[PATH_MAX];
    if (!readers_config_path(run, "pcscd.comm", socket_path) ||
        !readers_child_pcscd(children, run, options->apdu_log)) {
        return false;
    }
    enum status status = readers_wait(socket_path);
    if (status != STATUS_OK) {
        fprintf(stderr, "cardwright-readers: %s; see '%s/pcscd.log'\n", status_entry(status)->cause,
                run->folder);
        return false;
    }
    return readers_child_command(children, run, options->command) && announce(run, socket_path);
}

static int run_all(const struct readers_options *options)
{
    struct readers_children children = { .pcscd = 0 };
    struct readers_run run;
    int exit_status = 1;
    if (!readers_child_block(&children) || !readers_config_open(options, &run)) {
        return 1;
    }
    if (readers_isolate() && start(&children, &run, options)) {
        exit_status = readers_child_wait(&children);
    }
    readers_child_stop(&children);
    readers_config_close(&run);
    return exit_status;
}

int main(int argc, char **argv)
{
    struct readers_options options;
    const char *word = NULL;
    if (!readers_config_parse(argc - 1, argv + 1, &options, &word)) {
        fprintf(stderr, "cardwright-readers: not understood: '%s'\n%s", word, usage);
        return 2;
    }
    if (options.die_with_parent && prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) {
        return 1;
    }
    return run_all(&options);
}
