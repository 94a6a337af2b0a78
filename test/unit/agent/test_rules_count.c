/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/agent/rules_batches.h"

TEST(rules__refuse_a_second_verify_in_one_batch)
{
    struct batch b;
    prelude_renew(&b);
    add_verify(&b, "again", BATCH_FILL_PIN_AT_0);

    CHECK_EQ(check_fresh("renew", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
}

/* verify, prove 9C, prove 9A; 6982: verify, prove 9A. */
static void proofs_with_second(struct batch *b)
{
    batch_init(b);
    add_verify(b, "verify", BATCH_FILL_PIN_AT_0);
    add_proof(b, "old-9c", 0x9C);
    struct batch_op *first = add_proof(b, "old-9a", 0x9A);
    batch_on(first, 0x6982, 0xFFFF, BATCH_NEXT, NULL);
    batch_on(first, 0x9000, 0xFFFF, BATCH_END, NULL);
    add_verify(b, "verify-old-9a", BATCH_FILL_PIN_AT_0);
    add_proof(b, "old-9a-again", 0x9A);
}

TEST(rules__a_9a_that_wants_a_passcode_of_its_own_gets_it_once)
{
    struct batch b;
    struct rules rules = rules_for("renew", false);
    proofs_with_second(&b);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    CHECK_EQ(rules.verifies, 3);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
}

/* What looks like a second one with no first before it is a first one, and is counted. */
TEST(rules__a_verify_without_another_before_it_is_counted)
{
    struct batch b;
    struct rules rules = rules_for("renew", false);
    for (int i = 0; i < 3; i++) {
        batch_init(&b);
        struct batch_op *first = add_proof(&b, "old-9a", 0x9A);
        batch_on(first, 0x6982, 0xFFFF, BATCH_NEXT, NULL);
        batch_on(first, 0, 0, BATCH_STOP, NULL);
        add_verify(&b, "verify-old-9a", BATCH_FILL_PIN_AT_0);
        add_proof(&b, "old-9a-again", 0x9A);
        CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
        CHECK_EQ(rules.verifies, i + 1);
    }
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
}

TEST(rules__refuse_a_second_verify_that_can_be_jumped_to)
{
    struct batch b;
    proofs_with_second(&b);
    batch_on(&b.ops[1], 0, 0, BATCH_GOTO, "verify-old-9a");
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
}

TEST(rules__refuse_a_second_verify_that_is_not_for_9a_alone)
{
    struct batch b;
    proofs_with_second(&b);
    b.ops[2].rules[0].sw = 0x63C2; /* behind a refusal that is not for want of it */
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    proofs_with_second(&b);
    b.ops[2].rules[0].mask = 0; /* behind any answer */
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    proofs_with_second(&b);
    b.ops[2].rules[1].action = BATCH_NEXT;
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    proofs_with_second(&b);
    b.ops[4].p2 = 0x9C; /* for another key */
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    proofs_with_second(&b);
    batch_on(&b.ops[0], 0x63C0, 0xFFF0, BATCH_NEXT, NULL); /* behind a wrong one */
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    proofs_with_second(&b);
    batch_on(&b.ops[3], 0x63C0, 0xFFF0, BATCH_NEXT, NULL);
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    proofs_with_second(&b);
    b.count = 4; /* for nothing */
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    proofs_with_second(&b);
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_OK);
}

TEST(rules__refuse_more_verifies_than_the_service_has_places)
{
    struct batch b;
    struct rules rules = rules_for("renew", false);
    prelude_renew(&b);
    CHECK_EQ(check(&rules, RULES_PRELUDE, &b), STATUS_OK);
    writing(&b, BATCH_FILL_PIN_AT_0);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);

    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_SERVER_PROTOCOL);

    CHECK_EQ(rules.verifies, 3); /* what was refused does not count */
}

TEST(rules__refuse_to_lock_a_card_when_nobody_asked_for_it)
{
    struct batch b;
    writing(&b, BATCH_FILL_NEW_PIN_AT_0);
    add_locks(&b, 1);
    CHECK_EQ(check_fresh("repair", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(check_fresh("issue", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);

    struct rules renew = rules_for("renew", true);
    batch_init(&b);
    add_locks(&b, 1);
    CHECK_EQ(check(&renew, RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
}

TEST(rules__refuse_anything_after_the_lock_and_too_many_tries)
{
    struct batch b;
    struct rules rules = rules_for("repair", true);
    batch_init(&b);
    add_locks(&b, 2);
    add_get(&b, "get-9a", PIV_OBJECT_CERTIFICATE_9A);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_SERVER_PROTOCOL);

    batch_init(&b);
    add_locks(&b, RULES_LOCKS_MAX + 1);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(rules.locks, 0);
}

TEST(rules__refuse_more_commands_than_a_job_has)
{
    struct batch b;
    struct rules rules = rules_for("renew", false);
    prelude_other(&b);
    for (size_t i = 0; i < RULES_COMMANDS_MAX / 2; i++) {
        CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    }

    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
}

TEST(rules__refuse_malformed_batches)
{
    struct batch b;
    prelude_other(&b);
    assert_true(text_copy(b.ops[1].label, sizeof b.ops[1].label, "select")); /* twice */

    refused_everywhere(&b);
}

TEST(rules__refuse_the_whole_batch_for_its_last_command)
{
    struct batch b;
    struct rules rules = rules_for("renew", false);
    prelude_renew(&b);
    add_hex(&b, "evil", 0xFB0000, "");

    CHECK_EQ(check(&rules, RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(rules.commands, 0);
}
