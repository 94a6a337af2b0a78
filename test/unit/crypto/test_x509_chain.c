/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_chain.h"

#include "test/lib/test.h"
#include "test/unit/crypto/sample_x509.h"

/* root -> ca -> leaf, and a stranger with the same names as ca. */
struct family {
    struct sample root, ca, leaf, impostor;
};

static void family_make(struct family *f, struct x509_build_options ca_options)
{
    CHECK_EQ(sample_make("root", 1, sample_ca_options(), NULL, &f->root), STATUS_OK);
    CHECK_EQ(sample_make("ca", 2, ca_options, &f->root, &f->ca), STATUS_OK);
    CHECK_EQ(sample_make("leaf", 3, sample_leaf_options(), &f->ca, &f->leaf), STATUS_OK);
    CHECK_EQ(sample_make("ca", 4, sample_ca_options(), NULL, &f->impostor), STATUS_OK);
}

static void family_free(struct family *f)
{
    private_key_free(&f->root.key);
    private_key_free(&f->ca.key);
    private_key_free(&f->leaf.key);
    private_key_free(&f->impostor.key);
}

static enum status verify(const struct family *f, instant at)
{
    const struct span cas[] = { buf_span(&f->impostor.der), buf_span(&f->ca.der),
                                buf_span(&f->root.der) };
    return x509_chain_verify(buf_span(&f->leaf.der), cas, COUNT(cas), at, NULL);
}

TEST(x509_chain__verifies_with_and_without_the_root)
{
    struct family f;
    struct x509_info info;
    family_make(&f, sample_ca_options());
    const struct span ca = buf_span(&f.ca.der);

    CHECK_EQ(verify(&f, SAMPLE_NOW), STATUS_OK);
    CHECK_EQ(x509_chain_verify(buf_span(&f.leaf.der), &ca, 1, SAMPLE_NOW, &info), STATUS_OK);

    CHECK_TEXT(info.common_name, "leaf");
    family_free(&f);
}

TEST(x509_chain__an_unknown_or_impersonated_ca_is_refused)
{
    struct family f;
    struct x509_info info = { .path_len = 42 };
    family_make(&f, sample_ca_options());
    const struct span impostor = buf_span(&f.impostor.der), root = buf_span(&f.root.der);
    struct span leaf = buf_span(&f.leaf.der);

    CHECK_EQ(x509_chain_verify(leaf, NULL, 0, SAMPLE_NOW, &info), STATUS_CA_UNKNOWN);
    CHECK_EQ(x509_chain_verify(leaf, &impostor, 1, SAMPLE_NOW, &info), STATUS_CA_UNKNOWN);
    CHECK_EQ(x509_chain_verify(leaf, &root, 1, SAMPLE_NOW, &info), STATUS_CA_UNKNOWN);
    CHECK_EQ(x509_chain_verify(leaf, &leaf, 1, SAMPLE_NOW, &info), STATUS_CA_UNKNOWN);

    CHECK_EQ(info.path_len, 42);
    family_free(&f);
}

TEST(x509_chain__both_ends_of_the_validity_count)
{
    struct family f;
    struct x509_info info = { .path_len = 42 };
    family_make(&f, sample_ca_options());
    const struct span ca = buf_span(&f.ca.der);
    instant end = SAMPLE_NOW + 730 * SECONDS_PER_DAY - 1;

    CHECK_EQ(verify(&f, SAMPLE_NOW), STATUS_OK);
    CHECK_EQ(verify(&f, SAMPLE_NOW - 1), STATUS_NOT_YET_VALID);
    CHECK_EQ(verify(&f, end), STATUS_OK);
    CHECK_EQ(verify(&f, end + 1), STATUS_CARD_EXPIRED);
    CHECK_EQ(x509_chain_verify(buf_span(&f.leaf.der), &ca, 1, end + 1, &info), STATUS_CARD_EXPIRED);

    CHECK_TEXT(info.common_name, "leaf"); /* expired, but genuine */
    family_free(&f);
}

TEST(x509_chain__an_expired_ca_is_said_to_be_that)
{
    struct family f;
    struct x509_build_options options = sample_ca_options();
    options.not_after = SAMPLE_NOW + 10;
    family_make(&f, options);

    CHECK_EQ(verify(&f, SAMPLE_NOW + 10), STATUS_OK);
    CHECK_EQ(verify(&f, SAMPLE_NOW + 11), STATUS_CA_EXPIRED);

    family_free(&f);
}

