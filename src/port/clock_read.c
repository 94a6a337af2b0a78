/* SPDX-License-Identifier: Apache-2.0 */
#include "port/clock_read.h"

#include <time.h>

instant clock_read_now(void)
{
    struct timespec at = { 0 };
    (void)clock_gettime(CLOCK_REALTIME, &at); /* fails for unknown clocks only */
    return (instant)at.tv_sec;
}

int64_t clock_read_monotonic_us(void)
{
    struct timespec at = { 0 };
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

int64_t clock_read_monotonic_ms(void)
{
    return clock_read_monotonic_us() / 1000;
}

void clock_read_pause_ms(int ms)
{
    const struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };
    (void)nanosleep(&pause, NULL);
}
