/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/state_copy.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "port/file_write.h"
#include "signer/state_file.h"
#include "test/unit/signer/signer_fixture.h"

struct place {
    char directory[64], journal[96], head[96];
};

static void place_make(struct place *p)
{
    char state[80];
    CHECK(text_copy(p->directory, sizeof(p->directory), "/tmp/signer-copy-XXXXXX"));
    assert_non_null(mkdtemp(p->directory));
    CHECK(text_format(state, sizeof(state), "%s/state", p->directory));
    CHECK(text_format(p->journal, sizeof(p->journal), "%s/journal", state));
    CHECK(text_format(p->head, sizeof(p->head), "%s/head", state));
    CHECK_EQ(mkdir(state, 0700), 0);
}

static void place_remove(const struct place *p)
{
    char state[80];
    CHECK(text_format(state, sizeof(state), "%s/state", p->directory));
    (void)unlink(p->journal);
    (void)unlink(p->head);
    CHECK_EQ(rmdir(state), 0);
    CHECK_EQ(rmdir(p->directory), 0);
}

/* A signer that has revoked one serial and signed the audit up to entry 9. */
static void work(const struct place *p, struct signer_fixture *f)
{
    struct state_file file;
    bool torn;
    CHECK_EQ(state_file_create(p->directory), STATUS_OK);
    CHECK_EQ(state_file_open(p->directory, &file), STATUS_OK);
    CHECK_EQ(state_file_load(&file, &f->signer, f->now, &torn), STATUS_OK);
    signer_fixture_revoke(f, "0a01");
    f->signer.head.audit.sequence = 9;
    f->signer.change.head = true;
    CHECK_EQ(state_file_save(&file, &f->signer), STATUS_OK);
    state_file_close(&file);
}

static enum status load(const struct place *p, struct signer_fixture *f, bool *ret_torn)
{
    struct state_file file;
    signer_fixture_restart(f);
    enum status status = state_file_open(p->directory, &file);
    if (status == STATUS_OK) {
        status = state_file_load(&file, &f->signer, f->now, ret_torn);
        state_file_close(&file);
    }
    return status;
}

static void append(const char *path, struct span bytes)
{
    FILE *file = fopen(path, "ab");
    assert_non_null(file);
    CHECK_EQ(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    CHECK_EQ(fclose(file), 0);
}

TEST(state_copy__has_the_whole_journal_and_the_data_bases_head)
{
    struct signer_fixture *f = signer_fixture_open();
    struct place from, to;
    const struct audit_head audit = { .sequence = 7, .hash = { 0x77 } };
    bool torn = true;
    place_make(&from);
    place_make(&to);
    work(&from, f);
    uint64_t number = f->signer.head.crl_numbers[SIGNER_CONTENT_SIGNING];
    const uint64_t signed_last = f->signer.head.audit.sequence;
    struct audit_head before;

    CHECK_EQ(state_copy_head(from.directory, &before), STATUS_OK);
    CHECK_EQ(before.sequence, signed_last);
    CHECK_EQ(state_copy(from.directory, to.directory, &audit), STATUS_OK);

    CHECK_EQ(load(&to, f, &torn), STATUS_OK);
    CHECK(!torn);
    assert_non_null(revocation_find(&f->signer.revoked[SIGNER_CONTENT_SIGNING], "0a01"));
    CHECK_EQ(f->signer.head.audit.sequence, 7);
    CHECK_BYTES(f->signer.head.audit.hash, audit.hash, sizeof(audit.hash));
    CHECK_EQ(f->signer.head.crl_numbers[SIGNER_CONTENT_SIGNING], number);
    place_remove(&from);
    place_remove(&to);
    signer_fixture_close(f);
}

TEST(state_copy__leaves_out_a_record_that_is_being_written)
{
    struct signer_fixture *f = signer_fixture_open();
    struct place from, to;
    bool torn = true;
    place_make(&from);
    place_make(&to);
    work(&from, f);
    append(from.journal, SPAN_TEXT("CWS1\0\0\0\x40half"));

    CHECK_EQ(state_copy(from.directory, to.directory, &(struct audit_head){ 0 }), STATUS_OK);

    CHECK_EQ(load(&to, f, &torn), STATUS_OK);
    CHECK(!torn);
    assert_non_null(revocation_find(&f->signer.revoked[SIGNER_CONTENT_SIGNING], "0a01"));
    place_remove(&from);
    place_remove(&to);
    signer_fixture_close(f);
}

TEST(state_copy__refuses_damage_and_a_signer_that_is_behind)
{
    struct signer_fixture *f = signer_fixture_open();
    struct place from, to;
    place_make(&from);
    place_make(&to);
    work(&from, f);

    CHECK_EQ(state_copy(from.directory, to.directory, &(struct audit_head){ .sequence = 10 }),
             STATUS_AUDIT_HEAD);
    append(from.journal, SPAN_TEXT("something else"));
    CHECK_EQ(state_copy(from.directory, to.directory, &(struct audit_head){ 0 }), STATUS_BAD_FILE);
    CHECK(access(to.journal, F_OK) != 0);
    CHECK_EQ(file_write_atomic(from.head, SPAN_TEXT("short"), 0600), STATUS_OK);
    CHECK_EQ(state_copy(from.directory, to.directory, &(struct audit_head){ 0 }), STATUS_BAD_FILE);
    place_remove(&from);
    place_remove(&to);
    signer_fixture_close(f);
}

TEST(state_copy__raises_the_numbers_of_the_lists_and_never_lowers_them)
{
    struct signer_fixture *f = signer_fixture_open();
    struct place p;
    bool torn;
    place_make(&p);
    work(&p, f);

    CHECK_EQ(state_copy_raise_lists(p.directory, 5000), STATUS_OK);
    CHECK_EQ(load(&p, f, &torn), STATUS_OK);
    CHECK_EQ(f->signer.head.crl_numbers[SIGNER_AUTHENTICATION], 5000);
    CHECK_EQ(f->signer.head.audit.sequence, 9);
    CHECK_EQ(state_copy_raise_lists(p.directory, 100), STATUS_OK);
    CHECK_EQ(load(&p, f, &torn), STATUS_OK);
    CHECK_EQ(f->signer.head.crl_numbers[SIGNER_AUTHENTICATION], 5001);
    place_remove(&p);
    signer_fixture_close(f);
}
