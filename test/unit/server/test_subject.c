/* SPDX-License-Identifier: Apache-2.0 */
#include "server/subject.h"

#include "base/text.h"
#include "test/unit/cardop/card_bench.h"
#include "test/unit/store/store_fixture.h"

/* Whose card is it? Asked of a store with reports that a virtual card gave. */
static struct server server;
static struct subject subject;
static struct bench bench;

static struct call open_call(void)
{
    struct call call = { .server = &server, .now = FIXTURE_NOW };
    const struct profile_record profiles[] = {
        { .id = "100000000099",
          .person_uuid = FIXTURE_OPERATOR,
          .job_role = "R5090",
          .role_name = "RA Agent",
          .org_code = "RKF" },
        { .id = "100000000098",
          .person_uuid = FIXTURE_OPERATOR,
          .job_role = "R5080",
          .role_name = "RA Manager",
          .org_code = "RKF" },
    };
    server.store = fixture_open(":memory:");
    fixture_fill(server.store);
    for (size_t i = 0; i < COUNT(profiles); i++) {
        CHECK_EQ(store_profile_put(server.store, &profiles[i]), STATUS_OK);
    }
    fixture_add_card(server.store, FIXTURE_CARD_2); /* the operator's own */
    CHECK(text_copy(call.session.person, sizeof(call.session.person), FIXTURE_OPERATOR));
    CHECK(text_copy(call.session.profile, sizeof(call.session.profile), "100000000099"));
    CHECK(text_copy(call.session.card, sizeof(call.session.card), FIXTURE_CARD_2));
    return call;
}

static void close_call(void)
{
    store_close(&server.store);
}

/* The bench's CA is ours, unless a case says otherwise. */
static void trust_bench(bool trusted)
{
    struct span der = bench_authority();
    CHECK(der.len <= SERVER_DER_MAX);
    memcpy(server.cas[SERVER_CA_SIGNING], der.ptr, der.len);
    server.ca_lens[SERVER_CA_SIGNING] = trusted ? der.len : 0;
}

static void read_issued(enum vcard_model model)
{
    bench_issued(&bench, model);
    trust_bench(true);
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
}

static void read_blank(enum vcard_model model)
{
    bench_blank(&bench, model, 0);
    CHECK_EQ(bench_begin(&bench, CARDOP_ISSUE), STATUS_OK);
}

static void add_card(const char *serial, const char *guid)
{
    struct card_record card = fixture_card(FIXTURE_CARD);
    CHECK(text_copy(card.serial, sizeof(card.serial), serial));
    CHECK(text_copy(card.guid, sizeof(card.guid), guid));
    CHECK(text_copy(card.state, sizeof(card.state), card_state_name(CARD_STATE_ACTIVE)));
    CHECK_EQ(store_card_add(server.store, &card), STATUS_OK);
}

static void add_certificate(const char *card)
{
    struct certificate_record record = fixture_certificate("0a", card);
    memcpy(record.fingerprint, bench.identity.fingerprints[0], sizeof(record.fingerprint));
    CHECK(text_copy(record.state, sizeof(record.state), "current"));
    CHECK_EQ(store_certificate_add(server.store, &record), STATUS_OK);
}

static enum status gather(struct call *call, const char *person)
{
    return subject_gather(call, &bench.report, person, &subject);
}

TEST(subject__a_blank_card_is_blank)
{
    struct call call = open_call();
    read_blank(VCARD_MODEL_STANDARD);
    CHECK_EQ(gather(&call, FIXTURE_HOLDER), STATUS_OK);
    CHECK(!subject.card_known);
    CHECK_EQ(subject.facts.card.state, CARD_STATE_BLANK);
    CHECK_TEXT(subject.facts.holder.uuid, FIXTURE_HOLDER);
    close_call();
}

TEST(subject__a_card_of_somebody_else_is_neither_blank_nor_ours)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_STANDARD);
    trust_bench(false);
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK(!subject.card_known);
    CHECK_EQ(subject.facts.card.state, CARD_STATE_INVALID);
    CHECK_EQ(subject.facts.card.origin, POLICY_ORIGIN_FOREIGN);
    CHECK(subject.facts.card.has_certificates);
    close_call();
}

