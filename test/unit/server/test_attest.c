/* SPDX-License-Identifier: Apache-2.0 */
#include "server/attest.h"

#include <unistd.h>

#include "base/text.h"
#include "crypto/x509_pem.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"
#include "vcard/vcard_key.h"

static struct server server;
static struct bench bench;
static struct job_work work;
static struct call call;

/* A renewal of an attesting card, up to the moment in which certificates are wanted. */
static void make_keys(enum vcard_lie lie)
{
    const struct span none[CARDOP_KEYS] = { SPAN_NONE, SPAN_NONE };
    memset(&server, 0, sizeof(server));
    memset(&work, 0, sizeof(work));
    call = (struct call){ .server = &server, .now = 1800000000 };
    bench_blank_attesting(&bench, 0xB1);
    bench_issue(&bench);
    bench.attest = CARDOP_ATTEST_IF_PRESENT;
    bench.card.options.lie = (uint8_t)lie;
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    bench_play(&bench);
    CHECK_EQ(cardop_accept(&bench.op, &bench.result, none, &bench.batch, &bench.fault), STATUS_OK);
    work.state.op = bench.op;
    CHECK(text_copy(work.card.serial, sizeof(work.card.serial), "10000001"));
    server.policy.values.attestation = POLICY_ATTESTATION_IF_PRESENT;
    CHECK(text_copy(server.policy.values.firmware_min, POLICY_VERSION_MAX, "0.0.0"));
    server.roots.ders[0] = bench_authority();
    server.roots.count = 1;
}

static void refused(enum vcard_lie lie, const char *detail)
{
    make_keys(lie);
    CHECK_EQ(attest_judge(&call, &work, &bench.result), STATUS_ATTESTATION_WRONG);
    CHECK_EQ(call.fault.status, STATUS_ATTESTATION_WRONG);
    CHECK_TEXT(call.fault.detail, detail);
}

static const char *verdict(size_t index)
{
    return work.certificates[index].attestation;
}

TEST(attest__both_keys_are_attested)
{
    char detail[FAULT_DETAIL_MAX];
    make_keys(VCARD_LIE_NONE);

    CHECK_EQ(attest_judge(&call, &work, &bench.result), STATUS_OK);

    CHECK_TEXT(verdict(CARDOP_AUTHENTICATION), "attested");
    CHECK_TEXT(verdict(CARDOP_SIGNING), "attested");
    attest_detail(&work, detail);
    CHECK_TEXT(detail, "authentication, content_signing: attested");
}

TEST(attest__each_lie_is_named)
{
    refused(VCARD_LIE_ATTEST_KEY, "9c: key");
    refused(VCARD_LIE_ATTEST_SLOT, "9c: slot");
    refused(VCARD_LIE_ATTEST_SERIAL, "9c: serial");
    refused(VCARD_LIE_ATTEST_VERSION, "9c: firmware");
    refused(VCARD_LIE_ATTEST_POLICY, "9c: pin-policy");
}

TEST(attest__another_makers_card_and_another_cards_number_are_refused)
{
    make_keys(VCARD_LIE_NONE);
    server.roots.ders[0] = span_of(bench.certificates[0].der, bench.certificates[0].len);
    CHECK_EQ(attest_judge(&call, &work, &bench.result), STATUS_ATTESTATION_WRONG);
    CHECK_TEXT(call.fault.detail, "9c: device");

    make_keys(VCARD_LIE_NONE);
    CHECK(text_copy(work.card.serial, sizeof(work.card.serial), "10000002"));
    CHECK_EQ(attest_judge(&call, &work, &bench.result), STATUS_ATTESTATION_WRONG);
    CHECK_TEXT(call.fault.detail, "9c: serial");
}

TEST(attest__old_firmware_is_refused_by_what_is_attested)
{
    make_keys(VCARD_LIE_NONE);
    CHECK(text_copy(server.policy.values.firmware_min, POLICY_VERSION_MAX, "5.7.0"));

    CHECK_EQ(attest_judge(&call, &work, &bench.result), STATUS_CARD_FIRMWARE);

    CHECK_TEXT(call.fault.detail, "5.4.3");
}

