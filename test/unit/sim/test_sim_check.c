/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_check.h"

#include <sqlite3.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "server/server.h"
#include "signer/signer.h"
#include "sim/sim_act.h"
#include "sim/sim_clock.h"
#include "sim/sim_disk.h"
#include "sim/sim_found.h"
#include "sim/sim_reader.h"
#include "sim/sim_run.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"
#include "test/lib/test.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"

/* A card is renewed; everything holds. Then one thing is changed behind the programs' back, and
 * that breach must be seen. Each case is a process of its own. */
enum { DESK = 0, OPERATOR = 1, AISHA = 2, BLANK = 9, OPERATOR_SLOT = 0, USER_SLOT = 1 };

static char top[64], founded[80], own[80];
static char (*seen)[160]; /* shared: "", or the invariant and the breach */

static void clean(void)
{
    sim_disk_remove(top);
}

static void prepare(void)
{
    if (top[0] != '\0') {
        return;
    }
    CHECK(text_copy(top, sizeof(top), "/dev/shm/cardwright-sim-XXXXXX"));
    assert_non_null(mkdtemp(top));
    CHECK_EQ(atexit(clean), 0);
    CHECK(text_format(founded, sizeof(founded), "%s/founded", top));
    CHECK(text_format(own, sizeof(own), "%s/own", top));
    seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(seen != MAP_FAILED);
    sim_clock_set(1780300800);
    CHECK(sim_found(CARDWRIGHT_DATA, founded));
}

static void play(const char *service, int card, void (*plant)(struct sim_card *card))
{
    bool good = sim_run_begin(1, own) && sim_act_log_in(DESK, OPERATOR);
    sim_act_look(DESK, card);
    good = good && sim_act_serve(DESK, card, service) && sim_run_end();
    if (!good) {
        sim_story_break("setup", "the run is not good");
    } else if (plant != NULL) {
        plant(sim_reader_card((size_t)card));
        sim_check_all();
    }
}

/* The invariant that is broken; the breach is shown when it is another one. */
static void check_seen(const char *service, int card, void (*plant)(struct sim_card *card),
                       const char *want)
{
    int how = 0;
    prepare();
    (*seen)[0] = '\0';
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        play(service, card, plant);
        if (sim_story_broken() != NULL) {
            (void)snprintf(*seen, sizeof(*seen), "%s %.120s", sim_story_broken(),
                           sim_story_breach());
        }
        _exit(0);
    }
    CHECK_EQ(waitpid(pid, &how, 0), pid);
    sim_disk_remove(own);
    CHECK(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    if (strncmp(*seen, want, strlen(want)) != 0 || (want[0] == '\0' && (*seen)[0] != '\0')) {
        CHECK_TEXT(*seen, want);
    }
}

static void change(const char *sql)
{
    char path[96];
    sqlite3 *base = NULL;
    bool good = text_format(path, sizeof(path), "%s/server/cardwright.db", founded) &&
                sqlite3_open(path, &base) == SQLITE_OK &&
                sqlite3_exec(base, sql, NULL, NULL, NULL) == SQLITE_OK &&
                sqlite3_total_changes(base) > 0;
    (void)sqlite3_close(base);
    if (!good) {
        sim_story_break("setup", "nothing was changed: %s", sql);
    }
}

TEST(sim_check__a_renewed_and_an_issued_card_break_nothing)
{
    check_seen("renew", AISHA, NULL, "");
    check_seen("issue", BLANK, NULL, "");
}

/* ---- the card ---- */

static struct vcard_object *object_of(struct sim_card *c, uint32_t tag)
{
    return &c->card.memory.objects[vcard_object_index(tag)];
}

static void other_certificate(struct sim_card *c)
{
    struct vcard_object *object = object_of(c, 0x5FC105);
    object->bytes[object->len / 2] ^= 1;
}

static void no_certificate(struct sim_card *c)
{
    object_of(c, 0x5FC10A)->present = false;
}

TEST(sim_check__a_certificate_that_is_not_the_directory_s_breaks_i3)
{
    check_seen("renew", AISHA, other_certificate, "I3");
}

TEST(sim_check__a_certificate_that_is_not_on_the_card_breaks_i4)
{
    check_seen("renew", AISHA, no_certificate, "I4");
}

static void other_key(struct sim_card *c)
{
    *vcard_key_slot(&c->card, 0x9A) = *vcard_key_slot(&c->card, 0x9C);
}

static void other_passcode(struct sim_card *c)
{
    text_take(c->passcode, sizeof(c->passcode), "11112222");
}

static void other_puk(struct sim_card *c)
{
    c->card.memory.puk.bytes[0] ^= 1;
}

