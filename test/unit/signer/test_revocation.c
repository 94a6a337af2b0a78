/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/revocation.h"

#include "base/text.h"
#include "test/unit/signer/signer_fixture.h"

static struct x509_crl_entry entry_of(const char *serial, instant at, enum x509_reason reason)
{
    struct x509_crl_entry entry = { .revoked_at = at, .reason = reason };
    CHECK(text_copy(entry.serial, sizeof(entry.serial), serial));
    return entry;
}

static bool merge(struct revocation_list *list, const char *serial, instant at,
                  enum x509_reason reason)
{
    bool changed = false;
    struct x509_crl_entry stored;
    const struct x509_crl_entry entry = entry_of(serial, at, reason);
    CHECK_EQ(revocation_merge(list, &entry, &changed, &stored), STATUS_OK);
    CHECK_TEXT(stored.serial, serial);
    return changed;
}

TEST(revocation__finds_what_was_revoked)
{
    struct revocation_list list = { 0 };
    CHECK(revocation_find(&list, "3f") == NULL);

    CHECK(merge(&list, "3f", 100, X509_REASON_SUPERSEDED));

    assert_non_null(revocation_find(&list, "3f"));
    CHECK_EQ(revocation_find(&list, "3f")->revoked_at, 100);
    CHECK(revocation_find(&list, "3e") == NULL);
    revocation_close(&list);
}

TEST(revocation__grows_and_forgets_nothing)
{
    enum { SERIALS = 3000 };
    struct revocation_list list = { 0 };
    char serial[X509_SERIAL_TEXT_MAX];
    for (unsigned i = 0; i < SERIALS; i++) {
        CHECK(text_format(serial, sizeof(serial), "10%06x", i));
        CHECK(merge(&list, serial, i, X509_REASON_SUPERSEDED));
    }
    for (unsigned i = 0; i < SERIALS; i++) {
        CHECK(text_format(serial, sizeof(serial), "10%06x", i));
        const struct x509_crl_entry *entry = revocation_find(&list, serial);
        assert_non_null(entry);
        CHECK_EQ(entry->revoked_at, i);
    }
    CHECK_EQ(list.count, SERIALS);
    revocation_close(&list);
}

TEST(revocation__coming_again_never_weakens_it)
{
    struct revocation_list list = { 0 };
    CHECK(merge(&list, "3f", 100, X509_REASON_SUPERSEDED));

    CHECK(!merge(&list, "3f", 200, X509_REASON_CESSATION));
    CHECK_EQ(revocation_find(&list, "3f")->revoked_at, 100);
    CHECK_EQ(revocation_find(&list, "3f")->reason, X509_REASON_SUPERSEDED);

    CHECK(merge(&list, "3f", 50, X509_REASON_KEY_COMPROMISE));
    CHECK(!merge(&list, "3f", 60, X509_REASON_SUPERSEDED));
    CHECK_EQ(revocation_find(&list, "3f")->revoked_at, 50);
    CHECK_EQ(revocation_find(&list, "3f")->reason, X509_REASON_KEY_COMPROMISE);
    CHECK_EQ(list.count, 1);
    revocation_close(&list);
}

TEST(revocation__un_revoking_reasons_and_bad_serials_are_refused)
{
    static const struct {
        const char *serial;
        enum x509_reason reason;
    } rows[] = { { "3f", X509_REASON_HOLD },      { "3f", X509_REASON_REMOVE },
                 { "", X509_REASON_SUPERSEDED },  { "3F", X509_REASON_SUPERSEDED },
                 { "f", X509_REASON_SUPERSEDED }, { "003f", X509_REASON_SUPERSEDED },
                 { "zz", X509_REASON_SUPERSEDED } };
    struct revocation_list list = { 0 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool changed = false;
        struct x509_crl_entry stored;
        const struct x509_crl_entry entry = entry_of(rows[i].serial, 100, rows[i].reason);
        CHECK_EQ(revocation_merge(&list, &entry, &changed, &stored), STATUS_BAD_VALUE);
        CHECK(!changed);
    }
    CHECK_EQ(list.count, 0);
    revocation_close(&list);
}

TEST(revocation__the_crl_has_them_all)
{
    struct signer_fixture *f = signer_fixture_open();
    struct revocation_list list = { 0 };
    const struct signer_fixture_card *ca = &f->issuers[SIGNER_AUTHENTICATION];
    struct buf der = BUF(f->crl);
    struct x509_crl_info info;
    CHECK(merge(&list, "3f", f->now - 100, X509_REASON_SUPERSEDED));
    CHECK(merge(&list, "4f", f->now - 50, X509_REASON_KEY_COMPROMISE));

    const struct revocation_crl_options options = {
        .issuer = span_of(ca->der, ca->len), .number = 7, .now = f->now, .life_days = 7
    };
    CHECK_EQ(revocation_crl(&list, &options, ca->key, &der), STATUS_OK);

    CHECK_EQ(x509_crl_read(buf_span(&der), &info), STATUS_OK);
    CHECK_EQ(info.count, 2);
    CHECK_EQ(info.number, 7);
    CHECK_EQ(info.this_update, f->now);
    CHECK_EQ(info.next_update, f->now + 7ll * SECONDS_PER_DAY);
    CHECK(x509_crl_issued_by(buf_span(&der), options.issuer));
    revocation_close(&list);
    signer_fixture_close(f);
}
