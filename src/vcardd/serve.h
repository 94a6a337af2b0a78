/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcardd/control.h"

/* serve: `cardwright-vcard serve`: readers and control socket in one process and one poll loop.
 *
 *     cardwright-vcard serve --control SOCKET [--port PORT ...] [--timing none|card]
 *                            [--ready-fd N]
 *
 * Ready (port/ready_notify.h) when the control socket can be connected to. SIGTERM, SIGINT and
 * SIGHUP pull all cards and end it with 0.
 * Limits: CONTROL_READERS_MAX readers, SERVE_CLIENTS_MAX control connections at a time; a further
 *         one waits.
 * Tests: test/unit/vcardd/test_serve.c, test/e2e/test_witness.sh */
enum { SERVE_CLIENTS_MAX = 16 };

struct serve_options {
    const char *control;
    uint16_t ports[CONTROL_READERS_MAX];
    size_t port_count;
    bool like_a_card;
    int ready_fd; /* -1: none */
};

/* `words` without program and command. False: `*reterr_word` is the one not understood. */
MUST_USE bool serve_parse(int count, char **words, struct serve_options *ret_options,
                          const char **reterr_word);
/* Returns the exit status. */
int serve_run(const struct serve_options *options);