/* The row is lost, the certificates are by one of our own CAs. */
/* 3E is the issuer's signature (SP 800-73-4 part 1, table 9); here a byte stands for it. */
static void sign_name(struct report_data *chuid)
{
    static const uint8_t end[] = { 0x3E, 0x01, 0xAA, 0xFE, 0x00 };
    memcpy(chuid->bytes + chuid->len - (sizeof(end) - 1), end, sizeof(end));
    chuid->len++;
}

TEST(subject__a_card_of_ours_without_a_record_is_told_from_a_foreign_one)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_STANDARD);
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK(!subject.facts.card.known);
    CHECK_EQ(subject.facts.card.origin, POLICY_ORIGIN_OURS);

    call.now = 2100000000; /* expired since, and the CA too */
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK_EQ(subject.facts.card.state, CARD_STATE_INVALID);

    bench.report.objects[REPORT_CERTIFICATE_9A].len = 0;
    bench.report.objects[REPORT_CERTIFICATE_9C].len = 0;
    call.now = FIXTURE_NOW;
    CHECK_EQ(gather(&call, NULL), STATUS_OK); /* a name alone, which nobody signed: its maker's */
    CHECK_EQ(subject.facts.card.state, CARD_STATE_BLANK);
    sign_name(&bench.report.objects[REPORT_CHUID]);
    CHECK_EQ(gather(&call, NULL), STATUS_OK); /* signed: an issuer's, nobody can say whose */
    CHECK_EQ(subject.facts.card.state, CARD_STATE_INVALID);
    CHECK_EQ(subject.facts.card.origin, POLICY_ORIGIN_FOREIGN);
    close_call();
}

TEST(subject__a_card_that_was_set_apart_and_used_elsewhere_is_not_blank)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_METADATA);
    struct card_record card = fixture_card(FIXTURE_CARD);
    CHECK(text_copy(card.serial, sizeof(card.serial), bench.identity.serial));
    CHECK(text_copy(card.state, sizeof(card.state), card_state_name(CARD_STATE_BLANK)));
    CHECK_EQ(store_card_add(server.store, &card), STATUS_OK);

    trust_bench(false);
    CHECK_EQ(gather(&call, NULL), STATUS_OK);

    CHECK(!subject.facts.card.known);
    CHECK_EQ(subject.facts.card.origin, POLICY_ORIGIN_FOREIGN);
    close_call();
}

TEST(subject__a_blank_card_that_was_cut_while_it_got_its_name_is_blank_again)
{
    struct call call = open_call();
    read_blank(VCARD_MODEL_STANDARD);
    struct report_data *chuid = &bench.report.objects[REPORT_CHUID];
    memset(chuid->bytes, 0x30, 20);
    chuid->len = 20;
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK_EQ(subject.facts.card.state, CARD_STATE_BLANK);

    struct report_data *certificate = &bench.report.objects[REPORT_CERTIFICATE_9A];
    memset(certificate->bytes, 0x30, 20); /* torn as well: that card has been in use */
    certificate->len = 20;
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK_EQ(subject.facts.card.state, CARD_STATE_INVALID);
    close_call();
}

TEST(subject__a_card_is_known_by_its_serial)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_METADATA);
    add_card(bench.identity.serial, "");
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK(subject.card_known);
    CHECK_TEXT(subject.card.id, FIXTURE_CARD);
    CHECK_EQ(subject.facts.card.state, CARD_STATE_ACTIVE);
    CHECK_TEXT(subject.facts.holder.uuid, FIXTURE_HOLDER);
    close_call();
}

TEST(subject__a_card_without_a_serial_is_known_by_its_guid)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_STANDARD);
    add_card("", bench.identity.guid);
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK_TEXT(subject.card.id, FIXTURE_CARD);
    close_call();
}

TEST(subject__a_card_without_a_name_is_known_by_a_certificate)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_STANDARD);
    bench.report.objects[REPORT_CHUID].len = 0;
    add_card("", "");
    add_certificate(FIXTURE_CARD);
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK_TEXT(subject.card.id, FIXTURE_CARD);
    CHECK(subject.facts.card.has_certificates);
    CHECK_EQ(subject.facts.card.not_after, FIXTURE_NOW + 1000);
    close_call();
}

