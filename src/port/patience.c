/* SPDX-License-Identifier: Apache-2.0 */
#include "port/patience.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/check.h"
#include "port/clock_read.h"

enum { MS_PER_SECOND = 1000, NS_PER_MS = 1000000 };

struct patience {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    void (*run)(void *context); /* NULL: nothing to do */
    void (*last)(void *context);
    void *context, *last_context;
    bool ends;
    bool left; /* nobody waits any more: the thread frees it all */
};

static void patience_free(struct patience *p)
{
    (void)pthread_cond_destroy(&p->changed);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}

/* The lock is held but while something runs. */
static void *serve(void *context)
{
    struct patience *p = context;
    REQUIRE(pthread_mutex_lock(&p->lock) == 0);
    while (!p->ends) {
        if (p->run == NULL) {
            REQUIRE(pthread_cond_wait(&p->changed, &p->lock) == 0);
            continue;
        }
        REQUIRE(pthread_mutex_unlock(&p->lock) == 0);
        p->run(p->context);
        REQUIRE(pthread_mutex_lock(&p->lock) == 0);
        p->run = NULL;
        REQUIRE(pthread_cond_broadcast(&p->changed) == 0);
    }
    bool left = p->left;
    REQUIRE(pthread_mutex_unlock(&p->lock) == 0);
    if (left) {
        p->last(p->last_context);
        patience_free(p);
    }
    return NULL;
}

static bool prepare(struct patience *p)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) {
        return false;
    }
    bool good = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(&p->changed, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    if (good && pthread_mutex_init(&p->lock, NULL) != 0) {
        (void)pthread_cond_destroy(&p->changed);
        return false;
    }
    return good;
}

/* Signals are for the program's own threads. */
static bool start(struct patience *p)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    bool good = pthread_sigmask(SIG_SETMASK, &all, &before) == 0 &&
                pthread_create(&p->thread, NULL, serve, p) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

enum status patience_open(struct patience **ret_patience)
{
    struct patience *p = calloc(1, sizeof(*p));
    if (p == NULL || !prepare(p)) {
        free(p);
        return STATUS_OUT_OF_MEMORY;
    }
    if (!start(p)) {
        patience_free(p);
        return STATUS_OUT_OF_MEMORY;
    }
    *ret_patience = p;
    return STATUS_OK;
}

static struct timespec moment_in(int ms)
{
    int64_t at_ms = clock_read_monotonic_ms() + ms;
    return (struct timespec){ .tv_sec = at_ms / MS_PER_SECOND,
                              .tv_nsec = (at_ms % MS_PER_SECOND) * NS_PER_MS };
}

bool patience_call(struct patience *p, int timeout_ms, void (*run)(void *context), void *context)
{
    const struct timespec until = moment_in(timeout_ms);
    int result = 0;
    REQUIRE(pthread_mutex_lock(&p->lock) == 0);
    REQUIRE(p->run == NULL);
    p->run = run;
    p->context = context;
    REQUIRE(pthread_cond_broadcast(&p->changed) == 0);
    while (p->run != NULL && result == 0) {
        result = pthread_cond_timedwait(&p->changed, &p->lock, &until);
    }
    bool done = p->run == NULL;
    REQUIRE(pthread_mutex_unlock(&p->lock) == 0);
    return done;
}

void patience_leave(struct patience **patience, void (*last)(void *context), void *context)
{
    struct patience *p = *patience;
    *patience = NULL;
    REQUIRE(pthread_mutex_lock(&p->lock) == 0);
    p->last = last;
    p->last_context = context;
    p->left = p->ends = true;
    REQUIRE(pthread_detach(p->thread) == 0);
    REQUIRE(pthread_cond_broadcast(&p->changed) == 0);
    REQUIRE(pthread_mutex_unlock(&p->lock) == 0);
}

void patience_close(struct patience **patience)
{
    struct patience *p = *patience;
    if (p == NULL) {
        return;
    }
    *patience = NULL;
    REQUIRE(pthread_mutex_lock(&p->lock) == 0);
    p->ends = true;
    REQUIRE(pthread_cond_broadcast(&p->changed) == 0);
    REQUIRE(pthread_mutex_unlock(&p->lock) == 0);
    REQUIRE(pthread_join(p->thread, NULL) == 0);
    patience_free(p);
}
