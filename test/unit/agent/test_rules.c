/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/rules.h"

#include "base/text.h"
#include "piv/piv_application.h"
#include "piv/piv_object.h"
#include "test/lib/test.h"
#include "test/unit/agent/rules_batches.h"

/* ---- what must pass ---- */

TEST(rules__let_a_whole_renewal_pass)
{
    struct batch b;
    struct rules rules = rules_for("renew", false);

    prelude_renew(&b);
    CHECK_EQ(check(&rules, RULES_PRELUDE, &b), STATUS_OK);
    keys_renew(&b);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    writing(&b, BATCH_FILL_PIN_AT_0);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    CHECK_EQ(rules.verifies, 3);
}

TEST(rules__let_a_whole_repair_pass)
{
    struct batch b;
    struct rules rules = rules_for("repair", false);

    prelude_other(&b);
    CHECK_EQ(check(&rules, RULES_PRELUDE, &b), STATUS_OK);
    keys_repair(&b);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    writing(&b, BATCH_FILL_NEW_PIN_AT_0);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
}

TEST(rules__let_a_repair_that_leaves_the_card_locked_pass)
{
    struct batch b;
    struct rules rules = rules_for("repair", true);

    writing(&b, BATCH_FILL_NEW_PIN_AT_0);
    add_locks(&b, 3);

    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
}

TEST(rules__let_a_whole_issue_pass)
{
    struct batch b;
    struct rules rules = rules_for("issue", false);

    prelude_other(&b);
    CHECK_EQ(check(&rules, RULES_PRELUDE, &b), STATUS_OK);
    keys_issue(&b);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    writing(&b, BATCH_FILL_NEW_PIN_AT_0);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
}

static void wiping(struct batch *b)
{
    batch_init(b);
    add_select(b);
    add_hex(b, "wipe", 0xFB0000, "");
}

/* What a card is wiped with, and then all that an issue has. */
TEST(rules__let_an_issue_that_wipes_a_blocked_card_pass)
{
    struct batch b;
    struct rules rules = rules_for("issue_reset", false);
    wiping(&b);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    keys_issue(&b);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    writing(&b, BATCH_FILL_NEW_PIN_AT_0);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    CHECK(rules_sets_passcode(&rules));
}

