/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/state_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "test/unit/signer/signer_fixture.h"
#include "test/unit/signer/state_place.h"

/* Everything in memory is lost; the files are opened and loaded anew. */
static enum status restart(struct state_place *p, struct signer_fixture *f, bool *ret_torn)
{
    state_file_close(&p->file);
    signer_fixture_restart(f);
    CHECK_EQ(state_file_open(p->directory, &p->file), STATUS_OK);
    return state_file_load(&p->file, &f->signer, f->now, ret_torn);
}

static void revoke_and_save(struct state_place *p, struct signer_fixture *f, const char *serial)
{
    signer_fixture_revoke(f, serial);
    CHECK_EQ(state_file_save(&p->file, &f->signer), STATUS_OK);
    CHECK_EQ(f->signer.change.journal.len, 0);
    CHECK(!f->signer.change.head);
}

static bool is_revoked(const struct signer_fixture *f, const char *serial)
{
    return revocation_find(&f->signer.revoked[SIGNER_CONTENT_SIGNING], serial) != NULL;
}

static off_t size_of(const char *path)
{
    struct stat info;
    CHECK_EQ(stat(path, &info), 0);
    return info.st_size;
}

TEST(state_file__a_fresh_one_is_empty)
{
    struct state_place p;
    struct signer_fixture *f = signer_fixture_open();
    bool torn = true;
    state_place_open(&p);

    CHECK_EQ(state_file_load(&p.file, &f->signer, f->now, &torn), STATUS_OK);

    CHECK(!torn);
    CHECK_EQ(f->signer.head.audit.sequence, 0);
    CHECK_EQ(state_file_create(p.directory), STATUS_STORE_CONFLICT);
    state_place_close(&p);
    signer_fixture_close(f);
}

TEST(state_file__revocations_and_numbers_survive_a_restart)
{
    struct state_place p;
    struct signer_fixture *f = signer_fixture_open();
    bool torn;
    state_place_open(&p);
    CHECK_EQ(state_file_load(&p.file, &f->signer, f->now, &torn), STATUS_OK);
    revoke_and_save(&p, f, "3f");
    revoke_and_save(&p, f, "4f");
    revoke_and_save(&p, f, "4f"); /* nothing new: only the number moves */

    CHECK_EQ(restart(&p, f, &torn), STATUS_OK);

    CHECK(!torn);
    CHECK(is_revoked(f, "3f") && is_revoked(f, "4f") && !is_revoked(f, "5f"));
    CHECK_EQ(f->signer.head.crl_numbers[SIGNER_CONTENT_SIGNING], 3);
    CHECK_EQ(f->signer.head.count, 4);
    state_place_close(&p);
    signer_fixture_close(f);
}

TEST(state_file__a_restarted_signer_writes_behind_what_is_there)
{
    static const char *const serials[] = { "3f", "4f", "5f" };
    struct state_place p;
    struct signer_fixture *f = signer_fixture_open();
    bool torn;
    state_place_open(&p);
    for (size_t i = 0; i < COUNT(serials); i++) {
        CHECK_EQ(restart(&p, f, &torn), STATUS_OK);
        revoke_and_save(&p, f, serials[i]);
    }

    CHECK_EQ(restart(&p, f, &torn), STATUS_OK);

    for (size_t i = 0; i < COUNT(serials); i++) {
        CHECK(is_revoked(f, serials[i]));
    }
    state_place_close(&p);
    signer_fixture_close(f);
}

TEST(state_file__checkpoint_that_rewrites_history_is_refused_after_a_restart)
{
    struct state_place p;
    struct signer_fixture *f = signer_fixture_open();
    bool torn;
    state_place_open(&p);
    CHECK_EQ(state_file_load(&p.file, &f->signer, f->now, &torn), STATUS_OK);
    (void)signer_fixture_request(f, SIGNER_CHECKPOINT, "");
    f->request.checkpoint = (struct signer_checkpoint_request){ .from = 1, .count = 2 };
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    CHECK_EQ(state_file_save(&p.file, &f->signer), STATUS_OK);

    CHECK_EQ(restart(&p, f, &torn), STATUS_OK);

    f->request.checkpoint.entries[1][0] = 1;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_AUDIT_HEAD);
    f->request.checkpoint.entries[1][0] = 0;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    state_place_close(&p);
    signer_fixture_close(f);
}

static void head_io(const char *path, uint8_t slots[STATE_HEAD_SLOTS * STATE_HEAD_LEN], bool writes)
{
    const size_t len = (size_t)STATE_HEAD_SLOTS * STATE_HEAD_LEN;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    CHECK(fd >= 0);
    CHECK_EQ(writes ? pwrite(fd, slots, len, 0) : pread(fd, slots, len, 0), (ssize_t)len);
    CHECK_EQ(close(fd), 0);
}

