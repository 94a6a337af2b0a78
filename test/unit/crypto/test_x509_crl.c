/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_crl.h"

#include "test/lib/test.h"
#include "test/unit/crypto/sample_x509.h"

struct rows {
    const struct x509_crl_entry *entries;
    size_t count, at, fail_at;
};

static enum status next_row(void *context, struct x509_crl_entry *ret_entry, bool *ret_end)
{
    struct rows *rows = context;
    if (rows->fail_at != 0 && rows->at + 1 == rows->fail_at) {
        return STATUS_STORE;
    }
    if (rows->at == rows->count) {
        *ret_end = true;
        return STATUS_OK;
    }
    *ret_entry = rows->entries[rows->at++];
    return STATUS_OK;
}

static const struct x509_crl_entry three[] = {
    { "01", SAMPLE_NOW - 5, X509_REASON_SUPERSEDED },
    { "ff00", SAMPLE_NOW - 4, X509_REASON_UNSPECIFIED },
    { "7fffffffffffffffffffffffffffffffffffffff", SAMPLE_NOW - 3, X509_REASON_KEY_COMPROMISE },
};

static enum status build(const struct sample *ca, struct rows *rows, struct buf *ret_der)
{
    return x509_crl_build(&(struct x509_crl_options){ .issuer = buf_span(&ca->der),
                                                      .number = 258,
                                                      .this_update = SAMPLE_NOW,
                                                      .next_update = SAMPLE_NOW + 86400,
                                                      .next = next_row,
                                                      .context = rows },
                          ca->key, ret_der);
}

static void make_ca(struct sample *ca, uint64_t seed)
{
    CHECK_EQ(sample_make("ca", seed, sample_ca_options(), NULL, ca), STATUS_OK);
}

TEST(x509_crl__what_was_built_is_read_back)
{
    struct sample ca;
    struct rows rows = { three, COUNT(three), 0, 0 };
    uint8_t memory[2048];
    struct buf der = BUF(memory);
    struct x509_crl_info info;
    struct x509_info ca_info;
    make_ca(&ca, 1);

    CHECK_EQ(build(&ca, &rows, &der), STATUS_OK);
    CHECK_EQ(x509_crl_read(buf_span(&der), &info), STATUS_OK);

    CHECK_EQ(x509_read(buf_span(&ca.der), &ca_info), STATUS_OK);
    CHECK_TEXT(info.issuer, "CN=ca,O=sample");
    CHECK_TEXT(info.authority_key_id, ca_info.subject_key_id);
    CHECK_EQ(info.number, 258);
    CHECK(info.this_update == SAMPLE_NOW && info.next_update == SAMPLE_NOW + 86400);
    CHECK_EQ(info.count, 3);
    CHECK(x509_crl_issued_by(buf_span(&der), buf_span(&ca.der)));
    private_key_free(&ca.key);
}

TEST(x509_crl__finds_what_is_listed_and_nothing_else)
{
    struct sample ca;
    struct rows rows = { three, COUNT(three), 0, 0 };
    uint8_t memory[2048];
    struct buf der = BUF(memory);
    make_ca(&ca, 1);
    CHECK_EQ(build(&ca, &rows, &der), STATUS_OK);
    for (size_t i = 0; i < COUNT(three); i++) {
        struct x509_crl_entry entry;
        bool listed = false;
        CHECK_EQ(x509_crl_find(buf_span(&der), three[i].serial, &entry, &listed), STATUS_OK);
        CHECK(listed);
        CHECK_TEXT(entry.serial, three[i].serial);
        CHECK(entry.revoked_at == three[i].revoked_at);
        CHECK_EQ(entry.reason, three[i].reason);
    }
    struct x509_crl_entry untouched = { .reason = X509_REASON_HOLD };
    bool listed = true;
    CHECK_EQ(x509_crl_find(buf_span(&der), "ff", &untouched, &listed), STATUS_OK);
    CHECK(!listed);
    CHECK_EQ(untouched.reason, X509_REASON_HOLD);
    private_key_free(&ca.key);
}

TEST(x509_crl__an_empty_list_is_a_list)
{
    struct sample ca;
    struct rows rows = { NULL, 0, 0, 0 };
    uint8_t memory[2048];
    struct buf der = BUF(memory);
    struct x509_crl_info info;
    make_ca(&ca, 1);

    CHECK_EQ(build(&ca, &rows, &der), STATUS_OK);
    CHECK_EQ(x509_crl_read(buf_span(&der), &info), STATUS_OK);

    CHECK_EQ(info.count, 0);
    CHECK(x509_crl_issued_by(buf_span(&der), buf_span(&ca.der)));
    private_key_free(&ca.key);
}

TEST(x509_crl__a_thousand_entries_fit_the_stated_size)
{
    static struct x509_crl_entry many[1000];
    static uint8_t memory[1000 * X509_CRL_ENTRY_MAX + X509_CRL_OVERHEAD_MAX];
    struct sample ca;
    struct rows rows = { many, COUNT(many), 0, 0 };
    struct buf der = BUF(memory);
    struct x509_crl_info info;
    make_ca(&ca, 1);
    for (size_t i = 0; i < COUNT(many); i++) {
        CHECK(text_format(many[i].serial, sizeof(many[i].serial), "70%038zx", i));
        many[i].revoked_at = SAMPLE_NOW;
        many[i].reason = X509_REASON_SUPERSEDED;
    }

    CHECK_EQ(build(&ca, &rows, &der), STATUS_OK);
    CHECK_EQ(x509_crl_read(buf_span(&der), &info), STATUS_OK);

    CHECK_EQ(info.count, 1000);
    private_key_free(&ca.key);
}

