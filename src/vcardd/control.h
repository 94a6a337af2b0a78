/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcardd/reader_slot.h"

/* control: the requests that drive the readers, one line each, as docs/virtual-card.md lists them.
 *
 *     struct control_reply reply = { .len = 0 };
 *     control_run(&desk, "insert 1 /tmp/alice.card", &reply);    reply.text: "ok\n"
 *
 * A `wait-…` request whose event is still to come sets `reply.waits` and leaves the text empty;
 * the caller keeps the line and runs it again after anything happened.
 * Paths are the rest of the line, spaces included.
 * Errors: a line that is not understood is answered `error`, never fatal.
 * Tests: test/unit/vcardd/test_control.c */
enum { CONTROL_READERS_MAX = 16, CONTROL_REPLY_MAX = 16384, CONTROL_LINE_MAX = PATH_MAX + 64 };

struct control_desk {
    struct reader_slot *readers; /* `count` of them; borrowed */
    size_t count;
    bool quits;
};

struct control_reply {
    bool waits;
    size_t len;
    char text[CONTROL_REPLY_MAX];
};

void control_run(struct control_desk *desk, const char *line, struct control_reply *ret_reply);
