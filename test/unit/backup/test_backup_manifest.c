/* SPDX-License-Identifier: Apache-2.0 */
#include "backup/backup_manifest.h"

#include "base/text.h"
#include "crypto/kdf.h"
#include "test/lib/test.h"

static struct backup_manifest manifest_of_two(void)
{
    struct backup_manifest m = { .program = "0.1.0",
                                 .store_version = 3,
                                 .made_at = 1795339800,
                                 .entries = 12,
                                 .signed_entries = 11 };
    CHECK_EQ(backup_manifest_add(&m, "server/cardwright.db", SPAN_TEXT("rows")), STATUS_OK);
    CHECK_EQ(backup_manifest_add(&m, "audit.pem", SPAN_TEXT("")), STATUS_OK);
    return m;
}

static enum status decode(struct span text, struct backup_manifest *ret_manifest)
{
    struct fault fault = fault_of(STATUS_OK, "");
    enum status status = backup_manifest_decode(text, ret_manifest, &fault);
    CHECK_EQ(fault.status, status);
    return status;
}

TEST(backup_manifest__comes_back_as_it_went_in)
{
    struct backup_manifest in = manifest_of_two(), out;
    uint8_t memory[BACKUP_MANIFEST_TEXT_MAX];
    struct buf text = BUF(memory);

    CHECK_EQ(backup_manifest_encode(&in, &text), STATUS_OK);
    CHECK_EQ(decode(buf_span(&text), &out), STATUS_OK);

    CHECK_EQ(out.count, 2);
    CHECK_EQ(out.made_at, in.made_at);
    CHECK_EQ(out.signed_entries, 11);
    const struct backup_file *file = backup_manifest_find(&out, "server/cardwright.db");
    assert_non_null(file);
    CHECK_EQ(backup_manifest_check(file, SPAN_TEXT("rows")), STATUS_OK);
    CHECK_EQ(backup_manifest_check(file, SPAN_TEXT("rowz")), STATUS_BACKUP_DAMAGED);
    CHECK_EQ(backup_manifest_check(file, SPAN_TEXT("row")), STATUS_BACKUP_DAMAGED);
    CHECK(backup_manifest_find(&out, "server/other.db") == NULL);
}

TEST(backup_manifest__takes_no_name_that_leads_elsewhere_and_none_twice)
{
    static const char *const names[] = { "",     "/etc/passwd", "../x",  "a/../b",    "a//b",
                                         ".x",   "a/.x",        "a/",    "a/b/c/d",   "a b",
                                         "a\nb", "a\\b",        "a/b/.", "audit.pem", "\xC3\xA4" };
    struct backup_manifest m = manifest_of_two();
    for (size_t i = 0; i < COUNT(names); i++) {
        CHECK_EQ(backup_manifest_add(&m, names[i], SPAN_TEXT("x")), STATUS_BAD_VALUE);
    }
    CHECK_EQ(m.count, 2);
}

TEST(backup_manifest__another_format_or_a_newer_data_base_is_another_version)
{
    struct backup_manifest m = manifest_of_two(), out = { .count = 77 };
    struct fault fault;
    uint8_t memory[BACKUP_MANIFEST_TEXT_MAX];
    struct buf text = BUF(memory);
    m.store_version = 99;
    CHECK(text_copy(m.program, sizeof(m.program), "7.0.0"));
    CHECK_EQ(backup_manifest_encode(&m, &text), STATUS_OK);

    CHECK_EQ(backup_manifest_decode(buf_span(&text), &out, &fault), STATUS_BACKUP_VERSION);
    CHECK_TEXT(fault.detail, "made by 7.0.0");
    CHECK_EQ(
        backup_manifest_decode(SPAN_TEXT("{\"format\":\"cardwright backup 2\"}"), &out, &fault),
        STATUS_BACKUP_VERSION);
    CHECK_EQ(out.count, 77);
}

/* Each truncation, and each byte made another one: refused, or the same as what is decoded. */
TEST(backup_manifest__damage_is_refused_or_changes_only_what_the_code_covers)
{
    struct backup_manifest m = manifest_of_two(), out;
    uint8_t memory[BACKUP_MANIFEST_TEXT_MAX], mac[BACKUP_MAC_LEN], other[BACKUP_MAC_LEN];
    struct secret master = { .len = KDF_MASTER_LEN };
    struct buf text = BUF(memory);
    CHECK_EQ(backup_manifest_encode(&m, &text), STATUS_OK);
    CHECK_EQ(backup_manifest_mac(&master, buf_span(&text), mac), STATUS_OK);

    for (size_t len = 0; len < text.len - 2; len++) {
        CHECK_EQ(decode(span_of(memory, len), &out), STATUS_BACKUP_DAMAGED);
    }
    for (size_t i = 0; i < text.len; i++) {
        memory[i] ^= 1;
        if (decode(buf_span(&text), &out) == STATUS_OK) {
            CHECK_EQ(backup_manifest_mac(&master, buf_span(&text), other), STATUS_OK);
            CHECK(memcmp(mac, other, sizeof(mac)) != 0);
        }
        memory[i] ^= 1;
    }
}
