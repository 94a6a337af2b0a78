/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_read.h"

#include "crypto/x509_chain.h"
#include "crypto/x509_pem.h"
#include "test/lib/test.h"
#include "test/unit/crypto/sample_certificates.h"
#include "test/unit/crypto/sample_x509.h"
#include "test/unit/crypto/scarce_crypto.h"

/* Certificates made by the openssl program: sample_certificates.h says with which arguments. */
static struct span load(const char *pem, struct buf *memory)
{
    struct span ders[1];
    size_t count = 0;
    CHECK_EQ(x509_pem_decode(X509_PEM_CERTIFICATE, span_of_text(pem), memory, ders, 1, &count),
             STATUS_OK);
    CHECK_EQ(count, 1);
    return ders[0];
}

TEST(x509_read__a_certificate_of_the_openssl_program)
{
    uint8_t memory[X509_DER_MAX], hash[DIGEST_SHA256_LEN];
    struct buf buf = BUF(memory);
    struct span der = load(sample_full_pem, &buf);
    struct x509_info info;

    CHECK_EQ(x509_read(der, &info), STATUS_OK);

    CHECK_TEXT(info.serial, "0102030405060708090a");
    CHECK_TEXT(info.subject, "CN=555000111222_Zo\xC3\xAB_Smith\\, Jr,OU=People,O=nhs");
    CHECK_TEXT(info.issuer, info.subject);
    CHECK_TEXT(info.common_name, "555000111222_Zo\xC3\xAB_Smith, Jr");
    CHECK(info.self_issued);
    CHECK_EQ(info.key.type, KEY_TYPE_P256);
    CHECK_EQ(info.key_usage, X509_NON_REPUDIATION | X509_KEY_CERT_SIGN);
    CHECK(info.key_usage_critical);
    CHECK_EQ(info.extended_usage, X509_CLIENT_AUTH | X509_SMARTCARD_LOGON | X509_EXTENDED_OTHER);
    CHECK(info.is_ca);
    CHECK_EQ(info.path_len, 3);
    CHECK(!info.unknown_critical);
    CHECK_EQ(strlen(info.subject_key_id), 40);
    CHECK_TEXT(info.authority_key_id, "");
    CHECK_TEXT(info.policy_oid, "1.2.826.0.1275.102.0.3.2.0");
    CHECK_TEXT(info.crl_uri, "http://crl.example/1.crl");
    CHECK_EQ(digest_sha256(der, hash), STATUS_OK);
    CHECK_SPAN(SPAN_OF(info.fingerprint), SPAN_OF(hash));
    CHECK(x509_chain_issued_by(der, der));
}

TEST(x509_read__one_extension_by_its_oid)
{
    static const uint8_t basic[] = { 0x55, 0x1D, 0x13 }, absent[] = { 0x55, 0x1D, 0x14 };
    static const uint8_t expected[] = { 0x30, 0x06, 0x01, 0x01, 0xFF, 0x02, 0x01, 0x03 };
    uint8_t memory[X509_DER_MAX];
    struct buf buf = BUF(memory);
    struct span der = load(sample_full_pem, &buf), value = SPAN_NONE;

    CHECK(x509_read_extension(der, SPAN_OF(basic), &value));
    CHECK_SPAN(value, SPAN_OF(expected));

    value = SPAN_NONE;
    CHECK(!x509_read_extension(der, SPAN_OF(absent), &value));
    CHECK(!x509_read_extension(span_part(der, 0, der.len - 1), SPAN_OF(basic), &value));
    CHECK_EQ(value.len, 0);
}

TEST(x509_read__a_certificate_without_much)
{
    uint8_t memory[X509_DER_MAX];
    struct buf buf = BUF(memory);
    struct x509_info info;

    CHECK_EQ(x509_read(load(sample_rsa_dirname_pem, &buf), &info), STATUS_OK);

    CHECK_EQ(info.key.type, KEY_TYPE_RSA2048);
    CHECK_EQ(info.key_usage, 0);
    CHECK_EQ(info.extended_usage, 0);
    CHECK(!info.is_ca);
    CHECK_EQ(info.path_len, -1);
    CHECK_TEXT(info.common_name, "");
    CHECK_TEXT(info.policy_oid, "");
    CHECK_TEXT(info.crl_uri, ""); /* a directory name, as older cards have */
    CHECK(info.unknown_critical);
}

