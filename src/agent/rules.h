/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "card/batch.h"

/* rules: what the agent lets a server do to a card, whatever the server says.
 *
 *     struct rules rules;
 *     if (!rules_init(&rules, "renew", left_locked)) { a service that is not done on cards }
 *     status = rules_check(&rules, RULES_PRELUDE, &prelude, detail);
 *     status = rules_check(&rules, RULES_JOB, &batch, detail);       each batch of the job
 *
 * A server that was broken into must neither try passcodes, nor read what is none of its business,
 * nor have anything signed but our own proofs, nor write more than the service writes. So each
 * command must match a row of a compiled table: service, INS, P1, P2, object, form of the data.
 * Passcodes go in only at the fixed places of VERIFY and RESET RETRY COUNTER, once for each place
 * that the service has; once more directly before a signature of 9A that was refused with 6982 for
 * want of it, and never behind a wrong one. What is not listed is refused, FA (retries) among it.
 * FB, which wipes a card, is listed for "issue_reset" alone, once: an issue that the operator asked
 * a reset for, of a card that the agent itself has seen to be blocked (job_card.c).
 *
 * On a card that can move keys, renewal and repair work in the four slots of spare_slot.h besides:
 * keys are made there, signed with there, moved between them and their own slots, and deleted
 * there. Whether these slots were empty before is the server's to look at.
 *
 * Nothing of a batch is played unless the whole of it passed. `rules` counts over the whole job
 * what was played: at most RULES_COMMANDS_MAX commands. Memory: a plain value. Errors:
 * SERVER_PROTOCOL, with the rule and the command's label. Tests: test/unit/agent/test_rules.c, a
 * hostile batch for each rule */
enum { RULES_COMMANDS_MAX = 80, RULES_LOCKS_MAX = 10 };

enum rules_phase { RULES_PRELUDE, RULES_JOB };

struct rules {
    unsigned service; /* private: one bit */
    bool left_locked;
    size_t commands, verifies, locks, wipes; /* so far in this job */
};

/* False: no such service here. */
MUST_USE bool rules_init(struct rules *ret_rules, const char *service, bool left_locked);
/* On failure `rules` is as before. */
MUST_USE enum status rules_check(struct rules *rules, enum rules_phase phase,
                                 const struct batch *batch, char reterr_detail[FAULT_DETAIL_MAX]);
/* After the batch was played: counts what was really sent, so that a card whose session was lost
 * can be opened once more. `before`: the rules as they were before rules_check. */
void rules_settle(struct rules *rules, const struct rules *before, const struct batch *batch,
                  const struct batch_result *result);
/* Does the service need the holder's passcode, or set a new one? */
bool rules_needs_passcode(const struct rules *rules);
bool rules_sets_passcode(const struct rules *rules);
