/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sim/sim_reader.h"

/* sim_check: what must hold when everybody has gone home (docs/architecture.md, invariants).
 *
 *     sim_check_all();            every breach becomes sim_story_break
 *
 * It looks at what each card truly holds, at the data base and at what the signer remembers, each
 * by its own way: a card's memory is read without asking the card, keys are compared as bytes.
 *
 *   I3  one current pair on a card; it is on the card and belongs to its keys
 *   I4  each card that was served works: passcode, pair, PUK and management key as the directory
 *       has them, no job open
 *   I5  each certificate that the signer made stands in the data base, in a state that says why
 *   I6  the audit is whole
 *   I9  each receipt that somebody holds belongs to a job that is committed
 *   I12 no certificate is gone or changed, and no revocation (sim_kept.h)
 *
 * Tests: test/unit/sim/test_sim_check.c plants a breach of each */
void sim_check_all(void);
/* One card that was served is reported lost, and its holder erased: of what was revoked before
 * nothing changes, and the name finds nobody (I12). The last of a run. */
void sim_check_afterwards(void);
/* Could its holder log in with it now: a passcode that somebody knows, and both keys with the
 * certificates that belong to them? */
bool sim_check_works(struct sim_card *card);
/* I9 as soon as somebody holds it. */
void sim_check_receipt(const char *job);
/* I5 and I12 at any time: each certificate in the data base is explained (server/accounts.h). */
void sim_check_accounts(void);
