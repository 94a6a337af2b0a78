/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* sim_audit: does the audit tell of all that happened in a run (I6, I10)?
 *
 *     sim_audit_begin();
 *     sim_audit_see(line);                     each entry, in its order
 *     sim_audit_end();                         each operator who took up a job has a statement in
 * it sim_audit_check_swept(serial);           an entry says why this certificate is doubted
 *     sim_audit_check_puk(card_id, name);      one says which workstation was shown this card's PUK
 *
 * Whether the chain holds is audit_verify's. Memory: static, SIM_AUDIT_MAX of each kind; beyond
 * that nothing is said. Tests: test/unit/sim/test_sim_check.c */
enum { SIM_AUDIT_MAX = 128 };

void sim_audit_begin(void);
void sim_audit_see(struct span line);
void sim_audit_end(void);
void sim_audit_check_swept(const char *serial);
void sim_audit_check_puk(const char *card_id, const char *name);
