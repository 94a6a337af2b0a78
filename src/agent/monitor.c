/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/monitor.h"

#include <errno.h>

#include "base/check.h"

enum { MS_PER_SECOND = 1000, NS_PER_MS = 1000000 };

enum status monitor_open(struct monitor *m)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    bool good = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(&m->changed, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    if (!good) {
        return STATUS_OUT_OF_MEMORY;
    }
    if (pthread_mutex_init(&m->mutex, NULL) != 0) {
        pthread_cond_destroy(&m->changed);
        return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

void monitor_close(struct monitor *m)
{
    pthread_cond_destroy(&m->changed);
    pthread_mutex_destroy(&m->mutex);
}

void monitor_lock(struct monitor *m)
{
    REQUIRE(pthread_mutex_lock(&m->mutex) == 0);
}

void monitor_unlock(struct monitor *m)
{
    REQUIRE(pthread_mutex_unlock(&m->mutex) == 0);
}

void monitor_wake(struct monitor *m)
{
    REQUIRE(pthread_cond_broadcast(&m->changed) == 0);
}

void monitor_wait(struct monitor *m)
{
    REQUIRE(pthread_cond_wait(&m->changed, &m->mutex) == 0);
}

bool monitor_wait_until(struct monitor *m, int64_t at_ms)
{
    const struct timespec at = { .tv_sec = at_ms / MS_PER_SECOND,
                                 .tv_nsec = (at_ms % MS_PER_SECOND) * NS_PER_MS };
    int result = pthread_cond_timedwait(&m->changed, &m->mutex, &at);
    REQUIRE(result == 0 || result == ETIMEDOUT);
    return result == ETIMEDOUT;
}
