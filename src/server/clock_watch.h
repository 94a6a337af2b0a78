/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/status.h"

/* clock_watch: notices that the server's clock jumped back.
 *
 *     clock_watch_start(&watch, newest_stored);
 *     status = clock_watch_take(&watch, clock_read_now(), &now);       for each request
 *
 * Nothing that is signed or stored may be dated before what was stored last. A step back of up to
 * CLOCK_WATCH_SECONDS, as time services make them, only holds the time still.
 * Errors: CLOCK_BACK, until the clock has come up to the latest time seen; `is_news` is true at the
 * first of them, so that it is audited once and not with each request.
 * Memory: a plain value. Pure. Tests: test/unit/server/test_clock_watch.c */
enum { CLOCK_WATCH_SECONDS = 5 };

struct clock_watch {
    instant latest;
    bool is_back; /* private: the last one was refused */
    bool is_news;
};

void clock_watch_start(struct clock_watch *watch, instant latest);
MUST_USE enum status clock_watch_take(struct clock_watch *watch, instant now, instant *ret_now);