TEST(x509_read__certificates_that_deceive_or_are_out_of_use_are_refused)
{
    const char *const refused[] = { sample_two_names_pem, sample_nul_name_pem, sample_version_1_pem,
                                    sample_rsa1024_certificate_pem, sample_double_extension_pem };
    struct x509_info info = { .path_len = 42 };
    for (size_t i = 0; i < COUNT(refused); i++) {
        uint8_t memory[X509_DER_MAX];
        struct buf buf = BUF(memory);
        CHECK_EQ(x509_read(load(refused[i], &buf), &info), STATUS_CERTIFICATE_FORM);
    }
    CHECK_EQ(info.path_len, 42);
}

TEST(x509_read__ber_that_is_not_der_is_refused)
{
    uint8_t memory[3][X509_DER_MAX];
    struct buf plain = BUF(memory[0]), explicit_false = BUF(memory[1]), long_len = BUF(memory[2]);
    struct x509_info info;

    CHECK_EQ(x509_read(load(sample_plain_extension_pem, &plain), &info), STATUS_OK);
    CHECK(!info.unknown_critical);
    CHECK_EQ(x509_read(load(sample_explicit_false_pem, &explicit_false), &info),
             STATUS_CERTIFICATE_FORM);
    CHECK_EQ(x509_read(load(sample_long_length_pem, &long_len), &info), STATUS_CERTIFICATE_FORM);
}

TEST(x509_read__names_of_another_form_are_refused)
{
    static const char *const bad[] = {
        "",
        "3000ff",                           /* something behind it */
        "30023100",                         /* an empty set */
        "300c310a300806035504030c0261",     /* a string cut off */
        "300e310c300a06035504030c01610500", /* something behind the string */
        "300d310b300906035504030c810161",   /* a long length */
    };
    char text[X509_NAME_TEXT_MAX] = "untouched";
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint8_t memory[32];
        struct buf bytes = BUF(memory);
        CHECK(!x509_read_name(seed_hex(bad[i], &bytes), text));
    }
    CHECK_TEXT(text, "untouched");
}

TEST(x509_read__what_was_built_is_read_back)
{
    struct sample ca, leaf;
    struct x509_info info;
    CHECK_EQ(sample_make("ca", 1, sample_ca_options(), NULL, &ca), STATUS_OK);
    CHECK_EQ(sample_make("555000111222", 2, sample_leaf_options(), &ca, &leaf), STATUS_OK);

    CHECK_EQ(x509_read(buf_span(&leaf.der), &info), STATUS_OK);

    CHECK_TEXT(info.serial, "5a5a");
    CHECK_TEXT(info.subject, "CN=555000111222,O=sample");
    CHECK_TEXT(info.issuer, "CN=ca,O=sample");
    CHECK(info.not_before == SAMPLE_NOW);
    CHECK(info.not_after == SAMPLE_NOW + 730 * SECONDS_PER_DAY - 1);
    CHECK(public_key_equal(&info.key, private_key_public(leaf.key)));
    CHECK_EQ(info.key_usage, X509_DIGITAL_SIGNATURE);
    CHECK_EQ(info.extended_usage, X509_CLIENT_AUTH | X509_SMARTCARD_LOGON);
    CHECK(!info.is_ca && !info.self_issued && !info.unknown_critical);
    CHECK_TEXT(info.policy_oid, "2.999.17.1");
    CHECK_TEXT(info.crl_uri, "http://crl.example/a.crl");
    private_key_free(&ca.key);
    private_key_free(&leaf.key);
}

TEST(x509_read__anything_behind_it_or_missing_is_refused)
{
    struct sample ca;
    struct x509_info info;
    static const uint8_t zeros[X509_DER_MAX + 1];
    CHECK_EQ(sample_make("ca", 1, sample_ca_options(), NULL, &ca), STATUS_OK);

    for (size_t len = 0; len < ca.der.len; len++) {
        CHECK_EQ(x509_read(span_of(ca.memory, len), &info), STATUS_CERTIFICATE_FORM);
    }
    CHECK(buf_put_u8(&ca.der, 0));
    CHECK_EQ(x509_read(buf_span(&ca.der), &info), STATUS_CERTIFICATE_FORM);
    CHECK_EQ(x509_read(SPAN_OF(zeros), &info), STATUS_CERTIFICATE_FORM);
    CHECK_EQ(x509_read(SPAN_NONE, &info), STATUS_CERTIFICATE_FORM);
    private_key_free(&ca.key);
}

