/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_name.h"

#include "crypto/x509_read.h"
#include "test/lib/seed.h"
#include "test/lib/test.h"

TEST(x509_name__text_and_encoding_agree_with_the_reader)
{
    struct x509_name name = { 0 };
    uint8_t memory[X509_NAME_DER_MAX];
    struct buf der = BUF(memory);
    char text[X509_NAME_TEXT_MAX], read[X509_NAME_TEXT_MAX];
    CHECK_EQ(x509_name_put(&name, X509_COUNTRY, "GB"), STATUS_OK);
    CHECK_EQ(x509_name_put(&name, X509_ORGANISATION, "a+b, \"c\"; <d> \\ =e"), STATUS_OK);
    CHECK_EQ(x509_name_put(&name, X509_UNIT, "#People"), STATUS_OK);
    CHECK_EQ(x509_name_put(&name, X509_COMMON_NAME, "Zo\xC3\xAB O'Hara"), STATUS_OK);

    CHECK(x509_name_text(&name, text, sizeof(text)));
    CHECK(x509_name_to_der(&name, &der));
    CHECK(x509_read_name(buf_span(&der), read));

    CHECK_TEXT(text, "CN=Zo\xC3\xAB O'Hara,OU=\\#People,"
                     "O=a\\+b\\, \\\"c\\\"\\; \\<d\\> \\\\ =e,C=GB");
    CHECK_TEXT(read, text);
}

/* RFC 5280 4.1.2.4. */
TEST(x509_name__printable_where_possible_else_utf8)
{
    struct x509_name plain = { 0 }, accented = { 0 };
    uint8_t memory[64], expected_memory[64];
    struct buf der = BUF(memory), expected = BUF(expected_memory);
    CHECK_EQ(x509_name_put(&plain, X509_COMMON_NAME, "a'b"), STATUS_OK);
    CHECK_EQ(x509_name_put(&accented, X509_COMMON_NAME, "\xC3\xAB"), STATUS_OK);

    CHECK(x509_name_to_der(&plain, &der));
    CHECK_SPAN(buf_span(&der), seed_hex("300e310c300a06035504031303612762", &expected));
    buf_clear(&der);
    CHECK(x509_name_to_der(&accented, &der));
    CHECK_SPAN(buf_span(&der), seed_hex("300d310b300906035504030c02c3ab", &expected));
}

TEST(x509_name__values_that_could_deceive_are_refused)
{
    static const char *const refused[] = {
        "",
        " a",
        "a ",
        "a\nb",
        "a\tb",
        "a\x7F",
        "a\xC2\x85", /* C1 control */
        "\xC3",      /* cut UTF-8 */
        "\xC0\xAF",  /* overlong */
        "\xED\xA0\x80",
        "a\xE2\x80\xAE"
        "b", /* right-to-left override */
        "a\xE2\x81\xA6"
        "b",
        "a\xE2\x80\x8F"
        "b",
    };
    struct x509_name name = { 0 };
    for (size_t i = 0; i < COUNT(refused); i++) {
        CHECK(!x509_name_value_is_good(X509_COMMON_NAME, refused[i]));
        CHECK_EQ(x509_name_put(&name, X509_COMMON_NAME, refused[i]), STATUS_BAD_VALUE);
    }
    CHECK(!x509_name_value_is_good(X509_COMMON_NAME, NULL));
    CHECK(x509_name_value_is_good(X509_COMMON_NAME, "a\xE2\x80\x93"
                                                    "b")); /* a dash is no mark */
    CHECK(x509_name_value_is_good(X509_COMMON_NAME, "what?"));
    CHECK_EQ(name.count, 0);
}

/* X.520 ub-common-name counts characters, not bytes. */
TEST(x509_name__sixty_four_characters_and_no_more)
{
    char ascii[66], accented[2 * 65 + 1];
    memset(ascii, 'a', 65);
    ascii[65] = '\0';
    for (size_t i = 0; i < 65; i++) {
        memcpy(accented + 2 * i, "\xC3\xAB", 2);
    }
    accented[130] = '\0';

    CHECK(!x509_name_value_is_good(X509_COMMON_NAME, ascii));
    CHECK(!x509_name_value_is_good(X509_COMMON_NAME, accented));
    CHECK(x509_name_value_is_good(X509_COMMON_NAME, ascii + 1));
    CHECK(x509_name_value_is_good(X509_COMMON_NAME, accented + 2));
}

TEST(x509_name__a_country_has_two_letters)
{
    CHECK(x509_name_value_is_good(X509_COUNTRY, "GB"));
    CHECK(!x509_name_value_is_good(X509_COUNTRY, "gb"));
    CHECK(!x509_name_value_is_good(X509_COUNTRY, "GBR"));
    CHECK(!x509_name_value_is_good(X509_COUNTRY, "G"));
    CHECK(!x509_name_value_is_good(X509_COUNTRY, "G1"));
}

TEST(x509_name__is_full_after_eight)
{
    struct x509_name name = { 0 };
    for (size_t i = 0; i < X509_RDNS_MAX; i++) {
        CHECK_EQ(x509_name_put(&name, X509_UNIT, "unit"), STATUS_OK);
    }

    CHECK_EQ(x509_name_put(&name, X509_UNIT, "unit"), STATUS_TOO_LARGE);

    CHECK_EQ(name.count, X509_RDNS_MAX);
}

TEST(x509_name__short_memory_gives_nothing)
{
    struct x509_name name = { 0 };
    char text[5] = "abcd";
    uint8_t memory[8];
    struct buf der = BUF(memory);
    CHECK_EQ(x509_name_put(&name, X509_COMMON_NAME, "somebody"), STATUS_OK);

    CHECK(!x509_name_text(&name, text, sizeof(text)));
    CHECK_TEXT(text, "");
    CHECK(!x509_name_to_der(&name, &der));
}

TEST(x509_name__attributes_have_names)
{
    for (enum x509_attribute i = X509_COUNTRY; i < X509_ATTRIBUTE_MAX; i++) {
        enum x509_attribute found = X509_ATTRIBUTE_MAX;
        CHECK(x509_name_attribute_by_name(span_of_text(x509_name_attribute(i)), &found));
        CHECK_EQ(found, i);
    }
    enum x509_attribute none = X509_ATTRIBUTE_MAX;
    CHECK(!x509_name_attribute_by_name(SPAN_TEXT("o"), &none));
    CHECK(!x509_name_attribute_by_name(SPAN_NONE, &none));
    CHECK_EQ(none, X509_ATTRIBUTE_MAX);
    CHECK_TEXT(x509_name_attribute(X509_ATTRIBUTE_MAX), "?");
}