TEST(x509_chain__an_issuer_without_the_right_is_refused)
{
    struct x509_build_options no_ca = sample_ca_options(), no_sign = sample_ca_options();
    no_ca.is_ca = false;
    no_sign.key_usage = X509_CRL_SIGN;
    const struct x509_build_options rows[] = { no_ca, no_sign };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct family f;
        family_make(&f, rows[i]);
        CHECK(x509_chain_issued_by(buf_span(&f.leaf.der), buf_span(&f.ca.der)));
        CHECK_EQ(verify(&f, SAMPLE_NOW), STATUS_CA_UNKNOWN);
        family_free(&f);
    }
}

/* RFC 5280 4.2.1.9: a root that allows no CA below it. */
TEST(x509_chain__path_length_is_kept)
{
    struct sample root, ca, leaf;
    struct x509_build_options narrow = sample_ca_options();
    narrow.path_len = 0;
    CHECK_EQ(sample_make("root", 1, narrow, NULL, &root), STATUS_OK);
    CHECK_EQ(sample_make("ca", 2, narrow, &root, &ca), STATUS_OK);
    CHECK_EQ(sample_make("leaf", 3, sample_leaf_options(), &ca, &leaf), STATUS_OK);
    const struct span both[] = { buf_span(&ca.der), buf_span(&root.der) };

    CHECK_EQ(x509_chain_verify(buf_span(&leaf.der), both, 1, SAMPLE_NOW, NULL), STATUS_OK);
    CHECK_EQ(x509_chain_verify(buf_span(&leaf.der), both, 2, SAMPLE_NOW, NULL), STATUS_CA_UNKNOWN);

    private_key_free(&root.key);
    private_key_free(&ca.key);
    private_key_free(&leaf.key);
}

TEST(x509_chain__a_renewed_ca_serves_after_the_old_one)
{
    struct family f;
    struct sample again = { 0 };
    struct x509_build_options options = sample_ca_options();
    struct x509_name name = sample_name("ca");
    options.not_after = SAMPLE_NOW + 10;
    family_make(&f, options);
    again.der = BUF(again.memory);
    options = sample_ca_options();
    options.serial = "41";
    options.subject = &name;
    options.key = private_key_public(f.ca.key);
    options.issuer = buf_span(&f.root.der);
    CHECK_EQ(x509_build(&options, f.root.key, &again.der), STATUS_OK);
    const struct span cas[] = { buf_span(&f.ca.der), buf_span(&again.der) };

    CHECK_EQ(x509_chain_verify(buf_span(&f.leaf.der), cas, 1, SAMPLE_NOW + 11, NULL),
             STATUS_CA_EXPIRED);
    CHECK_EQ(x509_chain_verify(buf_span(&f.leaf.der), cas, 2, SAMPLE_NOW + 11, NULL), STATUS_OK);
    family_free(&f);
}

TEST(x509_chain__damaged_input_is_no_certificate)
{
    struct family f;
    family_make(&f, sample_ca_options());
    const struct span ca = buf_span(&f.ca.der);

    CHECK_EQ(x509_chain_verify(SPAN_NONE, &ca, 1, SAMPLE_NOW, NULL), STATUS_CERTIFICATE_FORM);
    CHECK_EQ(x509_chain_verify(SPAN_TEXT("no certificate"), &ca, 1, SAMPLE_NOW, NULL),
             STATUS_CERTIFICATE_FORM);
    CHECK(!x509_chain_issued_by(buf_span(&f.leaf.der), SPAN_NONE));
    CHECK(!x509_chain_issued_by(SPAN_NONE, ca));
    CHECK(!x509_chain_issued_by(buf_span(&f.leaf.der), buf_span(&f.impostor.der)));
    family_free(&f);
}

/* ecdsa-with-SHA256 becomes ecdsa-with-SHA512, which nobody here makes, in both places. */
TEST(x509_chain__a_signature_of_a_kind_that_is_not_ours_is_refused)
{
    static const uint8_t sha256[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02 };
    struct family f;
    family_make(&f, sample_ca_options());
    struct span leaf = buf_span(&f.leaf.der), ca = buf_span(&f.ca.der);
    size_t changed = 0;
    CHECK(x509_chain_issued_by(leaf, ca));
    for (size_t at = 0; at + sizeof sha256 <= leaf.len; at++) {
        if (memcmp(f.leaf.der.ptr + at, sha256, sizeof sha256) == 0) {
            f.leaf.der.ptr[at + sizeof sha256 - 1] = 0x04;
            changed++;
        }
    }
    CHECK_EQ(changed, 2);

    CHECK(!x509_chain_issued_by(leaf, ca));

    CHECK_EQ(x509_chain_verify(leaf, &ca, 1, SAMPLE_NOW, NULL), STATUS_CA_UNKNOWN);
    family_free(&f);
}
