/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/pairing.h"

#include "base/text.h"
#include "signer/state_record.h"
#include "test/lib/test.h"
#include "test/unit/signer/signer_fixture.h"

static const uint8_t card_a[KDF_CARD_ID_LEN] = { 0xA };
static const uint8_t card_b[KDF_CARD_ID_LEN] = { 0xB };

static uint8_t journal_memory[8192];
static struct buf journal;
static struct pairing_set set;

static void open_set(size_t capacity)
{
    journal = BUF(journal_memory);
    CHECK_EQ(pairing_open(&set, capacity), STATUS_OK);
}

/* A statement about that card; `old`: first byte of the old certificates' fingerprints, 0 none. */
static struct statement about(const char *card, uint8_t old)
{
    struct statement s = { .operation = "renew", .job = "00112233445566778899aabbccddeeff" };
    CHECK(text_copy(s.card, sizeof(s.card), card));
    s.old_certificates[0][0] = old;
    s.old_certificates[1][0] = old != 0 ? (uint8_t)(old + 1) : 0;
    return s;
}

static enum status use(const uint8_t *card_id, struct statement s)
{
    enum status status = pairing_check(&set, card_id, &s);
    return status == STATUS_OK ? pairing_learn(&set, card_id, &s, &journal) : status;
}

TEST(pairing__an_id_belongs_to_the_card_it_was_first_used_for)
{
    open_set(64);

    CHECK_EQ(use(card_a, about("serial 1", 0)), STATUS_OK);

    CHECK_EQ(use(card_a, about("serial 1", 0)), STATUS_OK);
    CHECK_EQ(use(card_a, about("serial 2", 0)), STATUS_STATEMENT_CARD);
    CHECK_EQ(use(card_a, about("serial 11", 0)), STATUS_STATEMENT_CARD);
    CHECK_EQ(use(card_a, about("guid 0a", 0)), STATUS_STATEMENT_CARD);
    CHECK_EQ(use(card_a, about("blank", 0)), STATUS_STATEMENT_CARD);
    CHECK_EQ(use(card_a, about("unreadable", 0)), STATUS_STATEMENT_CARD);
    CHECK_EQ(use(card_a, about("serial ", 0)), STATUS_STATEMENT_CARD);
    CHECK_EQ(use(card_b, about("serial 2", 0)), STATUS_OK);
    pairing_close(&set);
}

TEST(pairing__another_cards_certificates_do_not_make_up_for_a_wrong_serial)
{
    open_set(64);
    CHECK_EQ(use(card_a, about("serial 1", 0x10)), STATUS_OK);

    CHECK_EQ(use(card_a, about("serial 2", 0x10)), STATUS_STATEMENT_CARD);

    CHECK_EQ(use(card_a, about("serial 1", 0x20)), STATUS_OK);
    pairing_close(&set);
}

TEST(pairing__a_card_whose_name_was_not_there_before_is_known_by_its_certificate)
{
    struct statement torn = about("certificate 10000000000000000000000000000000000000000000000000"
                                  "000000",
                                  0x10);
    open_set(64);
    CHECK_EQ(use(card_a, about("guid 0a", 0x10)), STATUS_OK);

    CHECK_EQ(use(card_a, torn), STATUS_OK);                    /* its CHUID was damaged */
    CHECK_EQ(use(card_a, about("serial 7", 0x10)), STATUS_OK); /* its serial was not read before */
    CHECK_EQ(use(card_a, about("serial 8", 0x10)), STATUS_STATEMENT_CARD);
    CHECK_EQ(use(card_b, about("guid 0b", 0x30)), STATUS_OK);
    CHECK_EQ(use(card_b, torn), STATUS_STATEMENT_CARD);
    pairing_close(&set);
}

TEST(pairing__a_certificate_made_for_a_card_names_it_and_no_other)
{
    const uint8_t made[SIGNER_HASH_LEN] = { 0x40 };
    open_set(64);
    CHECK_EQ(use(card_a, about("guid 0a", 0)), STATUS_OK);
    CHECK_EQ(use(card_b, about("guid 0b", 0)), STATUS_OK);

    CHECK_EQ(pairing_learn_certificate(&set, card_a, made, &journal), STATUS_OK);

    CHECK_EQ(use(card_a, about("serial 1", 0x40)), STATUS_OK);
    CHECK_EQ(use(card_b, about("serial 1", 0x40)), STATUS_STATEMENT_CARD);
    pairing_close(&set);
}

static struct statement issue_of(const char *card)
{
    struct statement s = about(card, 0x50);
    CHECK(text_copy(s.operation, sizeof(s.operation), "issue"));
    return s;
}