/* A power cut while the second record was being written, at every length: before the head. */
TEST(state_file__a_torn_end_is_cut_off)
{
    struct state_place p;
    struct signer_fixture *f = signer_fixture_open();
    uint8_t before[STATE_HEAD_SLOTS * STATE_HEAD_LEN];
    bool torn = false;
    state_place_open(&p);
    CHECK_EQ(state_file_load(&p.file, &f->signer, f->now, &torn), STATUS_OK);
    revoke_and_save(&p, f, "3f");
    off_t first = size_of(p.journal);
    head_io(p.head, before, false);
    for (off_t extra = 1;; extra++) {
        revoke_and_save(&p, f, "4f");
        off_t whole = size_of(p.journal);
        if (first + extra >= whole) {
            break;
        }
        CHECK_EQ(truncate(p.journal, first + extra), 0);
        head_io(p.head, before, true);
        CHECK_EQ(restart(&p, f, &torn), STATUS_OK);
        CHECK(torn);
        CHECK(is_revoked(f, "3f") && !is_revoked(f, "4f"));
        CHECK_EQ(size_of(p.journal), first);
    }
    CHECK_EQ(restart(&p, f, &torn), STATUS_OK);
    CHECK(!torn && is_revoked(f, "4f"));
    state_place_close(&p);
    signer_fixture_close(f);
}

static void flip(const char *path, off_t at)
{
    uint8_t byte;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    CHECK(fd >= 0);
    CHECK_EQ(pread(fd, &byte, 1, at), 1);
    byte ^= 1;
    CHECK_EQ(pwrite(fd, &byte, 1, at), 1);
    CHECK_EQ(close(fd), 0);
}

/* Not a power cut: somebody changed the past. Nothing is guessed. */
TEST(state_file__a_damaged_journal_stops_the_start)
{
    struct state_place p;
    struct signer_fixture *f = signer_fixture_open();
    bool torn;
    state_place_open(&p);
    CHECK_EQ(state_file_load(&p.file, &f->signer, f->now, &torn), STATUS_OK);
    revoke_and_save(&p, f, "3f");
    revoke_and_save(&p, f, "4f");

    flip(p.journal, 45);

    CHECK_EQ(restart(&p, f, &torn), STATUS_BAD_FILE);
    state_place_close(&p);
    signer_fixture_close(f);
}

/* Whole records are missing, all of them, or the last one is damaged: none of it was torn. */
TEST(state_file__a_journal_that_has_lost_whole_records_stops_the_start)
{
    struct state_place p;
    struct signer_fixture *f = signer_fixture_open();
    bool torn = true;
    state_place_open(&p);
    CHECK_EQ(state_file_load(&p.file, &f->signer, f->now, &torn), STATUS_OK);
    revoke_and_save(&p, f, "3f");
    const off_t one = size_of(p.journal);
    revoke_and_save(&p, f, "4f");
    const off_t lens[] = { one, 0, 2 * one - 1 };
    for (size_t i = 0; i < COUNT(lens); i++) {
        CHECK_EQ(truncate(p.journal, lens[i]), 0);
        CHECK_EQ(restart(&p, f, &torn), STATUS_BAD_FILE);
        CHECK_EQ(size_of(p.journal), lens[i]); /* nothing was cut off */
    }
    state_place_close(&p);
    signer_fixture_close(f);
}

/* One slot is damaged: the other one, older by one write, counts. Both: no start. */
TEST(state_file__head_has_two_slots)
{
    struct state_place p;
    struct signer_fixture *f = signer_fixture_open();
    bool torn;
    state_place_open(&p);
    CHECK_EQ(state_file_load(&p.file, &f->signer, f->now, &torn), STATUS_OK);
    revoke_and_save(&p, f, "3f");
    revoke_and_save(&p, f, "4f"); /* count 3 */

    flip(p.head, (3 % 2) * STATE_HEAD_LEN + 30);
    CHECK_EQ(restart(&p, f, &torn), STATUS_OK);
    CHECK_EQ(f->signer.head.count, 2);

    flip(p.head, (2 % 2) * STATE_HEAD_LEN + 30);
    CHECK_EQ(restart(&p, f, &torn), STATUS_BAD_FILE);
    state_place_close(&p);
    signer_fixture_close(f);
}

TEST(state_file__a_missing_file_is_not_an_empty_one)
{
    struct state_place p;
    struct state_file other = { -1, -1 };
    state_place_open(&p);
    state_file_close(&p.file);
    CHECK_EQ(unlink(p.journal), 0);

    CHECK_EQ(state_file_open(p.directory, &other), STATUS_NOT_FOUND);

    CHECK_EQ(other.journal_fd, -1);
    state_place_close(&p);
}

TEST(state_file__two_signers_cannot_share_it)
{
    struct state_place p;
    struct state_file second;
    state_place_open(&p);

    CHECK_EQ(state_file_open(p.directory, &second), STATUS_ADDRESS_IN_USE);

    state_file_close(&p.file);
    CHECK_EQ(state_file_open(p.directory, &second), STATUS_OK);
    state_file_close(&second);
    state_place_close(&p);
}

TEST(state_file__what_cannot_be_written_is_said)
{
    struct state_place p;
    struct signer_fixture *f = signer_fixture_open();
    bool torn;
    state_place_open(&p);
    CHECK_EQ(state_file_load(&p.file, &f->signer, f->now, &torn), STATUS_OK);
    (void)close(p.file.journal_fd);
    p.file.journal_fd = open(p.journal, O_RDONLY | O_CLOEXEC);
    signer_fixture_revoke(f, "3f");

    CHECK_EQ(state_file_save(&p.file, &f->signer), STATUS_STORE);

    CHECK(f->signer.change.journal.len > 0); /* still owed */
    state_place_close(&p);
    signer_fixture_close(f);
}
