/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_check.h"

#include <sqlite3.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "port/log_write.h"
#include "server/server.h"
#include "signer/signer.h"
#include "sim/sim_act.h"
#include "sim/sim_audit.h"
#include "sim/sim_clock.h"
#include "sim/sim_desk.h"
#include "sim/sim_disk.h"
#include "sim/sim_found.h"
#include "sim/sim_intruder.h"
#include "sim/sim_issued.h"
#include "sim/sim_reader.h"
#include "sim/sim_run.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"
#include "sim/sim_watch.h"
#include "test/lib/test.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"

/* A card is renewed; everything holds. Then one thing is changed behind the programs' back, and
 * that breach must be seen. Each case is a process of its own. */
enum { DESK = 0, OPERATOR = 1, AISHA = 2, KATE = 4, BLANK = 9, OPERATOR_SLOT = 0, USER_SLOT = 1 };

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

/* Its public half stays. */
static void other_private_key(struct sim_card *c)
{
    vcard_key_slot(&c->card, 0x9C)->private_bytes[20] ^= 1;
}

TEST(sim_check__a_key_that_does_not_sign_breaks_i3)
{
    check_seen("renew", AISHA, other_private_key, "I3");
}

static void blocked_puk(struct sim_card *c)
{
    c->card.memory.puk.tries_left = 0;
}

static void other_management_key(struct sim_card *c)
{
    c->card.memory.management_key[0] ^= 1;
}

static void key_left(struct sim_card *c)
{
    *vcard_key_slot(&c->card, 0x93) = *vcard_key_slot(&c->card, 0x9C);
}