TEST(rules__refuse_to_wipe_a_card_but_when_it_was_asked_for)
{
    static const char *const services[] = { "renew", "repair", "issue" };
    struct batch b;
    wiping(&b);
    for (size_t i = 0; i < COUNT(services); i++) {
        CHECK_EQ(check_fresh(services[i], RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    }
    CHECK_EQ(check_fresh("issue_reset", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
}

TEST(rules__refuse_to_wipe_a_card_twice_or_in_another_form)
{
    static const struct {
        unsigned header;
        const char *data;
    } forms[] = { { 0xFB0100, "" }, { 0xFB0001, "" }, { 0xFB0000, "00" } };
    struct batch b;
    struct rules rules = rules_for("issue_reset", false);
    wiping(&b);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_OK);
    CHECK_EQ(check(&rules, RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    for (size_t i = 0; i < COUNT(forms); i++) {
        batch_init(&b);
        add_hex(&b, "wipe", forms[i].header, forms[i].data);
        CHECK_EQ(check_fresh("issue_reset", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    }
}

TEST(rules__let_the_card_be_opened_anew_after_a_lost_session)
{
    struct batch b;
    prelude_other(&b);

    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_OK);
}

/* A card whose 9B status ended at a signature refuses the first PUT: nothing behind it was played.
 */
TEST(rules__count_only_what_was_played)
{
    struct rules rules = rules_for("renew", false);
    static struct batch batch;
    static struct batch_result result;
    batch_init(&batch);
    writing(&batch, BATCH_FILL_PIN_AT_0);
    struct rules before = rules;
    CHECK_EQ(check(&rules, RULES_JOB, &batch), STATUS_OK);
    batch_result_init(&result);
    CHECK(batch_result_add(&result, batch.ops[0].label, SW_SECURITY_STATUS, SPAN_NONE));

    rules_settle(&rules, &before, &batch, &result);

    CHECK_EQ(rules.commands, before.commands + 1);
    CHECK_EQ(rules.verifies, before.verifies);
}

TEST(rules__count_every_passcode_that_was_sent)
{
    struct rules rules = rules_for("renew", false);
    static struct batch batch;
    static struct batch_result result;
    batch_init(&batch);
    prelude_renew(&batch);
    struct rules before = rules;
    CHECK_EQ(check(&rules, RULES_PRELUDE, &batch), STATUS_OK);
    batch_result_init(&result);
    CHECK(batch_result_add(&result, batch.ops[0].label, SW_OK, SPAN_NONE));
    CHECK(batch_result_add(&result, batch.ops[1].label, SW_NONE, SPAN_NONE)); /* answer lost */

    rules_settle(&rules, &before, &batch, &result);

    CHECK_EQ(rules.verifies, before.verifies + 1);
    CHECK_EQ(rules.commands, before.commands + 2);
}

TEST(rules__let_all_algorithms_of_the_management_key_pass)
{
    static const uint8_t algorithms[] = { 0x03, 0x08, 0x0A, 0x0C };
    for (size_t i = 0; i < COUNT(algorithms); i++) {
        struct batch b;
        prelude_other(&b);
        b.ops[1].p1 = algorithms[i];
        CHECK_EQ(check_fresh("repair", RULES_PRELUDE, &b), STATUS_OK);
    }
}

TEST(rules__know_what_each_service_does_with_the_passcode)
{
    struct rules renew = rules_for("renew", false), repair = rules_for("repair", false);

    CHECK(rules_needs_passcode(&renew) && !rules_sets_passcode(&renew));
    CHECK(!rules_needs_passcode(&repair) && rules_sets_passcode(&repair));
}

TEST(rules__know_no_other_service)
{
    struct rules rules;

    CHECK(!rules_init(&rules, "unlock", false));
    CHECK(!rules_init(&rules, "", false));
    CHECK(!rules_init(&rules, NULL, false));
}

/* ---- hostile batches: one command that must not pass, in each service and phase ---- */

static void refuse_hex(unsigned header, const char *hex)
{
    struct batch b;
    batch_init(&b);
    add_hex(&b, "evil", header, hex);
    refused_everywhere(&b);
}

TEST(rules__refuse_commands_that_destroy_or_import)
{
    refuse_hex(0xFA0303, "");     /* set retries */
    refuse_hex(0xFB0000, "");     /* reset the card */
    refuse_hex(0xFE119A, "0620"); /* import a key */
    refuse_hex(0xF69A82, "");     /* move a key */
    refuse_hex(0xE0FFFF, "");     /* create file */
    refuse_hex(0x00FFFF, "");
    refuse_hex(0xA40400, "a000000308");     /* a shorter name may be another application */
    refuse_hex(0xA40400, "a0000000031010"); /* a payment application */
    refuse_hex(0xA40000, "3f00");
}

TEST(rules__refuse_a_passcode_of_the_servers)
{
    refuse_hex(0x200080, "313233343536ffff"); /* VERIFY with the server's own guess */
    refuse_hex(0x200080, "");                 /* the counter is none of its business */
    refuse_hex(0x200000, "313233343536ffff"); /* global PIN */
    refuse_hex(0x200081, "3132333435363738"); /* PUK by VERIFY */
    refuse_hex(0x240080, "313233343536ffff363534333231ffff");
    refuse_hex(0x240081, "31323334353637");                   /* neither two PUKs */
    refuse_hex(0x2C0080, "3132333435363738313233343536ffff"); /* its own new passcode */
    refuse_hex(0x2C0081, "3132333435363738313233343536ffff");
}

TEST(rules__refuse_signatures_of_other_data_than_the_agents_proof)
{
    /* 7C { 82, 81 digest of a prescription } on 9C, 9A, 9D, 9E, a retired slot and F9 */
    static const unsigned slots[] = { 0x9C, 0x9A, 0x9D, 0x9E, 0x82, 0xF9 };
    for (size_t i = 0; i < COUNT(slots); i++) {
        refuse_hex(0x871100 | slots[i], "7c248200812000112233445566778899aabbccddeeff00112233445566"
                                        "778899aabbccddeeff");
    }
}

TEST(rules__refuse_proofs_on_other_slots)
{
    static const uint8_t slots[] = { 0x9D, 0x9E, 0x82, 0xF9, 0x9B };
    for (size_t i = 0; i < COUNT(slots); i++) {
        struct batch b;
        batch_init(&b);
        add_proof(&b, "evil", slots[i]);
        refused_everywhere(&b);
    }
}

TEST(rules__refuse_other_forms_with_the_management_key)
{
    refuse_hex(0x870A9B, "7c028100");                                       /* single, not mutual */
    refuse_hex(0x870A9B, "7c12821000112233445566778899aabbccddeeff");       /* its answer */
    refuse_hex(0x870A9B, "7c0a80080011223344556677");                       /* no challenge */
    refuse_hex(0x870A9B, "7c14800800112233445566778108001122334455667781"); /* trailing byte */
    refuse_hex(0x870A9B, "7c1480080011223344556677810800112233445566");     /* torn */
    refuse_hex(0x87119B, "7c028000");                                       /* not symmetric */
    refuse_hex(0x87009B, "7c028000");
}

TEST(rules__refuse_blocks_of_another_ciphers_length)
{
    refuse_hex(0x870A9B, "7c148008001122334455667781080011223344556677");
}

TEST(rules__refuse_reading_what_is_none_of_the_jobs_business)
{
    static const enum piv_object objects[] = { PIV_OBJECT_PRINTED, PIV_OBJECT_FACIAL_IMAGE,
                                               PIV_OBJECT_FINGERPRINTS, PIV_OBJECT_CHUID,
                                               PIV_OBJECT_IRIS };
    for (size_t i = 0; i < COUNT(objects); i++) {
        struct batch b;
        batch_init(&b);
        add_get(&b, "evil", objects[i]);
        refused_everywhere(&b);
    }
}

TEST(rules__refuse_writing_what_no_service_writes)
{
    static const enum piv_object objects[] = { PIV_OBJECT_FACIAL_IMAGE, PIV_OBJECT_CERTIFICATE_9D,
                                               PIV_OBJECT_SECURITY, PIV_OBJECT_RETIRED_1 };
    for (size_t i = 0; i < COUNT(objects); i++) {
        struct batch b;
        batch_init(&b);
        add_put(&b, "evil", objects[i]);
        refused_everywhere(&b);
    }
    refuse_hex(0xDB3FFF, "5c035fc10553025555aa"); /* something behind the object */
    refuse_hex(0xDB3FFE, "5c035fc1055302aabb");
}

TEST(rules__a_job_may_ask_what_the_card_attests_of_the_two_keys_and_no_more)
{
    static const uint8_t slots[] = { 0x9A, 0x9C };
    for (size_t i = 0; i < COUNT(slots); i++) {
        struct batch b;
        batch_init(&b);
        add_get(&b, "attest-f9", PIV_OBJECT_ATTESTATION);
        add_hex(&b, "attest", 0xF90000 | (unsigned)slots[i] << 8, "");
        CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_OK);
        CHECK_EQ(check_fresh("issue", RULES_JOB, &b), STATUS_OK);
        CHECK_EQ(check_fresh("renew", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
    }
    refuse_hex(0xF99D00, "");
    refuse_hex(0xF9F900, "");
    refuse_hex(0xF98200, "");
    refuse_hex(0xF99A01, "");
    refuse_hex(0xF99C00, "00");
}

TEST(rules__a_key_may_be_made_with_the_pin_policy_of_its_slot_and_no_other)
{
    struct batch b;
    batch_init(&b);
    add_hex(&b, "generate-9a", 0x47009A, "ac09800111aa0102ab0101");
    add_hex(&b, "generate-9c", 0x47009C, "ac09800107aa0103ab0101");
    CHECK_EQ(check_fresh("repair", RULES_JOB, &b), STATUS_OK);

    refuse_hex(0x47009C, "ac09800111aa0101ab0101"); /* signs without a PIN */
    refuse_hex(0x47009C, "ac09800111aa0102ab0101"); /* ... for a whole session */
    refuse_hex(0x47009A, "ac09800111aa0101ab0101");
    refuse_hex(0x47009A, "ac09800111aa0102ab0102"); /* wants to be touched */
    refuse_hex(0x47009D, "ac09800111aa0102ab0101");
}

TEST(rules__refuse_the_chuid_to_renewal_and_repair)
{
    struct batch b;
    batch_init(&b);
    add_put(&b, "chuid", PIV_OBJECT_CHUID);

    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(check_fresh("repair", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(check_fresh("issue", RULES_JOB, &b), STATUS_OK);
}

TEST(rules__refuse_a_new_management_key_to_renewal_and_to_every_prelude)
{
    struct batch b;
    batch_init(&b);
    add_management(&b);

    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(check_fresh("repair", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(check_fresh("issue", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(check_fresh("repair", RULES_JOB, &b), STATUS_OK);
    CHECK_EQ(check_fresh("issue", RULES_JOB, &b), STATUS_OK);
}

TEST(rules__refuse_malformed_management_keys)
{
    refuse_hex(0xFFFFFF,
               "0a9c18000102030405060708090a0b0c0d0e0f1011121314151617"); /* another slot */
    refuse_hex(0xFFFFFF, "0a9b10000102030405060708090a0b0c0d0e0f"); /* too short for AES-192 */
    refuse_hex(0xFFFFFF, "119b18000102030405060708090a0b0c0d0e0f1011121314151617");
    refuse_hex(0xFFFFFE, "0a9b18000102030405060708090a0b0c0d0e0f1011121314151617");
}

TEST(rules__refuse_the_puk_to_renewal)
{
    struct batch b;
    batch_init(&b);
    add_passcode(&b);
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    batch_init(&b);
    add_reset(&b, "reset-new");
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
}

TEST(rules__refuse_the_old_passcode_to_repair_and_the_new_one_to_renewal)
{
    struct batch b;
    writing(&b, BATCH_FILL_PIN_AT_0);
    CHECK_EQ(check_fresh("repair", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
    writing(&b, BATCH_FILL_NEW_PIN_AT_0);
    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
}

TEST(rules__refuse_preludes_that_change_something)
{
    static void (*const batches[])(struct batch *) = { keys_renew, keys_repair, keys_issue };
    struct batch b;
    for (size_t i = 0; i < COUNT(batches); i++) {
        batches[i](&b);
        CHECK_EQ(check_fresh("renew", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
        CHECK_EQ(check_fresh("repair", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
        CHECK_EQ(check_fresh("issue", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
    }
    batch_init(&b);
    add_generate(&b, "generate-9c", 0x9C);
    CHECK_EQ(check_fresh("renew", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
}

TEST(rules__refuse_preludes_of_repair_that_use_keys_or_passcodes)
{
    struct batch b;
    prelude_renew(&b);

    CHECK_EQ(check_fresh("repair", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(check_fresh("issue", RULES_PRELUDE, &b), STATUS_SERVER_PROTOCOL);
}

TEST(rules__refuse_key_pairs_in_other_slots_and_of_other_kinds)
{
    refuse_hex(0x47009D, "ac03800111");
    refuse_hex(0x470082, "ac03800111");
    refuse_hex(0x47009B, "ac03800111");
    refuse_hex(0x47009A, "ac03800106");       /* RSA-1024 */
    refuse_hex(0x47009A, "ac06800111aa0101"); /* PIN policy 'never' */
    refuse_hex(0x47019A, "ac03800111");
}

TEST(rules__refuse_other_classes)
{
    static const uint8_t classes[] = { 0x04, 0x0C, 0x10, 0x80, 0x01 };
    for (size_t i = 0; i < COUNT(classes); i++) {
        struct batch b;
        prelude_other(&b);
        b.ops[0].cla = classes[i];
        refused_everywhere(&b);
    }
}

TEST(rules__refuse_a_proof_about_another_slots_key)
{
    struct batch b;
    keys_renew(&b);
    assert_true(text_copy(b.ops[4].subject_from, sizeof b.ops[4].subject_from, "generate-9a"));

    CHECK_EQ(check_fresh("renew", RULES_JOB, &b), STATUS_SERVER_PROTOCOL);
}

TEST(rules__refuse_a_proof_about_an_answer_that_is_no_key)
{
    struct batch b;
    batch_init(&b);
    add_get(&b, "get-9c", PIV_OBJECT_CERTIFICATE_9C);
    struct batch_op *op = add_proof(&b, "prove-9c", 0x9C);
    op->proof = BATCH_PROOF_OF_CAPTURE;
    assert_true(text_copy(op->subject_from, sizeof op->subject_from, "get-9c"));

    refused_everywhere(&b);
}