/* Each bit of a rich certificate: no crash, no leak, and what is still read does not verify. */
TEST(x509_read__every_bit_flip_is_refused_or_does_not_verify)
{
    struct sample ca, leaf;
    size_t read = 0;
    CHECK_EQ(sample_make("ca", 1, sample_ca_options(), NULL, &ca), STATUS_OK);
    CHECK_EQ(sample_make("555000111222", 2, sample_leaf_options(), &ca, &leaf), STATUS_OK);
    for (size_t bit = 0; bit < 8 * leaf.der.len; bit++) {
        struct x509_info info;
        leaf.memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (x509_read(buf_span(&leaf.der), &info) == STATUS_OK) {
            read++;
            CHECK(!x509_chain_issued_by(buf_span(&leaf.der), buf_span(&ca.der)));
        }
        leaf.memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    CHECK(read > 0);
    CHECK(x509_chain_issued_by(buf_span(&leaf.der), buf_span(&ca.der)));
    private_key_free(&ca.key);
    private_key_free(&leaf.key);
}

/* Bytes set to values that parsers stumble over, in a certificate of another program. */
TEST(x509_read__extreme_bytes_anywhere_do_no_harm)
{
    static const uint8_t values[] = { 0x00, 0x1F, 0x30, 0x7F, 0x80, 0x82, 0x84, 0xA0, 0xFF };
    uint8_t memory[X509_DER_MAX], copy[X509_DER_MAX];
    struct buf buf = BUF(memory);
    struct span der = load(sample_full_pem, &buf);
    for (size_t at = 0; at < der.len; at++) {
        for (size_t i = 0; i < COUNT(values); i++) {
            struct x509_info info;
            memcpy(copy, der.ptr, der.len);
            copy[at] = values[i];
            enum status status = x509_read(span_of(copy, der.len), &info);
            CHECK(status == STATUS_OK || status == STATUS_CERTIFICATE_FORM);
            CHECK(copy[at] == der.ptr[at] ||
                  !x509_chain_issued_by(span_of(copy, der.len), span_of(copy, der.len)));
        }
    }
}

TEST(x509_read__serials_are_positive_and_canonical)
{
    struct seed seed = { .value = 1 };
    struct entropy entropy = seed_entropy(&seed), empty = entropy;
    struct seed none = { .fail_after = 1, .fills = 1 };
    char serial[X509_SERIAL_TEXT_MAX], other[X509_SERIAL_TEXT_MAX] = "x";
    for (int i = 0; i < 100; i++) {
        CHECK_EQ(x509_read_new_serial(&entropy, serial), STATUS_OK);
        CHECK_EQ(strlen(serial), 32);
        CHECK(x509_read_serial_is_good(serial));
        CHECK(!text_equal(serial, other));
        CHECK(text_copy(other, sizeof(other), serial));
    }
    empty.context = &none;
    CHECK_EQ(x509_read_new_serial(&empty, serial), STATUS_INTERNAL);
    CHECK_TEXT(serial, other); /* untouched */
}

TEST(x509_read__serials_of_another_form_are_refused)
{
    static const char *const bad[] = { "",
                                       "1",
                                       "00",
                                       "00ff",
                                       "FF",
                                       "0x",
                                       "12 4",
                                       "ff00000000000000000000000000000000000000",
                                       "010000000000000000000000000000000000000000" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK(!x509_read_serial_is_good(bad[i]));
    }
    CHECK(!x509_read_serial_is_good(NULL));
    CHECK(x509_read_serial_is_good("01"));
    CHECK(x509_read_serial_is_good("ff"));
    CHECK(x509_read_serial_is_good("7f00000000000000000000000000000000000000"));
}

/* ---- without memory ---- */

TEST(x509_read__no_memory_is_no_fault_of_the_certificate)
{
    uint8_t memory[X509_DER_MAX];
    struct buf buf = BUF(memory);
    struct span der = load(sample_full_pem, &buf);
    struct x509_info whole, info;
    int failed = 0;
    CHECK_EQ(x509_read(der, &whole), STATUS_OK);

    do {
        scarce_crypto_fails_at = failed;
        enum status status = x509_read(der, &info);
        CHECK(status == STATUS_OK || status == STATUS_OUT_OF_MEMORY || status == STATUS_CRYPTO);
        if (status == STATUS_OK) { /* then nothing is missing */
            CHECK_TEXT(info.subject, whole.subject);
            CHECK_TEXT(info.issuer, whole.issuer);
            CHECK_TEXT(info.common_name, whole.common_name);
            CHECK(public_key_equal(&info.key, &whole.key));
        }
    } while (scarce_crypto_fails_at < 0 && failed++ < 5000);

    CHECK(failed > 20 && failed < 5000);
    scarce_crypto_fails_at = -1;
}
