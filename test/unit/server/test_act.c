/* SPDX-License-Identifier: Apache-2.0 */
#include "server/act.h"

#include "base/text.h"
#include "crypto/cipher.h"
#include "server/job_state.h"
#include "test/lib/test.h"

static struct server server;
static struct subject subject;
static struct card_report report;

static struct call call_of(const char *session)
{
    struct call call = { .server = &server, .now = 1795339800 };
    CHECK(text_copy(call.session.id, sizeof(call.session.id), session));
    CHECK(text_copy(server.config.origin, sizeof(server.config.origin), "https://ra.example"));
    server.policy.values.key_type = KEY_TYPE_P256;
    memset(&subject, 0, sizeof(subject));
    return call;
}

TEST(act__every_card_service_has_its_machine_and_back)
{
    for (unsigned i = 0; i < CARDOP_SERVICE_MAX; i++) {
        enum cardop_service again = CARDOP_SERVICE_MAX;
        enum policy_service service = act_policy_service((enum cardop_service)i);
        CHECK(act_service(service, &again));
        CHECK_EQ(again, i);
        CHECK_TEXT(policy_service_name(service), cardop_service_name(again));
    }
    enum cardop_service untouched = CARDOP_REPAIR;
    CHECK(!act_service(POLICY_CANCEL, &untouched));
    CHECK(!act_service(POLICY_NO_SERVICE, &untouched));
    CHECK_EQ(untouched, CARDOP_REPAIR);
}

TEST(act__a_binding_is_of_one_session_insertion_and_job)
{
    uint8_t first[32], again[32], session[32], insertion[32], job[32];
    struct call call = call_of("40112233445566778899aabbccddeeff");
    struct call other = call_of("50112233445566778899aabbccddeeff");
    card_report_init(&report);
    CHECK_EQ(act_binding(&call, &report, "", first), STATUS_OK);
    CHECK_EQ(act_binding(&call, &report, "", again), STATUS_OK);
    CHECK_EQ(act_binding(&other, &report, "", session), STATUS_OK);
    CHECK_EQ(act_binding(&call, &report, "1", job), STATUS_OK);
    report.insertion[15] ^= 1;
    CHECK_EQ(act_binding(&call, &report, "", insertion), STATUS_OK);
    CHECK_BYTES(first, again, sizeof(first));
    CHECK(memcmp(first, session, sizeof(first)) != 0);
    CHECK(memcmp(first, insertion, sizeof(first)) != 0);
    CHECK(memcmp(first, job, sizeof(first)) != 0);
}

TEST(act__a_new_machine_takes_the_versions_of_the_directory)
{
    struct cardop op;
    struct call call = call_of("40112233445566778899aabbccddeeff");
    subject.card.management_key_version = 2;
    subject.card.puk_version = 5;
    CHECK_EQ(act_machine(&call, &subject, CARDOP_REPAIR, "00000000000000000000000000000007", &op),
             STATUS_OK);
    CHECK_EQ(op.service, CARDOP_REPAIR);
    CHECK_EQ(op.management.current, 2);
    CHECK_EQ(op.management.next, 2); /* repair does not touch the management key */
    CHECK_EQ(op.puk.current, 5);
    CHECK_TEXT(op.job, "00000000000000000000000000000007");
    CHECK_TEXT(op.origin, "https://ra.example");
}

TEST(act__an_issue_names_the_card_after_the_job_and_sets_its_own_key)
{
    static const uint8_t guid[16] = { 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0x4B, 0xAB,
                                      0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB };
    struct cardop op;
    struct call call = call_of("40112233445566778899aabbccddeeff");
    CHECK_EQ(act_machine(&call, &subject, CARDOP_ISSUE, "abababababababababababababababab", &op),
             STATUS_OK);
    CHECK_EQ(op.management.current, 0);
    CHECK_EQ(op.management.next, 1);
    CHECK_EQ(op.management_algorithm_next, MANAGEMENT_AES_192);
    CHECK_BYTES(op.guid, guid, sizeof(guid)); /* RFC 4122: version 4, variant 10 */
    CHECK_TEXT(op.card_expiry, "20321120");   /* six years of 365 days */
}

TEST(act__an_open_job_goes_on_as_it_was_whatever_is_asked)
{
    struct cardop op;
    struct job_state kept = { 0 };
    struct call call = call_of("40112233445566778899aabbccddeeff");
    CHECK_EQ(
        act_machine(&call, &subject, CARDOP_RENEW, "00000000000000000000000000000007", &kept.op),
        STATUS_OK);
    kept.op.keys_sent = true;
    struct buf bytes = BUF(subject.job.state);
    CHECK_EQ(job_state_encode(&kept, &bytes), STATUS_OK);
    subject.job.state_len = bytes.len;
    subject.job_open = true;

    CHECK_EQ(act_machine(&call, &subject, CARDOP_REPAIR, "00000000000000000000000000000008", &op),
             STATUS_OK);
    CHECK_EQ(op.service, CARDOP_RENEW);
    CHECK_TEXT(op.job, "00000000000000000000000000000007");
    CHECK(op.keys_sent);

    subject.job.state[0] ^= 0x80; /* a damaged journal is an error, not a new job */
    CHECK_EQ(act_machine(&call, &subject, CARDOP_RENEW, "00000000000000000000000000000008", &op),
             STATUS_STORE);
}
