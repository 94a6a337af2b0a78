/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "signer/state_file.h"
#include "sim/sim_lack.h"
#include "test/unit/signer/signer_fixture.h"
#include "test/unit/signer/state_place.h"

enum { WAYS = 3 };

struct place {
    struct state_place state;
    struct signer_fixture *f;
};

/* A signer that has written nothing yet. */
static void place_open(struct place *p)
{
    state_place_open(&p->state);
    p->f = signer_fixture_open();
}

static void place_close(struct place *p)
{
    signer_fixture_close(p->f);
    state_place_close(&p->state);
}

/* As at a start of the signer. */
static enum status start(struct place *p)
{
    bool torn, was_inside = sim_lack_inside(false);
    state_file_close(&p->state.file);
    signer_fixture_restart(p->f);
    (void)sim_lack_inside(was_inside);
    enum status status = state_file_open(p->state.directory, &p->state.file);
    return status == STATUS_OK ? state_file_load(&p->state.file, &p->f->signer, p->f->now, &torn)
                               : status;
}

static enum status write_down(struct place *p, const char *serial)
{
    signer_fixture_revoke(p->f, serial);
    return state_file_save(&p->state.file, &p->f->signer);
}

static bool is_revoked(const struct place *p, const char *serial)
{
    return revocation_find(&p->f->signer.revoked[SIGNER_CONTENT_SIGNING], serial) != NULL;
}

static void tear(const struct place *p)
{
    int fd = open(p->state.journal, O_WRONLY | O_APPEND);
    CHECK_EQ(write(fd, "C", 1), 1);
    CHECK_EQ(close(fd), 0);
}

static off_t journal_len(const struct place *p)
{
    struct stat info;
    CHECK_EQ(stat(p->state.journal, &info), 0);
    return info.st_size;
}

/* From here on each call counts, and one of them is refused. */
static void begin(enum sim_lack kind, unsigned way, uint32_t call)
{
    (void)sim_lack_inside(true);
    sim_lack_begin(&(struct sim_lack_plan){ .kind = kind, .way = way, .call = call });
}

static void end(void)
{
    sim_lack_end();
    (void)sim_lack_inside(false);
}

static uint32_t files_of_start(struct place *p)
{
    begin(SIM_LACK_FILE, 0, SIM_LACK_NO_CALL);
    CHECK_EQ(start(p), STATUS_OK);
    end();
    return sim_lack_calls(SIM_LACK_FILE);
}

/* Both files opened and one locked, both read; a torn end cut off and flushed. */
TEST(sim_lack_file__sees_each_call_of_the_signers_start)
{
    struct place p;
    place_open(&p);

    CHECK_EQ(files_of_start(&p), 5); /* an empty journal is only looked at */
    CHECK_EQ(write_down(&p, "3f"), STATUS_OK);
    CHECK_EQ(files_of_start(&p), 6);
    tear(&p);
    CHECK_EQ(files_of_start(&p), 8);
    CHECK_EQ(files_of_start(&p), 6);

    place_close(&p);
}

TEST(sim_lack_file__a_start_that_was_refused_any_call_loses_nothing)
{
    struct place p;
    place_open(&p);
    CHECK_EQ(start(&p), STATUS_OK);
    CHECK_EQ(write_down(&p, "3f"), STATUS_OK);
    off_t len = journal_len(&p);
    for (unsigned at = 0; at < 8 * WAYS; at++) {
        if (journal_len(&p) == len) {
            tear(&p);
        }
        begin(SIM_LACK_FILE, at % WAYS, 1 + at / WAYS);
        CHECK(start(&p) != STATUS_OK);
        CHECK(sim_lack_happened());
        end();

        CHECK(journal_len(&p) >= len);
        CHECK_EQ(start(&p), STATUS_OK);
        CHECK(is_revoked(&p, "3f"));
    }
    place_close(&p);
}

/* Two calls for the journal, two for the head. */
TEST(sim_lack_file__what_could_not_be_written_down_is_not_acknowledged)
{
    struct place p;
    char serial[8];
    place_open(&p);
    CHECK_EQ(start(&p), STATUS_OK);
    CHECK_EQ(write_down(&p, "3f"), STATUS_OK);
    for (unsigned at = 0; at < 4 * WAYS; at++) {
        CHECK(text_format(serial, sizeof(serial), "%x", 0x40 + at));
        begin(SIM_LACK_FILE, at % WAYS, 1 + at / WAYS);
        CHECK_EQ(write_down(&p, serial), STATUS_STORE);
        CHECK(sim_lack_happened());
        end();

        CHECK_EQ(start(&p), STATUS_OK);
        CHECK(is_revoked(&p, "3f"));
    }
    place_close(&p);
}

TEST(sim_lack_file__a_record_of_which_no_digest_can_be_made_is_not_cut_off)
{
    struct place p;
    place_open(&p);
    CHECK_EQ(start(&p), STATUS_OK);
    CHECK_EQ(write_down(&p, "3f"), STATUS_OK);
    CHECK_EQ(write_down(&p, "4f"), STATUS_OK);
    off_t len = journal_len(&p);
    uint64_t count = p.f->signer.head.count;
    for (uint32_t call = 1; call <= 4; call++) { /* two slots of the head, two records */
        begin(SIM_LACK_CRYPTO, 0, call);
        CHECK_EQ(start(&p), STATUS_CRYPTO);
        end();

        CHECK_EQ(journal_len(&p), len);
    }
    CHECK_EQ(start(&p), STATUS_OK);
    CHECK(is_revoked(&p, "3f") && is_revoked(&p, "4f"));
    CHECK_EQ(p.f->signer.head.count, count);
    place_close(&p);
}
