/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/public_key.h"

struct issued_list;

/* sim_issued: which certificate the signer gave for which key.
 *
 *     sim_issued_see(&key, der);       each that leaves the signer; another one for the same key
 *                                      breaks I5: nobody would know of the first
 *     sim_issued_check(&list);         in the end: the signer remembers each of them, else I9
 *
 * Memory: static, SIM_ISSUED_MAX keys; beyond that nothing is said.
 * Tests: test/unit/sim/test_sim_check.c */
enum { SIM_ISSUED_MAX = 256 };

void sim_issued_see(const struct public_key *key, struct span der);
void sim_issued_check(const struct issued_list *issued);
