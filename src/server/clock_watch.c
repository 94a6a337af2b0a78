/* SPDX-License-Identifier: Apache-2.0 */
#include "server/clock_watch.h"

void clock_watch_start(struct clock_watch *watch, instant latest)
{
    *watch = (struct clock_watch){ .latest = latest };
}

enum status clock_watch_take(struct clock_watch *watch, instant now, instant *ret_now)
{
    bool is_back = now < watch->latest - CLOCK_WATCH_SECONDS;
    watch->is_news = is_back && !watch->is_back;
    watch->is_back = is_back;
    if (is_back) {
        return STATUS_CLOCK_BACK;
    }
    if (now > watch->latest) {
        watch->latest = now;
    }
    *ret_now = watch->latest;
    return STATUS_OK;
}