TEST(attest__why_there_is_none_is_kept)
{
    make_keys(VCARD_LIE_NONE);
    server.roots.count = 0;
    CHECK_EQ(attest_judge(&call, &work, &bench.result), STATUS_OK);
    CHECK_TEXT(verdict(CARDOP_SIGNING), "no_roots");
    server.policy.values.attestation = POLICY_ATTESTATION_OFF;
    CHECK_EQ(attest_judge(&call, &work, &bench.result), STATUS_OK);
    CHECK_TEXT(verdict(CARDOP_SIGNING), "off");

    make_keys(VCARD_LIE_NONE);
    work.state.op.can = 0;
    CHECK_EQ(attest_judge(&call, &work, &bench.result), STATUS_OK);
    CHECK_TEXT(verdict(CARDOP_SIGNING), "card_cannot");

    make_keys(VCARD_LIE_NONE);
    batch_result_init(&bench.result); /* the card answered to none of it */
    CHECK_EQ(attest_judge(&call, &work, &bench.result), STATUS_OK);
    CHECK_TEXT(verdict(CARDOP_SIGNING), "card_did_not");
}

TEST(attest__where_it_is_required_none_is_a_refusal)
{
    make_keys(VCARD_LIE_NONE);
    batch_result_init(&bench.result);
    server.policy.values.attestation =
        POLICY_ATTESTATION_REQUIRED; /* since the job began, perhaps */

    CHECK_EQ(attest_judge(&call, &work, &bench.result), STATUS_ATTESTATION_MISSING);

    CHECK_TEXT(call.fault.detail, "card_did_not");
}

TEST(attest__a_key_that_has_its_certificate_is_not_judged_again)
{
    make_keys(VCARD_LIE_ATTEST_KEY);
    work.state.op.keys[0].certified = work.state.op.keys[1].certified = true;

    CHECK_EQ(attest_judge(&call, &work, &bench.result), STATUS_OK);

    CHECK_TEXT(verdict(CARDOP_SIGNING), "");
}

TEST(attest__is_asked_for_as_the_policy_says_and_if_there_is_anything_to_check_it_with)
{
    make_keys(VCARD_LIE_NONE);
    CHECK_EQ(attest_mode(&server), CARDOP_ATTEST_IF_PRESENT);
    server.roots.count = 0;
    CHECK_EQ(attest_mode(&server), CARDOP_ATTEST_OFF);
    server.policy.values.attestation = POLICY_ATTESTATION_REQUIRED;
    CHECK_EQ(attest_mode(&server), CARDOP_ATTEST_REQUIRED);
    server.policy.values.attestation = POLICY_ATTESTATION_OFF;
    server.roots.count = 1;
    CHECK_EQ(attest_mode(&server), CARDOP_ATTEST_OFF);
}

/* ---- the makers' certificates ---- */

static void write_file(const char *path, struct span text)
{
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK_EQ(fwrite(text.ptr, 1, text.len, file), text.len);
    CHECK_EQ(fclose(file), 0);
}

TEST(attest__reads_a_file_of_makers_certificates)
{
    static struct attest_roots roots;
    char path[] = "/tmp/attest-roots-XXXXXX";
    uint8_t memory[4096];
    struct buf text = BUF(memory);
    make_keys(VCARD_LIE_NONE);
    CHECK(close(mkstemp(path)) == 0);
    CHECK_EQ(attest_roots_load(path, &roots), STATUS_BAD_FILE); /* empty */
    CHECK_EQ(roots.count, 0);
    CHECK_EQ(x509_pem_encode(X509_PEM_CERTIFICATE, bench_authority(), &text), STATUS_OK);
    CHECK_EQ(x509_pem_encode(X509_PEM_CERTIFICATE, bench_authority(), &text), STATUS_OK);
    write_file(path, buf_span(&text));

    CHECK_EQ(attest_roots_load(path, &roots), STATUS_OK);

    CHECK_EQ(roots.count, 2);
    CHECK_SPAN(roots.ders[1], bench_authority());
    CHECK_EQ(unlink(path), 0);
    CHECK_EQ(attest_roots_load(path, &roots), STATUS_NOT_FOUND);
    CHECK_EQ(roots.count, 0);
}
