/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>
#include <stdint.h>

#include "base/status.h"

/* monitor: one lock and the word that something under it has changed.
 *
 *     monitor_lock(&m);
 *     while (!there_is_work) { monitor_wait(&m); }
 *     monitor_unlock(&m);
 *
 * Whoever changes something under the lock calls monitor_wake before unlocking. Deadlines are
 * clock_read_monotonic_ms values. Waiting gives the lock away meanwhile; a wait may also return
 * without a reason, so look again.
 * Tests: test/unit/agent/test_monitor.c */
struct monitor {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

MUST_USE enum status monitor_open(struct monitor *m);
void monitor_close(struct monitor *m);
void monitor_lock(struct monitor *m);
void monitor_unlock(struct monitor *m);
void monitor_wake(struct monitor *m);
void monitor_wait(struct monitor *m);
/* True when the moment has come, false when something may have changed before. */
bool monitor_wait_until(struct monitor *m, int64_t at_ms);