TEST(sim_check__a_card_that_does_not_work_breaks_i4)
{
    check_seen("renew", KATE, key_left, "I4");
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
/* What the list had copied is freed, as it would be. */
static void change_issued(struct issued_entry *entry, struct span der)
{
    free((void *)(uintptr_t)entry->der.ptr);
    entry->der = der;
}

static void certificate_unknown(struct sim_card *c)
{
    struct issued_list *issued = &sim_signer()->issued;
    (void)c;
    if (issued->index.count > 0) {
        change_issued(&issued->entries[0], SPAN_TEXT("another"));
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

static void second_certificate(struct sim_card *c)
{
    struct public_key key;
    struct span point = vcard_key_public(vcard_key_slot(&c->card, 0x9A));
    struct span der = sim_reader_certificate(&c->card, 0x9A);
    if (public_key_of_point(KEY_TYPE_P256, point, &key) == STATUS_OK) {
        sim_issued_see(&key, der); /* the one that it has: nothing is wrong with that */
        sim_issued_see(&key, span_part(der, 1, der.len));
    }
}

static void unproved_pair(struct sim_card *c)
{
    (void)c;
    change("UPDATE certificate SET state = 'unproved' WHERE state = 'superseded'");
}

TEST(sim_check__a_certificate_in_no_record_breaks_i5)
{
    check_seen("renew", AISHA, certificate_unknown, "I5");
    check_seen("renew", AISHA, unproved_pair, "I5");
    check_seen("renew", AISHA, second_certificate, "I5");
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

static void name_kept(struct sim_card *c)
{
    (void)c;
    change("CREATE TRIGGER keep AFTER UPDATE ON person WHEN NEW.family_given = ''"
           " BEGIN UPDATE person SET family_given = OLD.family_given WHERE uuid = OLD.uuid; END;"
           "UPDATE person SET closed = closed");
    sim_check_afterwards();
}

TEST(sim_check__an_erased_name_that_is_found_breaks_i12)
{
    check_seen("renew", AISHA, name_kept, "I12");
}

TEST(sim_check__a_certificate_that_is_gone_or_revoked_otherwise_breaks_i12)
{
    check_seen("renew", AISHA, revoked_otherwise, "I12");
    check_seen("renew", AISHA, certificate_gone, "I12");
}

/* ---- commands to cards, as they are sent (sim_reader.h) ---- */

static void send(const char *reader, struct span command)
{
    uint8_t memory[16];
    struct buf answer = BUF(memory);
    struct pcsc_reader_card *card = NULL;
    if (pcsc_reader_connect(reader, &card) == STATUS_OK) {
        (void)(pcsc_reader_transmit(card, command, &answer) == STATUS_OK);
    }
    pcsc_reader_disconnect(&card, PCSC_END_RESET);
}

static void send_put(const char *reader)
{
    static const uint8_t put[] = { 0x00, 0xDB, 0x3F, 0xFF, 0x00 };
    send(reader, SPAN_OF(put));
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

/* '00 20 00 80 08', and Tom's passcode to the card of somebody else. */
static void show_passcode(struct sim_card *c)
{
    uint8_t verify[13] = { 0x00, 0x20, 0x00, 0x80, 0x08 };
    memcpy(verify + 5, sim_reader_card(OPERATOR)->passcode, 8);
    (void)c;
    send("0 1", SPAN_OF(verify));
}

TEST(sim_check__an_operator_s_passcode_shown_to_another_card_breaks_i8)
{
    check_seen("renew", AISHA, show_passcode, "I8");
}

TEST(sim_check__a_writing_command_when_the_operator_has_gone_breaks_i11)
{
    check_seen("renew", AISHA, write_without_operator, "I11");
}

/* ---- as soon as a request is answered (sim_watch.h) ---- */

/* Days have passed since the job that was played. */
static void must(bool good, const char *what)
{
    if (!good) {
        sim_story_break("setup", "%s", what);
    }
}

static void pull_operator(void)
{
    sim_reader_pull(DESK, OPERATOR_SLOT);
    sim_desk_run(DESK);
}

static void log_in_anew(void)
{
    pull_operator();
    must(sim_act_log_in(DESK, OPERATOR), "no log-in");
}

/* An altered client (sim_intruder.h) may take something else from a look. */
static void renew_kate(void)
{
    bool good = false;
    log_in_anew();
    for (int i = 0; i < 20 && !good; i++) {
        sim_act_look(DESK, KATE);
        good = sim_act_serve(DESK, KATE, "renew");
    }
    must(good, "no renewal");
}

/* The card is pulled behind the eleventh command; then somebody changes its management key. */
static void key_changed_between(struct sim_card *c)
{
    enum { AT = 11 };
    struct sim_card *kate = sim_reader_card(KATE);
    (void)c;
    log_in_anew();
    sim_act_look(DESK, KATE);
    vcard_arm(&kate->card, &(struct vcard_fault){ .kind = VCARD_FAULT_CUT_AFTER, .at = AT });
    must(!sim_act_serve(DESK, KATE, "renew"), "the card was not pulled");
    kate->card.memory.management_key[0] ^= 0x80;
    sim_run_mend(true);
}

TEST(sim_check__a_job_that_fails_though_all_is_calm_breaks_i4)
{
    check_seen("renew", AISHA, key_changed_between, "I4 calm, and renew for Kate Wood ends with");
}

static char job_id[STORE_ID_MAX];

/* The job that was played. */
static const char *job_of(const struct sim_card *c)
{
    static struct certificate_record list[16];
    struct card_record card;
    size_t count = 0;
    job_id[0] = '\0';
    if (store_card_of_person(sim_server()->store, c->person, &card, 1, &count) == STATUS_OK &&
        store_certificate_of_card(sim_server()->store, card.id, list, COUNT(list), &count) ==
            STATUS_OK) {
        for (size_t i = 0; i < count; i++) {
            if (list[i].job_id[0] != '\0') {
                text_take(job_id, sizeof(job_id), list[i].job_id);
            }
        }
    }
    return job_id;
}

static void answered(const char *path, const char *body, const char *answer)
{
    static struct sim_http_reply reply;
    struct buf text = buf_of((uint8_t *)reply.bytes, sizeof(reply.bytes));
    reply.code = 200;
    reply.len = buf_put(&text, span_of_text(answer)) ? text.len : 0;
    sim_watch_before();
    sim_watch_answer(DESK,
                     &(struct sim_http_ask){ .method = body[0] != '\0' ? "POST" : "GET",
                                             .path = path,
                                             .body = span_of_text(body) },
                     &reply);
}

static void begun(const struct sim_card *c, const char *body)
{
    char answer[128];
    must(text_format(answer, sizeof(answer), "{\"job\":\"%s\",\"step\":2}", job_of(c)), "too long");
    answered("/v1/jobs", body, answer);
}

static void page_not_written_down(struct sim_card *c)
{
    (void)c;
    answered("/v1/people/900000000066", "", "{}");
}

static void log_in_not_written_down(struct sim_card *c)
{
    (void)c;
    answered("/v1/session", "{}", "{}");
}

static void session_not_written_down(struct sim_card *c)
{
    (void)c;
    log_in_anew();
    change("UPDATE session SET started_at = started_at + 1");
    must(sim_server() != NULL, "no server");
    sim_watch_start();
}

TEST(sim_check__what_was_read_and_stands_in_no_entry_breaks_i6)
{
    check_seen("renew", AISHA, page_not_written_down, "I6");
    check_seen("renew", AISHA, log_in_not_written_down, "I6");
    check_seen("renew", AISHA, session_not_written_down, "I6");
}

static void began_though_refused(struct sim_card *c)
{
    log_in_anew();
    sim_act_look(DESK, AISHA); /* renewed today: not due for years */
    begun(c, "{\"identity_check\":\"passport seen\"}");
}

static void began_without_a_word(struct sim_card *c)
{
    begun(c, "{\"identity_check\":\"\"}");
}

static void began_for_one_who_left(struct sim_card *c)
{
    sim_act_leave(c->person, true);
    begun(c, "{\"identity_check\":\"passport seen\"}");
}

static void began_for_another_organisation(struct sim_card *c)
{
    change("UPDATE person SET org_code = 'ZW2' WHERE uuid = '900000000132'"); /* Harry */
    begun(c, "{\"identity_check\":\"passport seen\"}");
}

TEST(sim_check__a_job_that_policy_does_not_permit_breaks_i7)
{
    check_seen("renew", AISHA, began_though_refused, "I7");
    check_seen("issue", BLANK, began_without_a_word, "I7");
    check_seen("issue", BLANK, began_for_one_who_left, "I7");
    check_seen("issue", BLANK, began_for_another_organisation, "I7");
}

static void began_on_the_own_card(struct sim_card *c)
{
    change("UPDATE job SET operator_uuid = '900000000132'"); /* Harry's, who was served */
    begun(c, "{\"identity_check\":\"passport seen\"}");
}

static void unknown_step(struct sim_card *c)
{
    char answer[128];
    must(text_format(answer, sizeof(answer), "{\"job\":\"%s\",\"step\":99}", job_of(c)),
         "too long");
    answered("/v1/jobs/x/steps", "{}", answer);
}

static void unknown_job(struct sim_card *c)
{
    (void)c;
    answered("/v1/jobs", "{}", "{\"job\":\"00000000000000000000000000000000\",\"step\":2}");
}

TEST(sim_check__a_job_on_the_operator_s_own_card_breaks_i8)
{
    check_seen("issue", BLANK, began_on_the_own_card, "I8");
}

static void emptied_answer(struct sim_card *c)
{
    change("UPDATE job_step SET answer = x''");
    begun(c, "{\"identity_check\":\"passport seen\"}");
}

TEST(sim_check__an_answer_that_was_not_kept_breaks_i9)
{
    check_seen("issue", BLANK, emptied_answer, "I9");
    check_seen("renew", AISHA, unknown_step, "I9");
    check_seen("renew", AISHA, unknown_job, "I9");
}

static void forgotten_by_signer(struct sim_card *c)
{
    struct issued_list *issued = &sim_signer()->issued;
    (void)c;
    for (size_t i = 0; i < issued->index.count; i++) {
        change_issued(&issued->entries[i], SPAN_NONE);
    }
}

TEST(sim_check__a_certificate_that_the_signer_forgot_breaks_i9)
{
    check_seen("renew", AISHA, forgotten_by_signer, "I9");
}

/* ---- PUKs, and what the audit tells of a run (sim_audit.h) ---- */

static void puk_in_data_base(struct sim_card *c)
{
    char sql[128];
    must(text_format(sql, sizeof(sql), "UPDATE person SET email = '%.8s'",
                     (const char *)c->card.memory.puk.bytes),
         "too long");
    change(sql);
}

static void puk_in_log(struct sim_card *c)
{
    char puk[9] = "";
    memcpy(puk, c->card.memory.puk.bytes, 8);
    log_write(LOG_LEVEL_INFO, "puk", LOG_FIELDS(LOG_TEXT("new", puk)));
}

static void puk_not_audited(struct sim_card *c)
{
    c->puks_ever = 1; /* a renewal asks for none, so no entry tells of one */
}

static void puk_kept(struct sim_card *c)
{
    (void)c;
    sim_reader_card(KATE)->puks_used = 1;
    renew_kate();
}

TEST(sim_check__a_puk_where_it_must_not_be_breaks_i10)
{
    check_seen("issue", BLANK, puk_in_data_base, "I10");
    check_seen("issue", BLANK, puk_in_log, "I10");
    check_seen("renew", AISHA, puk_not_audited, "I10");
    check_seen("renew", AISHA, puk_kept, "I10");
}

static void job_without_statement(struct sim_card *c)
{
    static uint8_t memory[AUDIT_LINE_MAX];
    struct buf line = BUF(memory);
    struct audit_head head = { 0 };
    struct audit_entry entry = { .at = 1780300800, .event = AUDIT_JOB_RESUMED };
    text_take(entry.job_id, sizeof(entry.job_id), job_of(c));
    must(audit_event_link(&head, &entry) == STATUS_OK &&
             audit_event_encode(&entry, &line) == STATUS_OK,
         "no entry");
    sim_audit_begin();
    sim_audit_see(buf_span(&line));
    sim_audit_end();
}

static void swept_without_entry(struct sim_card *c)
{
    (void)c;
    sim_audit_begin();
    sim_audit_check_swept("0123");
}

static void lie_about_kate(struct sim_card *c)
{
    (void)c;
    sim_reader_card(KATE)->card.options.lie = VCARD_LIE_ATTEST_KEY; /* and nobody asks it */
    renew_kate();
}

TEST(sim_check__a_receipt_for_a_card_that_lies_breaks_i1)
{
    check_seen("renew", AISHA, lie_about_kate, "I1");
}

TEST(sim_check__an_act_without_its_entry_breaks_i6)
{
    check_seen("renew", AISHA, job_without_statement, "I6");
    check_seen("renew", AISHA, swept_without_entry, "I6");
}

/* ---- intruders (sim_intruder.h): something that should stop them is taken away ---- */

static void nonces_forgotten(struct sim_card *c)
{
    (void)c;
    sim_intruder_enter();
    log_in_anew();
    change("DELETE FROM nonce");
    sim_intruder_replay();
}

static void end_forgotten(struct sim_card *c)
{
    (void)c;
    sim_intruder_enter();
    log_in_anew();
    pull_operator();
    change("UPDATE session SET ended_at = 0, end_reason = NULL");
    sim_intruder_replay();
}

static void revocation_forgotten(struct sim_card *c)
{
    (void)c;
    sim_intruder_enter();
    renew_kate();
    revocation_close(&sim_signer()->revoked[SIGNER_CONTENT_SIGNING]);
    for (int i = 0; i < 200; i++) {
        sim_intruder_knock();
    }
}

static void nothing_forgotten(struct sim_card *c)
{
    (void)c;
    sim_intruder_enter();
    renew_kate();
    for (int i = 0; i < 200; i++) {
        sim_intruder_knock();
    }
    sim_intruder_replay();
}

TEST(sim_check__an_intruder_who_comes_through_breaks_i8_i11_i13)
{
    check_seen("renew", AISHA, nonces_forgotten, "I8");
    check_seen("renew", AISHA, end_forgotten, "I11");
    check_seen("renew", AISHA, revocation_forgotten, "I13");
    check_seen("renew", AISHA, nothing_forgotten, "");
}
