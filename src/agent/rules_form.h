/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "card/batch.h"
#include "piv/piv_object.h"

/* rules_form: the forms of command data that the agent's rules permit. Only for rules.c.
 *
 * Each looks at one command of a batch that batch_check has passed. True: exactly this form, with
 * nothing filled in or proved that the form does not have.
 * Tests: test/unit/agent/test_rules.c */
struct rules_look {
    const struct batch *batch;
    const struct batch_op *op;
    enum piv_object object; /* of the row */
};

/* The PIV application and no other. */
bool rules_form_select(const struct rules_look *look);
/* 8 bytes, all of them the workstation's: the server cannot try passcodes of its own. */
bool rules_form_verify_pin(const struct rules_look *look);
bool rules_form_verify_new_pin(const struct rules_look *look);
bool rules_form_verify_wrong(const struct rules_look *look);
/* PUK by the server, passcode by the workstation. */
bool rules_form_reset(const struct rules_look *look);
bool rules_form_puk_change(const struct rules_look *look);
/* An asymmetric key signs only what the agent makes: about a hash that is given, or about the key
 * that GENERATE has returned for the same slot. */
bool rules_form_proof(const struct rules_look *look);
/* 7C { 80 } and 7C { 80 witness, 81 challenge }: the mutual form, nothing else of 9B. */
bool rules_form_witness(const struct rules_look *look);
bool rules_form_open(const struct rules_look *look);
/* No data at all. */
bool rules_form_nothing(const struct rules_look *look);
bool rules_form_generate(const struct rules_look *look);
bool rules_form_put(const struct rules_look *look);
bool rules_form_get(const struct rules_look *look);
/* A new 9B key, of an algorithm and length that exist. */
bool rules_form_management(const struct rules_look *look);
