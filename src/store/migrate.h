/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/sql.h"

/* migrate: the schema, as numbered steps that only go forward.
 *
 *     status = migrate_run(store, migrate_steps, MIGRATE_STEP_COUNT);
 *
 * Step n brings version n-1 to version n; the version stands in the data base itself. Each step and
 * its new number are one transaction: a cut leaves the version before. A step that has been
 * published is never edited; a change is a new step, with a test that starts from the one before.
 * Errors: STATUS_STORE_VERSION when the data base is of a newer version, STATUS_STORE when it is
 * not one of ours. Nothing is changed then.
 * Tests: test/unit/store/test_migrate.c */
enum { MIGRATE_STEP_COUNT = 3, MIGRATE_TEXTS_MAX = 4 };

/* The texts of one step, NULL behind the last (C17 promises 4095 characters for one). */
struct migrate_step {
    const char *texts[MIGRATE_TEXTS_MAX];
};

extern const struct migrate_step migrate_steps[MIGRATE_STEP_COUNT];

/* Looks only: may steps of this number be taken here? */
MUST_USE enum status migrate_check(struct store *store, uint32_t count);
MUST_USE enum status migrate_run(struct store *store, const struct migrate_step *steps,
                                 uint32_t count);
