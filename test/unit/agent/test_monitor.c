/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/monitor.h"

#include "port/clock_read.h"
#include "test/lib/test.h"

struct meeting {
    struct monitor monitor;
    bool there;
};

static void *come(void *context)
{
    struct meeting *m = context;
    monitor_lock(&m->monitor);
    m->there = true;
    monitor_wake(&m->monitor);
    monitor_unlock(&m->monitor);
    return NULL;
}

TEST(monitor__wakes_who_waits_for_a_change)
{
    struct meeting m = { .there = false };
    pthread_t thread;
    CHECK_EQ(monitor_open(&m.monitor), STATUS_OK);

    monitor_lock(&m.monitor);
    CHECK_EQ(pthread_create(&thread, NULL, come, &m), 0);
    while (!m.there) {
        monitor_wait(&m.monitor);
    }
    monitor_unlock(&m.monitor);

    CHECK(m.there);
    CHECK_EQ(pthread_join(thread, NULL), 0);
    monitor_close(&m.monitor);
}

TEST(monitor__returns_when_the_moment_has_come)
{
    struct meeting m = { .there = false };
    CHECK_EQ(monitor_open(&m.monitor), STATUS_OK);
    int64_t at_ms = clock_read_monotonic_ms() + 20;

    monitor_lock(&m.monitor);
    while (!monitor_wait_until(&m.monitor, at_ms)) {
    }
    monitor_unlock(&m.monitor);

    CHECK(clock_read_monotonic_ms() >= at_ms);
    monitor_close(&m.monitor);
}