/* A blank card without a serial number: its first name is the GUID that its issue writes. */
TEST(pairing__an_issue_that_was_cut_goes_on_with_the_guid_that_it_wrote)
{
    const uint8_t made[SIGNER_HASH_LEN] = { 0x60 };
    open_set(64);
    CHECK_EQ(use(card_a, issue_of("blank")), STATUS_OK);
    CHECK_EQ(use(card_a, issue_of("unreadable")), STATUS_OK); /* cut in the middle of the CHUID */
    struct statement other = issue_of("blank");
    other.job[0] = 'f';
    CHECK_EQ(use(card_a, other), STATUS_STATEMENT_CARD);
    CHECK_EQ(pairing_learn_certificate(&set, card_a, made, &journal), STATUS_OK);

    CHECK_EQ(use(card_a, issue_of("guid 001122334455467788" /* version 4 of the job */
                                  "99aabbccddeeff")),
             STATUS_OK);

    CHECK_EQ(use(card_a, issue_of("blank")), STATUS_STATEMENT_CARD);
    CHECK_EQ(use(card_a, issue_of("guid 0c")), STATUS_STATEMENT_CARD);
    /* What stood on the blank before is somebody else's, and no name of this card. */
    CHECK_EQ(use(card_a, about("serial 1", 0x50)), STATUS_STATEMENT_CARD);
    pairing_close(&set);
}

TEST(pairing__the_journal_brings_it_all_back)
{
    struct pairing_set again;
    struct state_record record;
    open_set(64);
    CHECK_EQ(use(card_a, about("serial 1", 0x10)), STATUS_OK);
    size_t len = journal.len;
    CHECK_EQ(use(card_a, about("serial 1", 0x10)), STATUS_OK);
    CHECK_EQ(journal.len, len); /* nothing twice */

    CHECK_EQ(pairing_open(&again, 64), STATUS_OK);
    struct reader rest = reader_of(buf_span(&journal));
    while (state_record_take(&rest, &record) == STATE_RECORD_FOUND) {
        CHECK_EQ(record.kind, STATE_RECORD_PAIRED);
        CHECK_EQ(pairing_restore(&again, record.card_id, record.name), STATUS_OK);
    }

    CHECK(reader_end(&rest));
    const struct statement same = about("serial 1", 0), other = about("serial 2", 0x10);
    CHECK_EQ(pairing_check(&again, card_a, &same), STATUS_OK);
    CHECK_EQ(pairing_check(&again, card_a, &other), STATUS_STATEMENT_CARD);
    CHECK_EQ(pairing_restore(&again, card_a, "blank"), STATUS_BAD_VALUE);
    pairing_close(&again);
    pairing_close(&set);
}

TEST(pairing__forgets_nothing_when_it_is_full)
{
    open_set(3);
    CHECK_EQ(use(card_a, about("serial 1", 0)), STATUS_OK); /* two entries: kind and name */
    size_t len = journal.len;

    CHECK_EQ(use(card_b, about("serial 2", 0)), STATUS_OUT_OF_MEMORY);

    CHECK_EQ(journal.len, len);
    CHECK_EQ(use(card_a, about("serial 2", 0)), STATUS_STATEMENT_CARD);
    pairing_close(&set);
}

/* ---- in the signer ---- */

static enum status ask_about(struct signer_fixture *f, enum signer_kind kind, const char *card,
                             uint8_t card_id)
{
    struct signer_request *request = signer_fixture_request(f, kind, "repair");
    CHECK(text_copy(request->authority.statement.card, 72, card));
    request->management.card_id[0] = card_id;
    if (kind == SIGNER_PUK) {
        request->puk.card_id[0] = card_id;
    }
    signer_fixture_sign(f, request, &f->operator);
    return signer_fixture_ask(f, request);
}

TEST(pairing__a_statement_about_one_card_gives_no_secret_of_another)
{
    struct signer_fixture *f = signer_fixture_open();
    CHECK_EQ(ask_about(f, SIGNER_PUK, "serial 1", 1), STATUS_OK);
    CHECK_EQ(ask_about(f, SIGNER_PUK, "serial 2", 2), STATUS_OK);

    CHECK_EQ(ask_about(f, SIGNER_PUK, "serial 1", 2), STATUS_STATEMENT_CARD);
    CHECK_EQ(ask_about(f, SIGNER_MANAGEMENT_ANSWER, "serial 1", 2), STATUS_STATEMENT_CARD);

    CHECK_EQ(f->answer.management.len, 0);
    CHECK_EQ(ask_about(f, SIGNER_MANAGEMENT_ANSWER, "serial 1", 1), STATUS_OK);
    signer_fixture_close(f);
}
