/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "piv/attestation.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"

/* What a job asks a card to attest of its new keys, and what becomes of the answers. Who judges
 * them: test/unit/server/test_attest.c. */
enum { CUTS_MAX = 120, RUNS_MAX = 4 };

static struct bench bench, start;

static void issued(enum cardop_attest attest)
{
    bench_blank_attesting(&bench, 0xA7);
    bench_issue(&bench);
    bench.attest = attest;
}

/* The keys of a renewal are made, and the card's answers are in bench.result. */
static void make_keys(void)
{
    const struct span none[CARDOP_KEYS] = { SPAN_NONE, SPAN_NONE };
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    bench_play(&bench);
    CHECK_EQ(cardop_accept(&bench.op, &bench.result, none, &bench.batch, &bench.fault), STATUS_OK);
    CHECK_EQ(cardop_want(&bench.op), CARDOP_WANT_CERTIFICATES);
}

TEST(cardop_attest__asks_behind_generate_in_the_same_batch)
{
    issued(CARDOP_ATTEST_IF_PRESENT);

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);

    bench_check_good(&bench);
    CHECK_EQ(bench.round_trips, 3);
    CHECK_TEXT(bench.log, "select verify sign-9c sign-9a witness / answer get-f9 generate-9c"
                          " generate-9a attest-9c attest-9a verify sign-9c sign-9a / put-9a put-9c"
                          " get-9a get-9c verify sign-9c sign-9a");
}

TEST(cardop_attest__asks_nothing_where_the_policy_says_off_or_the_card_cannot)
{
    issued(CARDOP_ATTEST_OFF);
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);
    CHECK(strstr(bench.log, "attest") == NULL && strstr(bench.log, "get-f9") == NULL);

    bench_issued(&bench, VCARD_MODEL_STANDARD);
    bench.attest = CARDOP_ATTEST_IF_PRESENT;
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);
    CHECK(strstr(bench.log, "attest") == NULL && strstr(bench.log, "get-f9") == NULL);
}

TEST(cardop_attest__what_the_virtual_card_says_is_right_to_our_check)
{
    static const uint8_t slots[CARDOP_KEYS] = { 0x9A, 0x9C };
    struct cardop_attested said;
    struct attestation attestation;
    const struct span maker = bench_authority();
    issued(CARDOP_ATTEST_IF_PRESENT);
    make_keys();
    cardop_attested(&bench.op, &bench.result, &said);
    CHECK(said.asked);
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        attestation_check(
            &(struct attestation_question){ .certificate = said.keys[i],
                                            .device = said.device,
                                            .anchors = &maker,
                                            .count = 1,
                                            .at = 1800000000,
                                            .key = &bench.op.keys[i].key,
                                            .slot = slots[i],
                                            .serial = "10000001",
                                            .version = bench.op.version,
                                            .pin_policies = said.pin_policies[i],
                                            .touch_policies = ATTESTATION_TOUCH_NEVER },
            &attestation);
        CHECK_EQ(attestation.faults, 0);
        CHECK_EQ(attestation.pin_policy, i == CARDOP_SIGNING ? VCARD_PIN_ALWAYS : VCARD_PIN_ONCE);
    }
}

TEST(cardop_attest__the_pin_policy_of_a_slot_is_asked_for_and_not_left_to_the_card)
{
    issued(CARDOP_ATTEST_OFF);
    bench.card.options.pin_policy[0] = VCARD_PIN_NEVER;
    bench.card.options.pin_policy[1] = VCARD_PIN_NEVER;

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);

    CHECK_EQ(vcard_key_slot(&bench.card, 0x9A)->pin_policy, VCARD_PIN_ONCE);
    CHECK_EQ(vcard_key_slot(&bench.card, 0x9C)->pin_policy, VCARD_PIN_ALWAYS);
}

TEST(cardop_attest__where_it_is_required_a_card_that_cannot_keeps_its_keys)
{
    bench_issued(&bench, VCARD_MODEL_STANDARD);
    memcpy(&start, &bench, sizeof(start));
    bench.attest = CARDOP_ATTEST_REQUIRED;

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_ATTESTATION_MISSING);

    CHECK_BYTES(&bench.card.memory, &start.card.memory, sizeof(bench.card.memory));
    CHECK(!bench_job_open(&bench));
}

TEST(cardop_attest__where_it_is_required_a_card_without_the_makers_certificate_keeps_its_keys)
{
    issued(CARDOP_ATTEST_REQUIRED);
    bench.card.memory.objects[vcard_object_index(0x5FFF01)].present = false;
    memcpy(&start, &bench, sizeof(start));

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_ATTESTATION_MISSING);

    CHECK_TEXT(bench.fault.detail, "attest-f9");
    CHECK_BYTES(&bench.card.memory, &start.card.memory, sizeof(bench.card.memory));

    bench.attest = CARDOP_ATTEST_IF_PRESENT; /* the policy was changed: the job goes on */
    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);
    bench_check_good(&bench);
}

/* ---- pulled in the middle ---- */

static void finish(enum cardop_service service)
{
    enum status status = STATUS_CARD_REMOVED;
    for (unsigned i = 0; i < RUNS_MAX && status != STATUS_OK; i++) {
        bench_insert(&bench);
        status = bench_job(&bench, service);
    }
    CHECK_EQ(status, STATUS_OK);
    bench_check_good(&bench);
}

static unsigned cut_everywhere(enum cardop_service service)
{
    static const enum vcard_fault_kind cuts[] = { VCARD_FAULT_CUT_AFTER, VCARD_FAULT_TEAR,
                                                  VCARD_FAULT_CUT_BEFORE };
    for (uint32_t at = 1; at < CUTS_MAX; at++) {
        memcpy(&bench, &start, sizeof(bench));
        bench.agent_dies = at % 2 == 0;
        bench_arm(&bench, cuts[at % COUNT(cuts)], at);
        enum status status = bench_job(&bench, service);
        if (!bench_fault_happened(&bench)) {
            CHECK_EQ(status, STATUS_OK);
            return at - 1;
        }
        CHECK(status != STATUS_OK);
        bench.agent_dies = false;
        finish(service);
    }
    return 0;
}

TEST(cardop_attest__no_card_is_lost_by_a_cut_at_any_command)
{
    unsigned cuts = 0;
    bench_blank_attesting(&start, 0xA8);
    cuts += cut_everywhere(CARDOP_ISSUE);
    bench_issue(&start);
    cuts += cut_everywhere(CARDOP_RENEW);
    cuts += cut_everywhere(CARDOP_REPAIR);
    printf("# %u cuts\n", cuts);
    CHECK(cuts > 60);
}