TEST(x509_crl__another_key_did_not_issue_it)
{
    struct sample ca, other;
    struct rows rows = { three, COUNT(three), 0, 0 };
    uint8_t memory[2048];
    struct buf der = BUF(memory);
    make_ca(&ca, 1);
    make_ca(&other, 2); /* the same name */
    CHECK_EQ(build(&ca, &rows, &der), STATUS_OK);

    CHECK(!x509_crl_issued_by(buf_span(&der), buf_span(&other.der)));
    CHECK(!x509_crl_issued_by(buf_span(&ca.der), buf_span(&ca.der)));
    CHECK(!x509_crl_issued_by(buf_span(&der), SPAN_NONE));

    private_key_free(&ca.key);
    private_key_free(&other.key);
}

TEST(x509_crl__every_bit_flip_and_truncation_is_refused_or_does_not_verify)
{
    struct sample ca;
    struct rows rows = { three, COUNT(three), 0, 0 };
    uint8_t memory[2048];
    struct buf der = BUF(memory);
    struct x509_crl_info info;
    struct x509_crl_entry entry;
    bool listed;
    make_ca(&ca, 1);
    CHECK_EQ(build(&ca, &rows, &der), STATUS_OK);
    for (size_t bit = 0; bit < 8 * der.len; bit++) {
        memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        (void)!x509_crl_read(buf_span(&der), &info);
        (void)!x509_crl_find(buf_span(&der), "01", &entry, &listed);
        CHECK(!x509_crl_issued_by(buf_span(&der), buf_span(&ca.der)));
        memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t len = 0; len < der.len; len++) {
        CHECK_EQ(x509_crl_read(span_of(memory, len), &info), STATUS_CERTIFICATE_FORM);
        CHECK_EQ(x509_crl_find(span_of(memory, len), "01", &entry, &listed),
                 STATUS_CERTIFICATE_FORM);
    }
    private_key_free(&ca.key);
}

TEST(x509_crl__what_cannot_be_listed_is_refused)
{
    const struct x509_crl_entry bad[] = {
        { "", SAMPLE_NOW, X509_REASON_SUPERSEDED },
        { "0", SAMPLE_NOW, X509_REASON_SUPERSEDED },
        { "FF", SAMPLE_NOW, X509_REASON_SUPERSEDED },
        { "01", SAMPLE_NOW, (enum x509_reason)7 },
        { "01", instant_of((struct calendar){ 10000, 1, 1, 0, 0, 0 }), X509_REASON_SUPERSEDED },
    };
    struct sample ca;
    uint8_t memory[2048];
    struct buf der = BUF(memory);
    make_ca(&ca, 1);
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct rows rows = { &bad[i], 1, 0, 0 };
        CHECK_EQ(build(&ca, &rows, &der), STATUS_CERTIFICATE_REFUSED);
        CHECK_EQ(der.len, 0);
    }
    private_key_free(&ca.key);
}

TEST(x509_crl__failures_leave_nothing_behind)
{
    struct sample ca, other;
    struct rows rows = { three, COUNT(three), 0, 0 }, failing = { three, COUNT(three), 0, 2 };
    uint8_t memory[2048];
    struct buf der = BUF(memory), tiny = buf_of(memory, 150);
    struct x509_crl_options options = { .issuer = SPAN_NONE, .next = next_row, .context = &rows };
    make_ca(&ca, 1);
    make_ca(&other, 2);

    CHECK_EQ(build(&ca, &failing, &der), STATUS_STORE);
    CHECK_EQ(build(&ca, &rows, &tiny), STATUS_TOO_LARGE);
    CHECK_EQ(x509_crl_build(&options, ca.key, &der), STATUS_CERTIFICATE_FORM);
    options.issuer = buf_span(&ca.der);
    CHECK_EQ(x509_crl_build(&options, other.key, &der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(x509_crl_build(&options, ca.key, &der), STATUS_CERTIFICATE_REFUSED); /* times */

    CHECK_EQ(der.len + tiny.len, 0);
    private_key_free(&ca.key);
    private_key_free(&other.key);
}

TEST(x509_crl__reasons_have_names)
{
    static const int numbers[] = { 0, 1, 2, 3, 4, 5, 6, 8, 9 };
    for (size_t i = 0; i < COUNT(numbers); i++) {
        enum x509_reason found = X509_REASON_REMOVE;
        const char *name = x509_crl_reason_name((enum x509_reason)numbers[i]);
        CHECK(x509_crl_reason_by_name(name, &found));
        CHECK_EQ(found, numbers[i]);
    }
    enum x509_reason none = X509_REASON_REMOVE;
    CHECK(!x509_crl_reason_by_name("Superseded", &none));
    CHECK(!x509_crl_reason_by_name(NULL, &none));
    CHECK_EQ(none, X509_REASON_REMOVE);
    CHECK_TEXT(x509_crl_reason_name((enum x509_reason)7), "unspecified");
}
