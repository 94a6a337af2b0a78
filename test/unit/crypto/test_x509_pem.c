/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_pem.h"

#include "test/lib/seed.h"
#include "test/lib/test.h"
#include "test/unit/crypto/sample_certificates.h"

enum { ROOM = 4096 };

TEST(x509_pem__text_comes_back_as_it_was)
{
    uint8_t memory[ROOM], text_memory[ROOM];
    struct buf buf = BUF(memory), text = BUF(text_memory);
    struct span der;
    size_t count = 0;

    CHECK_EQ(
        x509_pem_decode(X509_PEM_CERTIFICATE, span_of_text(sample_full_pem), &buf, &der, 1, &count),
        STATUS_OK);
    CHECK_EQ(count, 1);
    CHECK_EQ(x509_pem_encode(X509_PEM_CERTIFICATE, der, &text), STATUS_OK);

    CHECK_SPAN(buf_span(&text), span_of_text(sample_full_pem));
}

TEST(x509_pem__a_list_keeps_its_order_and_other_blocks_are_passed_over)
{
    uint8_t memory[ROOM], text_memory[ROOM];
    struct buf buf = BUF(memory), text = BUF(text_memory);
    struct span ders[3];
    size_t count = 0;
    CHECK(buf_put(&text, SPAN_TEXT("some words\n")));
    CHECK_EQ(x509_pem_encode(X509_PEM_CERTIFICATE, SPAN_TEXT("first"), &text), STATUS_OK);
    CHECK_EQ(x509_pem_encode(X509_PEM_CRL, SPAN_TEXT("a list"), &text), STATUS_OK);
    CHECK_EQ(x509_pem_encode(X509_PEM_CERTIFICATE, SPAN_TEXT("second"), &text), STATUS_OK);

    CHECK_EQ(
        x509_pem_decode(X509_PEM_CERTIFICATE, buf_span(&text), &buf, ders, COUNT(ders), &count),
        STATUS_OK);

    CHECK_EQ(count, 2);
    CHECK_SPAN(ders[0], SPAN_TEXT("first"));
    CHECK_SPAN(ders[1], SPAN_TEXT("second"));
}

TEST(x509_pem__damage_and_want_of_room_refuse_the_whole)
{
    uint8_t memory[ROOM], text_memory[ROOM];
    struct buf buf = BUF(memory), text = BUF(text_memory), tiny = buf_of(memory, 4);
    struct span ders[2];
    size_t count = 7;
    CHECK_EQ(x509_pem_encode(X509_PEM_CERTIFICATE, SPAN_TEXT("first"), &text), STATUS_OK);
    CHECK_EQ(x509_pem_encode(X509_PEM_CERTIFICATE, SPAN_TEXT("second"), &text), STATUS_OK);

    CHECK_EQ(x509_pem_decode(X509_PEM_CERTIFICATE, buf_span(&text), &tiny, ders, 2, &count),
             STATUS_TOO_LARGE);
    CHECK_EQ(x509_pem_decode(X509_PEM_CERTIFICATE, buf_span(&text), &buf, ders, 1, &count),
             STATUS_TOO_LARGE);
    CHECK_EQ(x509_pem_decode(X509_PEM_CERTIFICATE, span_part(buf_span(&text), 0, text.len - 8),
                             &buf, ders, 2, &count),
             STATUS_BAD_FILE);
    CHECK_EQ(x509_pem_decode(X509_PEM_CERTIFICATE, SPAN_NONE, &buf, ders, 2, &count),
             STATUS_BAD_FILE);
    CHECK_EQ(count, 7);
}

TEST(x509_pem__no_block_is_a_count_of_zero)
{
    uint8_t memory[ROOM];
    struct buf buf = BUF(memory);
    struct span der;
    size_t count = 7;

    CHECK_EQ(x509_pem_decode(X509_PEM_CRL, SPAN_TEXT("nothing here"), &buf, &der, 1, &count),
             STATUS_OK);

    CHECK_EQ(count, 0);
}

TEST(x509_pem__encode_refuses_nothing_and_short_room)
{
    uint8_t memory[20];
    struct buf text = BUF(memory);

    CHECK_EQ(x509_pem_encode(X509_PEM_CRL, SPAN_NONE, &text), STATUS_BAD_FILE);
    CHECK_EQ(x509_pem_encode(X509_PEM_CRL, SPAN_TEXT("a list"), &text), STATUS_TOO_LARGE);

    CHECK_EQ(text.len, 0);
}

/* RFC 7468, 2: readers of the old form pass over headers, so two readers would see two files. */
TEST(x509_pem__headers_inside_of_a_block_are_refused)
{
    static const char text[] = "-----BEGIN CERTIFICATE-----\n"
                               "Comment: 1\n\n"
                               "MAA=\n"
                               "-----END CERTIFICATE-----\n";
    uint8_t memory[64];
    struct buf buf = BUF(memory);
    struct span der;
    size_t count = 7;

    CHECK_EQ(x509_pem_decode(X509_PEM_CERTIFICATE, SPAN_TEXT(text), &buf, &der, 1, &count),
             STATUS_BAD_FILE);

    CHECK_EQ(count, 7);
    CHECK_EQ(buf.len, 0);
}
