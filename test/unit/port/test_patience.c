/* SPDX-License-Identifier: Apache-2.0 */
#include "port/patience.h"

#include <semaphore.h>
#include <stdatomic.h>

#include "port/clock_read.h"
#include "test/lib/test.h"

enum { SOON_MS = 20, LONG_MS = 20000 };

struct work {
    sem_t may_end, last_done;
    atomic_int runs, lasts;
};

static void work_open(struct work *work)
{
    *work = (struct work){ 0 };
    CHECK_EQ(sem_init(&work->may_end, 0, 0), 0);
    CHECK_EQ(sem_init(&work->last_done, 0, 0), 0);
}

static void run_at_once(void *context)
{
    struct work *work = context;
    atomic_fetch_add(&work->runs, 1);
}

static void run_until_told(void *context)
{
    struct work *work = context;
    CHECK_EQ(sem_wait(&work->may_end), 0);
    atomic_fetch_add(&work->runs, 1);
}

static void last(void *context)
{
    struct work *work = context;
    atomic_fetch_add(&work->lasts, 1);
    CHECK_EQ(sem_post(&work->last_done), 0);
}

TEST(patience__calls_that_return_in_time_have_run)
{
    struct patience *patience = NULL;
    struct work work;
    work_open(&work);
    CHECK_EQ(patience_open(&patience), STATUS_OK);

    for (int i = 1; i <= 100; i++) {
        CHECK(patience_call(patience, LONG_MS, run_at_once, &work));
        CHECK_EQ(atomic_load(&work.runs), i);
    }

    patience_close(&patience);
    CHECK(patience == NULL);
    patience_close(&patience);
}

TEST(patience__a_call_that_does_not_return_is_left_and_cleaned_up_when_it_does)
{
    struct patience *patience = NULL;
    struct work work;
    work_open(&work);
    CHECK_EQ(patience_open(&patience), STATUS_OK);
    int64_t start_ms = clock_read_monotonic_ms();

    CHECK(!patience_call(patience, SOON_MS, run_until_told, &work));
    CHECK(clock_read_monotonic_ms() - start_ms >= SOON_MS);
    patience_leave(&patience, last, &work);

    CHECK(patience == NULL);
    CHECK_EQ(atomic_load(&work.lasts), 0); /* not while the call runs */
    CHECK_EQ(sem_post(&work.may_end), 0);
    CHECK_EQ(sem_wait(&work.last_done), 0);
    CHECK_EQ(atomic_load(&work.runs), 1);
    CHECK_EQ(atomic_load(&work.lasts), 1);
}

TEST(patience__a_call_that_returned_between_the_two_is_cleaned_up_at_once)
{
    struct patience *patience = NULL;
    struct work work;
    work_open(&work);
    CHECK_EQ(patience_open(&patience), STATUS_OK);
    CHECK(patience_call(patience, LONG_MS, run_at_once, &work));

    patience_leave(&patience, last, &work);

    CHECK_EQ(sem_wait(&work.last_done), 0);
    CHECK_EQ(atomic_load(&work.lasts), 1);
}