static void blocked_puk(struct sim_card *c)
{
    c->card.memory.puk.tries_left = 0;
}

static void other_management_key(struct sim_card *c)
{
    c->card.memory.management_key[0] ^= 1;
}

TEST(sim_check__a_card_that_does_not_work_breaks_i4)
{
    check_seen("renew", AISHA, other_key, "I4");
    check_seen("renew", AISHA, other_passcode, "I4");
    check_seen("issue", BLANK, other_puk, "I4");
    check_seen("renew", AISHA, blocked_puk, "I4");
    check_seen("issue", BLANK, other_management_key, "I4");
}

/* ---- the data base ---- */

static void open_job(struct sim_card *c)
{
    (void)c;
    change("UPDATE job SET result = NULL WHERE result = 'committed'");
}

static void superseded_pair(struct sim_card *c)
{
    (void)c;
    change("UPDATE certificate SET state = 'superseded' WHERE state = 'current'"
           " AND job_id IS NOT NULL");
}

static void pending_pair(struct sim_card *c)
{
    (void)c;
    change("UPDATE certificate SET state = 'pending' WHERE state = 'current'"
           " AND job_id IS NOT NULL");
}

/* The signer has made one that the data base never heard of. */
static void certificate_unknown(struct sim_card *c)
{
    struct issued_list *issued = &sim_signer()->issued;
    (void)c;
    if (issued->index.count > 0) {
        issued->entries[0].der = SPAN_TEXT("another");
    }
}

static void audit_changed(struct sim_card *c)
{
    (void)c;
    change("DROP TRIGGER audit_entry_fixed;"
           "UPDATE audit_entry SET line = CAST(replace(line, '1', '2') AS BLOB)"
           " WHERE sequence = (SELECT max(sequence) - 1 FROM audit_entry)");
}

TEST(sim_check__a_job_that_stays_open_breaks_i4)
{
    check_seen("renew", AISHA, open_job, "I4");
}

TEST(sim_check__a_card_without_a_current_pair_breaks_i3)
{
    check_seen("renew", AISHA, superseded_pair, "I3");
    check_seen("renew", AISHA, pending_pair, "I3");
}

TEST(sim_check__a_certificate_in_no_record_breaks_i5)
{
    check_seen("renew", AISHA, certificate_unknown, "I5");
}

TEST(sim_check__a_changed_entry_of_the_audit_breaks_i6)
{
    check_seen("renew", AISHA, audit_changed, "I6");
}

static void abandoned_job(struct sim_card *c)
{
    (void)c;
    change("UPDATE job SET result = 'abandoned' WHERE result = 'committed'");
}

TEST(sim_check__a_receipt_for_a_job_that_is_not_committed_breaks_i9)
{
    check_seen("renew", AISHA, abandoned_job, "I9");
}

static void revoked_otherwise(struct sim_card *c)
{
    (void)c;
    change("UPDATE certificate SET revocation_reason = 'key_compromise' WHERE revoked_at > 0");
}

static void certificate_gone(struct sim_card *c)
{
    (void)c;
    change("DROP TRIGGER certificate_keep; DELETE FROM certificate WHERE state = 'superseded'");
}

TEST(sim_check__a_certificate_that_is_gone_or_revoked_otherwise_breaks_i12)
{
    check_seen("renew", AISHA, revoked_otherwise, "I12");
    check_seen("renew", AISHA, certificate_gone, "I12");
}

/* ---- commands to cards, as they are sent (sim_reader.h) ---- */

static void send_put(const char *reader)
{
    static const uint8_t put[] = { 0x00, 0xDB, 0x3F, 0xFF, 0x00 };
    uint8_t memory[16];
    struct buf answer = BUF(memory);
    struct pcsc_reader_card *card = NULL;
    if (pcsc_reader_connect(reader, &card) == STATUS_OK) {
        (void)(pcsc_reader_transmit(card, SPAN_OF(put), &answer) == STATUS_OK);
    }
    pcsc_reader_disconnect(&card, PCSC_END_RESET);
}

static void write_to_operator(struct sim_card *c)
{
    (void)c;
    send_put("0 0");
}

static void write_without_operator(struct sim_card *c)
{
    (void)c;
    sim_reader_pull(DESK, OPERATOR_SLOT);
    send_put("0 1");
}

TEST(sim_check__a_writing_command_to_the_operator_s_card_breaks_i8)
{
    check_seen("renew", AISHA, write_to_operator, "I8");
}

TEST(sim_check__a_writing_command_when_the_operator_has_gone_breaks_i11)
{
    check_seen("renew", AISHA, write_without_operator, "I11");
}
