/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/rules.h"
#include "piv/piv_object.h"

/* rules_batches: the commands that the server sends, written here by hand from
 * docs/protocol/agent.md and the design, so that neither side's code proves the other right; and
 * what the rules say of them. */

void add_hex(struct batch *b, const char *label, unsigned header, const char *hex);
struct batch_op *add_verify(struct batch *b, const char *label, enum batch_fill fill);
struct batch_op *add_proof(struct batch *b, const char *label, uint8_t slot);
void add_select(struct batch *b);
void add_generate(struct batch *b, const char *label, uint8_t slot);
void add_put(struct batch *b, const char *label, enum piv_object object);
void add_get(struct batch *b, const char *label, enum piv_object object);
void add_reset(struct batch *b, const char *label);
void prelude_renew(struct batch *b);
void prelude_other(struct batch *b);
void keys_renew(struct batch *b);
void add_passcode(struct batch *b);
void keys_repair(struct batch *b);
void add_management(struct batch *b);
void keys_issue(struct batch *b);
void writing(struct batch *b, enum batch_fill fill);
void add_locks(struct batch *b, unsigned count);
struct rules rules_for(const char *service, bool left_locked);
enum status check(struct rules *rules, enum rules_phase phase, const struct batch *b);
enum status check_fresh(const char *service, enum rules_phase phase, const struct batch *b);
void refused_everywhere(const struct batch *b);
