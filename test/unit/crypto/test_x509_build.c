/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_build.h"

#include "crypto/x509_chain.h"
#include "test/lib/sample_keys.h"
#include "test/lib/test.h"
#include "test/unit/crypto/sample_x509.h"

struct bench {
    struct sample ca;
    struct x509_name name;
    struct private_key *key;
    struct x509_build_options options;
    uint8_t memory[X509_DER_MAX];
    struct buf der;
};

static void bench_make(struct bench *b)
{
    CHECK_EQ(sample_make("ca", 1, sample_ca_options(), NULL, &b->ca), STATUS_OK);
    b->name = sample_name("leaf");
    b->key = sample_new_key(KEY_TYPE_P256, 2);
    b->options = sample_leaf_options();
    b->options.subject = &b->name;
    b->options.key = private_key_public(b->key);
    b->options.issuer = buf_span(&b->ca.der);
    b->der = BUF(b->memory);
}

static void bench_free(struct bench *b)
{
    private_key_free(&b->ca.key);
    private_key_free(&b->key);
}

TEST(x509_build__every_kind_of_ca_key_signs_every_kind_of_key)
{
    const char *const pems[] = { sample_p256_pem, sample_p384_pem, sample_rsa2048_pem,
                                 sample_rsa3072_pem };
    for (size_t i = 0; i < COUNT(pems); i++) {
        for (size_t k = 0; k < COUNT(pems); k++) {
            struct private_key *ca_key = NULL, *key = NULL;
            uint8_t ca_memory[X509_DER_MAX], memory[X509_DER_MAX];
            struct buf ca = BUF(ca_memory), der = BUF(memory);
            struct x509_name ca_name = sample_name("ca"), name = sample_name("leaf");
            struct x509_build_options o = sample_ca_options(), leaf = sample_leaf_options();
            CHECK_EQ(private_key_of_pem(span_of_text(pems[i]), &ca_key), STATUS_OK);
            CHECK_EQ(private_key_of_pem(span_of_text(pems[k]), &key), STATUS_OK);
            o.subject = &ca_name;
            o.key = private_key_public(ca_key);
            CHECK_EQ(x509_build(&o, ca_key, &ca), STATUS_OK);
            leaf.subject = &name;
            leaf.key = private_key_public(key);
            leaf.issuer = buf_span(&ca);
            CHECK_EQ(x509_build(&leaf, ca_key, &der), STATUS_OK);
            CHECK(x509_chain_issued_by(buf_span(&der), buf_span(&ca)));
            CHECK(der.len <= 2048);
            private_key_free(&ca_key);
            private_key_free(&key);
        }
    }
}

TEST(x509_build__key_identifiers_chain)
{
    struct bench b;
    struct x509_info ca, leaf;
    bench_make(&b);
    CHECK_EQ(x509_build(&b.options, b.ca.key, &b.der), STATUS_OK);

    CHECK_EQ(x509_read(buf_span(&b.ca.der), &ca), STATUS_OK);
    CHECK_EQ(x509_read(buf_span(&b.der), &leaf), STATUS_OK);

    CHECK_EQ(strlen(ca.subject_key_id), 40);
    CHECK_TEXT(ca.authority_key_id, ca.subject_key_id);
    CHECK_TEXT(leaf.authority_key_id, ca.subject_key_id);
    CHECK(!text_equal(leaf.subject_key_id, ca.subject_key_id));
    bench_free(&b);
}

TEST(x509_build__rights_are_written_as_asked)
{
    static const unsigned usages[] = { X509_DIGITAL_SIGNATURE,
                                       X509_NON_REPUDIATION,
                                       X509_KEY_AGREEMENT | X509_DIGITAL_SIGNATURE,
                                       X509_CRL_SIGN,
                                       X509_KEY_CERT_SIGN | X509_CRL_SIGN,
                                       0x7F,
                                       0 };
    struct bench b;
    struct x509_info info;
    bench_make(&b);
    for (size_t i = 0; i < COUNT(usages); i++) {
        b.options.key_usage = usages[i];
        b.options.key_usage_critical = i % 2 == 0;
        b.options.extended_usage = i == 3 ? X509_SERVER_AUTH : 0;
        buf_clear(&b.der);
        CHECK_EQ(x509_build(&b.options, b.ca.key, &b.der), STATUS_OK);
        CHECK_EQ(x509_read(buf_span(&b.der), &info), STATUS_OK);
        CHECK_EQ(info.key_usage, usages[i]);
        CHECK_EQ(info.key_usage_critical, i % 2 == 0 && usages[i] != 0);
        CHECK_EQ(info.extended_usage, b.options.extended_usage);
    }
    bench_free(&b);
}

