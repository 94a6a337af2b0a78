/* SPDX-License-Identifier: Apache-2.0 */
#include "port/pcsc_reader.h"

#include "test/lib/test.h"

/* No daemon listens there: what needs readers and cards is tested with the virtual ones. */
static void daemon_is_nowhere(void)
{
    setenv("PCSCLITE_CSOCK_NAME", "/nowhere/at/all/pcscd.comm", 1);
}

TEST(pcsc_reader__says_so_when_the_service_does_not_run)
{
    struct pcsc_reader_watch *watch = NULL;
    struct pcsc_reader_card *card = NULL;
    daemon_is_nowhere();

    CHECK_EQ(pcsc_reader_watch_open(&watch), STATUS_READER_SERVICE);
    CHECK_EQ(pcsc_reader_connect("Virtual PCD 00 00", &card), STATUS_READER_SERVICE);

    CHECK(watch == NULL);
    CHECK(card == NULL);
}

TEST(pcsc_reader__closing_what_was_never_opened_is_fine)
{
    struct pcsc_reader_watch *watch = NULL;
    struct pcsc_reader_card *card = NULL;

    pcsc_reader_watch_close(&watch);
    pcsc_reader_disconnect(&card, PCSC_END_RESET);

    CHECK(watch == NULL && card == NULL);
}

TEST(pcsc_reader__knows_the_answer_to_reset_that_a_contactless_reader_makes_up)
{
    /* PC/SC part 3, 3.1.3.2.3: a card of ISO/IEC 14443-4, and a storage card. */
    static const uint8_t smart[] = { 0x3B, 0x82, 0x80, 0x01, 0x31, 0x32, 0x00 };
    static const uint8_t bare[] = { 0x3B, 0x80, 0x80, 0x01, 0x01 };
    static const uint8_t storage[] = { 0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00,
                                       0x03, 0x06, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x6A };

    CHECK(pcsc_reader_is_contactless(SPAN_OF(smart)));
    CHECK(pcsc_reader_is_contactless(SPAN_OF(bare)));
    CHECK(pcsc_reader_is_contactless(SPAN_OF(storage)));
}

TEST(pcsc_reader__takes_no_contact_card_for_a_contactless_one)
{
    static const uint8_t contact[] = { 0x3B, 0xFD, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE,
                                       0x15, 0x80, 0x73, 0xC0, 0x21, 0xC0, 0x57, 0x59,
                                       0x75, 0x62, 0x69, 0x4B, 0x65, 0x79, 0x40 };
    static const uint8_t good[] = { 0x3B, 0x82, 0x80, 0x01, 0x31, 0x32, 0x00 };
    uint8_t changed[sizeof(good)];

    CHECK(!pcsc_reader_is_contactless(SPAN_OF(contact)));
    CHECK(!pcsc_reader_is_contactless(SPAN_NONE));
    for (size_t len = 0; len < sizeof(good); len++) {
        CHECK(!pcsc_reader_is_contactless(span_of(good, len)));
    }
    for (size_t i = 0; i < 4; i++) {
        memcpy(changed, good, sizeof(good));
        changed[i] ^= 0x11;
        CHECK(!pcsc_reader_is_contactless(SPAN_OF(changed)));
    }
}

TEST(pcsc_reader__two_lists_differ_by_what_a_person_can_change)
{
    struct pcsc_reader_list a = { .count = 1 };
    a.readers[0] = (struct pcsc_reader_state){ .name = "R", .present = true, .event_count = 2 };
    struct pcsc_reader_list b = a;
    CHECK(pcsc_reader_same(&a, &b));

    b.readers[0].event_count = 4; /* pulled and inserted again between two looks */
    CHECK(!pcsc_reader_same(&a, &b));
    b = a;
    b.readers[0].name[0] = 'S';
    CHECK(!pcsc_reader_same(&a, &b));
    b = a;
    b.readers[0].atr_len = 1;
    CHECK(!pcsc_reader_same(&a, &b));
    b = a;
    b.count = 0;
    CHECK(!pcsc_reader_same(&a, &b));
    b = a;
    b.readers[0].in_use = true; /* our own connection is no news */
    CHECK(pcsc_reader_same(&a, &b));
}
