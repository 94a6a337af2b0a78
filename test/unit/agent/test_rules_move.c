/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/agent/rules_batches.h"

/* What the agent's rules permit on cards that can move keys: between 9A and 9C and the two slots
 * that each has for that, in a renewal or a repair, and nowhere else. */

static void keys_in_spare_slots(struct batch *b)
{
    batch_init(b);
    add_hex(b, "clear-9c", 0xF6FF95, "");
    add_hex(b, "generate-9c", 0x470095, "ac09800111aa0103ab0101");
    add_hex(b, "clear-9a", 0xF6FF94, "");
    add_hex(b, "generate-9a", 0x470094, "ac09800111aa0102ab0101");
    add_hex(b, "attest-9a", 0xF99400, "");
    add_proof(b, "prove-9c", 0x95);
    add_proof(b, "prove-9a", 0x94);
}

static void exchange(struct batch *b)
{
    batch_init(b);
    add_hex(b, "drop-9a", 0xF6FF92, "");
    add_hex(b, "out-9a", 0xF6929A, "");
    add_hex(b, "in-9a", 0xF69A94, "");
    add_put(b, "put-9a", PIV_OBJECT_CERTIFICATE_9A);
    add_hex(b, "out-9c", 0xF6939C, "");
    add_hex(b, "in-9c", 0xF69C95, "");
    add_put(b, "put-9c", PIV_OBJECT_CERTIFICATE_9C);
    add_hex(b, "gone-9a", 0xF6FF92, "");
    add_hex(b, "gone-9c", 0xF6FF93, "");
}

TEST(rules_move__renewal_and_repair_may_make_keys_beside_the_old_ones_and_exchange_them)
{
    static const char *const services[] = { "renew", "repair" };
    for (size_t i = 0; i < COUNT(services); i++) {
        struct batch b;
        keys_in_spare_slots(&b);
        CHECK_EQ(check_fresh(services[i], RULES_JOB, &b), STATUS_OK);
        exchange(&b);
        CHECK_EQ(check_fresh(services[i], RULES_JOB, &b), STATUS_OK);
    }
}

TEST(rules_move__an_issue_moves_nothing)
{
    struct batch b;
    keys_in_spare_slots(&b);
    CHECK_EQ(check_fresh("issue", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    exchange(&b);
    CHECK_EQ(check_fresh("issue", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(check_fresh("issue_reset", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
}

TEST(rules_move__a_prelude_may_look_into_the_spare_slots_and_changes_nothing)
{
    static const unsigned slots[] = { 0x92, 0x93, 0x94, 0x95 };
    for (size_t i = 0; i < COUNT(slots); i++) {
        struct batch b;
        batch_init(&b);
        add_hex(&b, "see", 0xF70000 | slots[i], "");
        CHECK_EQ(check_fresh("renew", RULES_PRELUDE, &b), STATUS_OK);
        CHECK_EQ(check_fresh("issue", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
        batch_init(&b);
        add_hex(&b, "delete", 0xF6FF00 | slots[i], "");
        CHECK_EQ(check_fresh("renew", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
    }
}

static void refuse(unsigned header, const char *hex)
{
    struct batch b;
    batch_init(&b);
    add_hex(&b, "evil", header, hex);
    refused_everywhere(&b);
}

TEST(rules_move__no_other_key_is_moved_or_deleted)
{
    refuse(0xF6FF9A, ""); /* the keys that are in use */
    refuse(0xF6FF9C, "");
    refuse(0xF6FF9D, "");
    refuse(0xF6FFF9, "");
    refuse(0xF6FF82, ""); /* somebody's old decryption key */
    refuse(0xF6FF91, "");
    refuse(0xF69D94, "");
    refuse(0xF6949D, "");
    refuse(0xF69C9A, ""); /* a key in the other's place */
    refuse(0xF69C94, "");
    refuse(0xF69A95, "");
    refuse(0xF6939A, "");
    refuse(0xF69A92, "");
    refuse(0xF6929A, "00");
}

TEST(rules_move__no_other_slot_is_used_and_no_other_policy)
{
    refuse(0x470093, "ac09800111aa0103ab0101");
    refuse(0x470082, "ac09800111aa0102ab0101");
    refuse(0x470095, "ac09800111aa0102ab0101"); /* a signing key for a whole session */
    refuse(0x470095, "ac09800111aa0101ab0101");
    refuse(0xF70082, "");
    refuse(0xF7009A, "");
    refuse(0xF99300, "");
    struct batch b;
    batch_init(&b);
    add_proof(&b, "prove", 0x93);
    refused_everywhere(&b);
}

/* 94 stands for 9A where that wants a VERIFY of its own (rules.h). */
static void second_verify(struct batch *b, uint8_t first, uint8_t second)
{
    batch_init(b);
    add_verify(b, "verify", BATCH_FILL_PIN_AT_0);
    add_proof(b, "prove-9c", 0x95);
    struct batch_op *op = add_proof(b, "prove-9a", first);
    batch_on(op, SW_SECURITY_STATUS, 0xFFFF, BATCH_NEXT, NULL);
    batch_on(op, SW_OK, 0xFFFF, BATCH_END, NULL);
    add_verify(b, "verify-prove-9a", BATCH_FILL_PIN_AT_0);
    add_proof(b, "prove-9a-again", second);
}

TEST(rules_move__the_second_verify_serves_the_key_that_was_refused)
{
    struct batch b;
    second_verify(&b, 0x94, 0x94);
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_OK);
    second_verify(&b, 0x94, 0x9A);
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    second_verify(&b, 0x95, 0x95);
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
}