TEST(x509_build__serials_keep_their_first_bit)
{
    static const char *const serials[] = { "01",   "7f",
                                           "80",   "ff00",
                                           "5a5a", "7fffffffffffffffffffffffffffffffffffffff" };
    struct bench b;
    struct x509_info info;
    bench_make(&b);
    for (size_t i = 0; i < COUNT(serials); i++) {
        b.options.serial = serials[i];
        buf_clear(&b.der);
        CHECK_EQ(x509_build(&b.options, b.ca.key, &b.der), STATUS_OK);
        CHECK_EQ(x509_read(buf_span(&b.der), &info), STATUS_OK);
        CHECK_TEXT(info.serial, serials[i]);
    }
    bench_free(&b);
}

TEST(x509_build__alternative_names_of_all_kinds)
{
    struct bench b;
    static const uint8_t dns[] = { 0x82, 0x09, 'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't' };
    static const uint8_t ip[] = { 0x87, 0x04, 127, 0, 0, 1, 0x87, 0x10 };
    bench_make(&b);
    b.options.user_principal_name = "555000111222@nhs.example";
    b.options.dns_names[0] = "localhost";
    b.options.ip_addresses[0] = "127.0.0.1";
    b.options.ip_addresses[1] = "::1";

    CHECK_EQ(x509_build(&b.options, b.ca.key, &b.der), STATUS_OK);

    CHECK(memmem(b.memory, b.der.len, dns, sizeof(dns)) != NULL);
    CHECK(memmem(b.memory, b.der.len, ip, sizeof(ip)) != NULL);
    CHECK(memmem(b.memory, b.der.len, "555000111222@nhs.example", 24) != NULL);
    bench_free(&b);
}

static void refuse(struct bench *b, struct x509_build_options options)
{
    buf_clear(&b->der);
    CHECK_EQ(x509_build(&options, b->ca.key, &b->der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(b->der.len, 0);
}

#define REFUSE(bench, field, value)                                                                \
    do {                                                                                           \
        struct x509_build_options refused = (bench)->options;                                      \
        refused.field = value;                                                                     \
        refuse(bench, refused);                                                                    \
    } while (0)

TEST(x509_build__what_cannot_stand_in_a_certificate_is_refused)
{
    struct bench b;
    struct x509_name nobody = { 0 };
    struct public_key no_key = { 0 };
    bench_make(&b);

    REFUSE(&b, serial, "");
    REFUSE(&b, serial, NULL);
    REFUSE(&b, serial, "00");
    REFUSE(&b, subject, &nobody);
    REFUSE(&b, key, &no_key);
    REFUSE(&b, not_after, SAMPLE_NOW - 1);
    REFUSE(&b, not_after, instant_of((struct calendar){ 10000, 1, 1, 0, 0, 0 }));
    REFUSE(&b, key_usage, 0x80);
    REFUSE(&b, extended_usage, X509_EXTENDED_OTHER);
    REFUSE(&b, path_len, 1);
    REFUSE(&b, policy_oid, "not.an.oid");
    REFUSE(&b, policy_oid, "");
    REFUSE(&b, crl_uri, "");
    REFUSE(&b, crl_uri, "http://a b");
    REFUSE(&b, crl_uri, "http://a\n");
    REFUSE(&b, user_principal_name, "");
    REFUSE(&b, user_principal_name, "a\nb");
    REFUSE(&b, dns_names[0], "");
    REFUSE(&b, dns_names[0], "local host");
    REFUSE(&b, ip_addresses[0], "localhost");
    REFUSE(&b, ip_addresses[0], "1.2.3.4.5");
    bench_free(&b);
}

TEST(x509_build__a_signer_that_is_not_the_issuer_is_refused)
{
    struct bench b;
    bench_make(&b);

    CHECK_EQ(x509_build(&b.options, b.key, &b.der), STATUS_CERTIFICATE_REFUSED);
    b.options.issuer = SPAN_NONE; /* self-signed by another key */
    CHECK_EQ(x509_build(&b.options, b.ca.key, &b.der), STATUS_CERTIFICATE_REFUSED);
    b.options.issuer = SPAN_TEXT("no certificate");
    CHECK_EQ(x509_build(&b.options, b.ca.key, &b.der), STATUS_CERTIFICATE_FORM);

    CHECK_EQ(b.der.len, 0);
    bench_free(&b);
}

TEST(x509_build__appends_and_leaves_a_short_buffer_alone)
{
    struct bench b;
    bench_make(&b);
    CHECK(buf_put(&b.der, SPAN_TEXT("before")));

    for (size_t max = 6; max < 400; max += 7) {
        b.der.max = max;
        CHECK_EQ(x509_build(&b.options, b.ca.key, &b.der), STATUS_TOO_LARGE);
        CHECK_SPAN(buf_span(&b.der), SPAN_TEXT("before"));
    }
    b.der.max = sizeof(b.memory);
    CHECK_EQ(x509_build(&b.options, b.ca.key, &b.der), STATUS_OK);

    CHECK(span_starts(buf_span(&b.der), SPAN_TEXT("before\x30\x82")));
    CHECK(x509_chain_issued_by(span_part(buf_span(&b.der), 6, SIZE_MAX), buf_span(&b.ca.der)));
    bench_free(&b);
}
