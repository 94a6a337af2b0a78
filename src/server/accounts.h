/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "lifecycle/accounting.h"
#include "store/store.h"

/* accounts: every certificate of a data base, and why it stands where it stands (I5).
 *
 *     status = accounts_rules(store, now, &rules);
 *     status = accounts_walk(store, &rules, take, &sums);      take() sees each, by serial
 *
 * Reads only; the server may be running.
 * Errors: those of the store; BAD_FILE when the policy in force cannot be read; what `take`
 * returns. Tests: test/unit/cli/test_command_audit_certificates.c, test/e2e/test_sweep.py */
struct account {
    const struct certificate_record *certificate; /* valid until `take` returns */
    const struct card_record *card;
    enum accounting why;
};

typedef enum status accounts_take(void *context, const struct account *account);

MUST_USE enum status accounts_rules(struct store *store, instant now,
                                    struct accounting_rules *ret_rules);
MUST_USE enum status accounts_walk(struct store *store, const struct accounting_rules *rules,
                                   accounts_take *take, void *context);
