/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <limits.h>

#include "base/status.h"
#include "port/local_listen.h"

/* readers_config: the run folder of a private pcscd.
 *
 *     RUNDIR/pcscd.comm       the socket that clients find through PCSCLITE_CSOCK_NAME
 *     RUNDIR/reader.conf.d/   one block: two readers on the ports 35963 and 35964
 *     RUNDIR/driver.so        a copy of the driver; the original is hidden from this pcscd
 *     RUNDIR/pcscd.log        what pcscd says
 *     RUNDIR/ready            exists while both readers are there
 *
 * The folder is 0700 and guards the socket, which is 0666.
 * Tests: test/unit/vcardd/test_readers_config.c */
enum { READERS_NAME_MAX = 100, READERS_BLOCK_MAX = 2 * PATH_MAX };

struct readers_options {
    const char *folder;
    const char *name;     /* what the readers are called */
    const char *driver;   /* the original driver */
    const char *apdu_log; /* NULL: none */
    bool die_with_parent;
    char **command; /* ends with NULL */
};

struct readers_run {
    char folder[PATH_MAX]; /* absolute */
    struct local_listen listen;
};

/* `words` without the program. False: `*reterr_word` is the one not understood. */
MUST_USE bool readers_config_parse(int count, char **words, struct readers_options *ret_options,
                                   const char **reterr_word);
/* The block of the configuration; false when name or folder cannot stand in one. */
MUST_USE bool readers_config_block(const char *name, const char *folder,
                                   char ret_text[READERS_BLOCK_MAX]);
/* Makes folder, configuration, copy and socket. Prints what went wrong. */
MUST_USE bool readers_config_open(const struct readers_options *options,
                                  struct readers_run *ret_run);
MUST_USE bool readers_config_ready(const struct readers_run *run);
/* Removes `ready` and the socket; configuration and logs stay for whoever looks for a reason. */
void readers_config_close(struct readers_run *run);
/* RUNDIR/NAME */
MUST_USE bool readers_config_path(const struct readers_run *run, const char *name,
                                  char ret_path[PATH_MAX]);