/* Makers count their cards each for themselves: a number is no name. */
TEST(subject__a_card_of_another_ca_is_not_ours_even_with_a_serial_and_guid_of_ours)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_METADATA);
    add_card(bench.identity.serial, bench.identity.guid);
    trust_bench(false);
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK(!subject.card_known);
    CHECK(subject.card_foreign);
    CHECK(!subject.person_known);
    CHECK_EQ(subject.facts.card.state, CARD_STATE_INVALID);

    add_certificate(FIXTURE_CARD); /* one of the two is in the directory: the card is ours */
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK(subject.card_known);
    CHECK(!subject.card_foreign);
    close_call();
}

TEST(subject__a_card_whose_puk_is_blocked_takes_no_new_passcode)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_METADATA);
    add_card(bench.identity.serial, "");
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK_EQ(subject.facts.card.capabilities, POLICY_CAN_ALL | POLICY_CAN_RESET);
    bench.card.memory.puk.tries_left = 0;
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK_EQ(subject.facts.card.capabilities,
             (POLICY_CAN_ALL | POLICY_CAN_RESET) & ~(unsigned)POLICY_CAN_SET_PASSCODE);
    close_call();
}

TEST(subject__a_certificate_of_one_card_on_another_is_found_out)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_METADATA);
    add_card(bench.identity.serial, "");
    add_certificate(FIXTURE_CARD_2);
    CHECK_EQ(gather(&call, NULL), STATUS_CARD_OTHER);
    CHECK(subject.card_other);
    CHECK(!subject.card_known); /* nobody is served by it */
    CHECK_EQ(subject.facts.card.state, CARD_STATE_INVALID);
    close_call();
}

TEST(subject__the_holder_of_a_known_card_is_its_own_whoever_is_named)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_METADATA);
    add_card(bench.identity.serial, "");
    CHECK_EQ(gather(&call, FIXTURE_OPERATOR), STATUS_OK);
    CHECK_TEXT(subject.person.uuid, FIXTURE_HOLDER);
    close_call();
}

TEST(subject__an_open_job_is_found)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_METADATA);
    add_card(bench.identity.serial, "");
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK(!subject.job_open);
    fixture_add_job(server.store, FIXTURE_JOB, FIXTURE_CARD);
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK(subject.job_open);
    CHECK_EQ(subject.facts.card.open_job, POLICY_RENEW);
    CHECK_TEXT(subject.job.id, FIXTURE_JOB);
    close_call();
}

TEST(subject__the_chosen_profile_is_told_from_the_others)
{
    struct call call = open_call();
    read_blank(VCARD_MODEL_STANDARD);
    CHECK_EQ(gather(&call, NULL), STATUS_OK);
    CHECK_TEXT(subject.facts.operator.profile.id, "100000000099");
    CHECK_EQ(subject.facts.operator.others_count, 1);
    CHECK_TEXT(subject.facts.operator.others[0].id, "100000000098");
    CHECK_TEXT(subject.facts.operator.card, FIXTURE_CARD_2);
    close_call();
}

TEST(subject__a_person_that_is_not_there_is_said_to_be_unknown)
{
    struct call call = open_call();
    read_blank(VCARD_MODEL_STANDARD);
    CHECK_EQ(gather(&call, "999999999999"), STATUS_NOT_FOUND);
    CHECK(!subject.person_known);
    close_call();
}

TEST(subject__a_state_that_the_store_should_not_hold_is_an_error)
{
    struct call call = open_call();
    read_issued(VCARD_MODEL_METADATA);
    struct card_record card = fixture_card(FIXTURE_CARD);
    CHECK(text_copy(card.serial, sizeof(card.serial), bench.identity.serial));
    CHECK(text_copy(card.state, sizeof(card.state), "half"));
    CHECK_EQ(store_card_add(server.store, &card), STATUS_OK);
    CHECK_EQ(gather(&call, NULL), STATUS_STORE);
    close_call();
}
