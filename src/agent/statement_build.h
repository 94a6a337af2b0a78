/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "card/batch.h"
#include "wire_agent/card_report.h"
#include "wire_agent/statement.h"

/* statement_build: the operator's statement about one act, made of what the agent itself read and
 * showed, never of a text that somebody sends.
 *
 *     struct statement_facts facts = { .origin = config.origin, .job = job, ... };
 *     status = statement_build(&facts, &statement);
 *     status = statement_digest(&statement, digest);       signed by the operator's 9C
 *
 * The witness is the one that the served card gave in the prelude; without one its hash is zero.
 * Memory: everything is borrowed for the call. Errors: BAD_MESSAGE: a text does not fit;
 * CARD_ANSWER: the witness has no form.
 * Tests: test/unit/agent/test_statement_build.c */
struct statement_facts {
    const char *origin, *job, *service;
    struct span nonce;
    instant at;
    bool left_locked, reset;
    const char *identity_check;
    const struct card_identity *card; /* as the agent read it */
    const char *person;               /* the holder */
    const char *operator_person, *role_profile;
    struct span policy_hash;            /* 32 bytes */
    const struct batch_result *prelude; /* the served card's answers */
};

MUST_USE enum status statement_build(const struct statement_facts *facts,
                                     struct statement *ret_statement);
