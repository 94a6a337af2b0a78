/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/cipher.h"
#include "crypto/digest.h"
#include "crypto/kdf.h"
#include "lifecycle/audit_verify.h"
#include "piv/spare_slot.h"
#include "port/clock_read.h"
#include "server/accounts.h"
#include "server/audit.h"
#include "server/server.h"
#include "signer/signer.h"
#include "sim/sim_act.h"
#include "sim/sim_audit.h"
#include "sim/sim_broken.h"
#include "sim/sim_file.h"
#include "sim/sim_issued.h"
#include "sim/sim_kept.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"

enum { CERTIFICATES_MAX = 64, CHUID = 0x5FC102 };

static const struct {
    const char *purpose;
    uint8_t slot;
} pair[2] = { { "authentication", 0x9A }, { "content_signing", 0x9C } };

/* ---- what a card truly holds ---- */

static bool key_fits(struct vcard *card, size_t index)
{
    struct span der = sim_reader_certificate(card, pair[index].slot);
    const struct vcard_key *key = vcard_key_slot(card, pair[index].slot);
    if (der.len == 0 || key == NULL || key->algorithm == 0) {
        return false;
    }
    struct span bytes = vcard_key_public(key);
    return memmem(der.ptr, der.len, bytes.ptr, bytes.len) != NULL;
}

static bool passcode_is_known(const struct sim_card *c)
{
    bool known = vcard_pin_is(&c->card, c->passcode);
    for (size_t i = 0; i < c->possible_count && !known; i++) {
        known = vcard_pin_is(&c->card, c->possible[i]);
    }
    return known;
}

bool sim_check_works(struct sim_card *card)
{
    return passcode_is_known(card) && key_fits(&card->card, 0) && key_fits(&card->card, 1);
}

/* ---- against the directory ---- */

struct looked {
    struct card_record record;
    struct certificate_record list[CERTIFICATES_MAX];
    size_t count;
};

static void check_current(const struct looked *l, const struct sim_card *c, size_t index)
{
    size_t current = 0;
    uint8_t fingerprint[DIGEST_SHA256_LEN];
    struct span der = sim_reader_certificate(&c->card, pair[index].slot);
    for (size_t i = 0; i < l->count; i++) {
        if (!text_equal(l->list[i].purpose, pair[index].purpose) ||
            !text_equal(l->list[i].state, "current")) {
            continue;
        }
        current++;
        bool same = der.len > 0 && digest_sha256(der, fingerprint) == STATUS_OK &&
                    memcmp(fingerprint, l->list[i].fingerprint, sizeof(fingerprint)) == 0;
        if (!same) {
            sim_story_break("I3", "%s: the current %s certificate is not the one on the card",
                            c->name, pair[index].purpose);
        }
    }
    if (current != 1) {
        sim_story_break("I3", "%s: %zu current %s certificates", c->name, current,
                        pair[index].purpose);
    }
}

static bool card_id_of(const struct card_record *record, uint8_t ret_id[KDF_CARD_ID_LEN])
{
    struct buf id = buf_of(ret_id, KDF_CARD_ID_LEN);
    return text_parse_hex(record->id, &id) && id.len == KDF_CARD_ID_LEN;
}

static void check_secrets(const struct looked *l, const struct sim_card *c)
{
    const struct vcard_memory *memory = &c->card.memory;
    const struct secret *master = &sim_signer()->keys.master;
    uint8_t id[KDF_CARD_ID_LEN];
    char text[KDF_PUK_LEN + 1] = "";
    struct secret puk = { 0 }, key = { 0 };
    if (!card_id_of(&l->record, id)) {
        sim_story_break("I9", "%s: the directory holds no card id", c->name);
        return;
    }
    if (l->record.puk_version > 0 &&
        kdf_card_puk(master, id, l->record.puk_version, &puk) == STATUS_OK) {
        memcpy(text, puk.bytes, KDF_PUK_LEN);
        if (!vcard_puk_is(&c->card, text)) {
            sim_story_break("I4", "%s: the card's PUK is not version %u", c->name,
                            l->record.puk_version);
        }
    }
    enum management_algorithm algorithm = (enum management_algorithm)memory->management_algorithm;
    if (l->record.management_key_version > 0 &&
        kdf_card_management_key(master, id, l->record.management_key_version, algorithm, &key) ==
            STATUS_OK &&
        (key.len != memory->management_len ||
         memcmp(key.bytes, memory->management_key, key.len) != 0)) {
        sim_story_break("I4", "%s: the card's management key is not version %u", c->name,
                        l->record.management_key_version);
    }
    if (memory->puk.tries_left == 0) {
        sim_story_break("I4", "%s: the PUK is blocked", c->name);
    }
}

/* By the GUID in its CHUID. */
static bool is_record_of(const struct card_record *record, const struct sim_card *c)
{
    const struct vcard_object *chuid = &c->card.memory.objects[vcard_object_index(CHUID)];
    uint8_t memory[STATEMENT_GUID_LEN];
    struct buf guid = BUF(memory);
    return text_parse_hex(record->guid, &guid) && guid.len == sizeof(memory) && chuid->present &&
           memmem(chuid->bytes, chuid->len, memory, sizeof(memory)) != NULL;
}

static bool look_up(const struct sim_card *c, struct looked *ret_looked)
{
    struct card_record list[4];
    struct store *store = sim_server()->store;
    size_t count = 0;
    if (store_card_of_person(store, c->person, list, COUNT(list), &count) != STATUS_OK ||
        count == 0) {
        return false;
    }
    ret_looked->record = list[0];
    for (size_t i = 1; i < count; i++) { /* the second card of a person */
        if (is_record_of(&list[i], c)) {
            ret_looked->record = list[i];
        }
    }
    return store_certificate_of_card(store, ret_looked->record.id, ret_looked->list,
                                     CERTIFICATES_MAX, &ret_looked->count) == STATUS_OK;
}

/* A key that was set aside could be used for ever, and nobody would know. */
static void check_spares(struct sim_card *c)
{
    for (size_t i = 0; i < COUNT(pair); i++) {
        const uint8_t spares[] = { spare_slot_new(pair[i].slot), spare_slot_aside(pair[i].slot) };
        for (size_t k = 0; k < COUNT(spares); k++) {
            const struct vcard_key *key = vcard_key_slot(&c->card, spares[k]);
            if (key != NULL && key->algorithm != 0) {
                sim_story_break("I4", "%s: a key is left in %02X", c->name, spares[k]);
            }
        }
    }
}

static void check_card(struct sim_card *c)
{
    static struct looked looked;
    if (!look_up(c, &looked)) {
        if (!c->is_blank) {
            sim_story_break("I9", "%s's card has gone from the directory", c->name);
        }
        return;
    }
    for (size_t i = 0; i < COUNT(pair); i++) {
        if (!key_fits(&c->card, i)) {
            sim_story_break("I4", "%s: the key in %02X does not belong to its certificate", c->name,
                            pair[i].slot);
        }
        if (!sim_broken_signs(&c->card, pair[i].slot)) {
            sim_story_break("I3", "%s: the key in %02X does not sign", c->name, pair[i].slot);
        }
        check_current(&looked, c, i);
    }
    if (!passcode_is_known(c)) {
        sim_story_break("I4", "%s: nobody knows the passcode", c->name);
    }
    check_spares(c);
    check_secrets(&looked, c);
}

static bool is_of_lost(const char *card_id)
{
    static struct looked looked;
    for (size_t i = 0; i < sim_reader_cards(); i++) {
        const struct sim_card *c = sim_reader_card(i);
        if (c->is_lost && look_up(c, &looked) && text_equal(looked.record.id, card_id)) {
            return true;
        }
    }
    return false;
}

/* Also of a card that was taken for another one since. */
static void check_jobs(void)
{
    struct job_summary list[8];
    size_t count = 0;
    if (store_job_open_list(sim_server()->store, list, COUNT(list), &count) != STATUS_OK) {
        sim_story_break("I4", "the open jobs cannot be listed");
    }
    for (size_t i = 0; i < count; i++) {
        if (is_of_lost(list[i].card_id)) {
            continue;
        }
        sim_story_break("I4", "a job stays open: %s, %s, card %s", list[i].service, list[i].phase,
                        list[i].card_id);
    }
}

/* ---- certificates, receipts, audit ---- */

static enum status take_account(void *context, const struct account *account)
{
    (void)context;
    sim_kept_see(account->certificate);
    if (!accounting_is_explained(account->why)) {
        sim_story_break("I5", "certificate %s of card %s: %s", account->certificate->serial,
                        account->card->id, accounting_text(account->why));
    }
    return STATUS_OK;
}

void sim_check_accounts(void)
{
    struct accounting_rules rules;
    struct server *server = sim_server();
    if (server == NULL) {
        return; /* sim_check_all says so, if it is still down when all is calm */
    }
    enum status status = accounts_rules(server->store, clock_read_now(), &rules);
    if (status == STATUS_OK) {
        sim_kept_begin();
        status = accounts_walk(server->store, &rules, take_account, NULL);
    }
    if (status == STATUS_OK) {
        sim_kept_end();
    } else {
        sim_story_break("I5", "the certificates cannot be accounted for: %s",
                        status_entry(status)->name);
    }
}

/* What a job was given, the signer knows for as long as it lives. */
static bool signer_knows(const struct certificate_record *certificate)
{
    const struct issued_list *issued = &sim_signer()->issued;
    struct span der = span_of(certificate->der, certificate->der_len);
    for (size_t i = 0; i < issued->index.count; i++) {
        if (span_equal(issued->entries[i].der, der)) {
            return true;
        }
    }
    return false;
}

static enum status take_certificate(void *context, const struct account *account)
{
    const struct certificate_record *certificate = account->certificate;
    (void)context;
    if (certificate->job_id[0] != '\0' && !signer_knows(certificate)) {
        sim_story_break("I9", "the signer does not remember certificate %s", certificate->serial);
    }
    if (text_equal(certificate->state, "unproved")) {
        sim_story_break("I5", "certificate %s stays unproved", certificate->serial);
    }
    if (sim_kept_was_doubted(certificate->serial)) {
        sim_audit_check_swept(certificate->serial);
    }
    return STATUS_OK;
}

/* In the end: signer and audit know of each. */
static void check_certificates(void)
{
    struct accounting_rules rules;
    struct store *store = sim_server()->store;
    if (accounts_rules(store, clock_read_now(), &rules) != STATUS_OK ||
        accounts_walk(store, &rules, take_certificate, NULL) != STATUS_OK) {
        sim_story_break("I9", "the certificates cannot be read");
    }
}

static void check_issued(void)
{
    const struct signer *signer = sim_signer();
    struct certificate_record record;
    for (size_t i = 0; i < signer->issued.index.count; i++) {
        const struct issued_entry *entry = &signer->issued.entries[i];
        uint8_t fingerprint[DIGEST_SHA256_LEN];
        if (entry->der.len == 0 || digest_sha256(entry->der, fingerprint) != STATUS_OK) {
            continue;
        }
        enum status status =
            store_certificate_by_fingerprint(sim_server()->store, SPAN_OF(fingerprint), &record);
        if (status != STATUS_OK) {
            sim_story_break("I5", "a certificate for %s stands in no record", entry->person);
        } else if (text_equal(record.state, "pending")) {
            sim_story_break("I5", "certificate %s stays pending", record.serial);
        }
    }
}

static void check_guarded(void)
{
    sim_story_look_guarded(sim_story_text(), "a log");
    for (size_t i = 0; i < sim_file_count(); i++) {
        sim_story_look_guarded(sim_file_content(i), "the data base");
    }
}

/* I5: those whose keys the card lost on the way are revoked with the commit. */
static void check_settled(struct store *store, const struct job_record *job)
{
    static struct certificate_record list[CERTIFICATES_MAX];
    size_t count = 0;
    if (store_certificate_of_card(store, job->card_id, list, CERTIFICATES_MAX, &count) !=
        STATUS_OK) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (text_equal(list[i].job_id, job->id) && text_equal(list[i].state, "pending")) {
            sim_story_break("I5", "job %s is committed, and its certificate %s is pending", job->id,
                            list[i].serial);
        }
    }
}

void sim_check_receipt(const char *id)
{
    struct job_record job;
    struct server *server = sim_server();
    if (server == NULL) {
        return;
    }
    if (store_job_get(server->store, id, &job) != STATUS_OK ||
        !text_equal(job.result, "committed")) {
        sim_story_break("I9", "a receipt is out for job %s, which is not committed", id);
        return;
    }
    check_settled(server->store, &job);
}

static void check_receipts(void)
{
    for (size_t i = 0; i < sim_act_receipts(); i++) {
        sim_check_receipt(sim_act_receipt(i));
    }
}

static enum status verify_lines(struct audit_verify *v, struct store *store, uint64_t last)
{
    static uint8_t memory[AUDIT_LINE_MAX];
    enum status status = STATUS_OK;
    for (uint64_t n = 1; n <= last && status == STATUS_OK; n++) {
        struct buf line = BUF(memory);
        struct audit_checkpoint checkpoint;
        status = store_audit_line(store, n, &line);
        if (status == STATUS_OK) {
            audit_verify_line(v, buf_span(&line));
            sim_audit_see(buf_span(&line));
        }
        buf_clear(&line);
        if (status == STATUS_OK && store_audit_checkpoint_at(store, n, &checkpoint) == STATUS_OK &&
            audit_checkpoint_encode(&checkpoint, &line) == STATUS_OK) {
            audit_verify_line(v, buf_span(&line));
        }
    }
    return status;
}

static void check_audit(void)
{
    static struct audit_verify v;
    static struct x509_info audit;
    struct server *server = sim_server();
    struct audit_head head;
    const struct signer_keys *keys = &sim_signer()->keys;
    const struct span cas[] = { server_ca_der(server, SERVER_CA_AUTHENTICATION),
                                server_ca_der(server, SERVER_CA_SIGNING) };
    enum status status = audit_checkpoint_now(server);
    if (status == STATUS_OK) {
        status = x509_read(span_of(keys->audit_der, keys->audit_len), &audit);
    }
    if (status == STATUS_OK) {
        status = store_audit_head(server->store, &head);
    }
    const struct audit_verify_options options = {
        .keys = &audit.key, .keys_count = 1, .cas = cas, .cas_count = COUNT(cas)
    };
    audit_verify_init(&v, &options);
    sim_audit_begin();
    if (status == STATUS_OK) {
        status = verify_lines(&v, server->store, head.sequence);
    }
    if (status == STATUS_OK) {
        status = audit_verify_end(&v);
    }
    if (status != STATUS_OK) {
        sim_story_break("I6", "the audit: %s, entry %llu: %s", status_entry(status)->name,
                        (unsigned long long)v.bad_sequence, audit_verify_fault_text(v.fault));
    }
}

void sim_check_all(void)
{
    static struct looked looked;
    if (sim_server() == NULL) {
        sim_story_break("I9", "the server does not start any more");
        return;
    }
    for (size_t i = 0; i < sim_reader_cards(); i++) {
        struct sim_card *c = sim_reader_card(i);
        if (c->served && !c->is_lost) {
            check_card(c);
        }
    }
    check_jobs();
    check_issued();
    sim_issued_check(&sim_signer()->issued);
    check_receipts();
    sim_check_accounts();
    check_audit();
    sim_audit_end();
    check_certificates();
    for (size_t i = 0; i < sim_reader_cards(); i++) {
        struct sim_card *c = sim_reader_card(i);
        if (c->puks_ever > 0 && look_up(c, &looked)) {
            sim_audit_check_puk(looked.record.id, c->name);
        }
    }
    check_guarded();
    if (store_check(sim_server()->store) != STATUS_OK) {
        sim_story_break("I9", "the data base is damaged");
    }
}

/* ---- afterwards ---- */

/* I12: of somebody who asked for it nothing can be found by the name. */
static void check_erased(const struct sim_card *c)
{
    static struct person_record found[8];
    size_t count = 0;
    struct store *store = sim_server()->store;
    const char *family = strrchr(c->name, ' ') + 1;
    if (store_person_erase(store, c->person, clock_read_now()) != STATUS_OK ||
        store_person_find(store, family, found, COUNT(found), &count) != STATUS_OK) {
        sim_story_break("I12", "%s cannot be erased", c->name);
    }
    for (size_t i = 0; i < count; i++) {
        if (text_equal(found[i].uuid, c->person)) {
            sim_story_break("I12", "%s was erased, and is found by the name", c->name);
        }
    }
}

/* I12: a card is reported lost. What was revoked before stays as it was. */
static void check_lost(const struct sim_card *c)
{
    static struct looked looked;
    struct store *store = sim_server()->store;
    bool known = look_up(c, &looked);
    for (size_t i = 0; known && i < looked.count; i++) {
        const struct certificate_move move = { .serial = looked.list[i].serial,
                                               .from_state = looked.list[i].state,
                                               .to_state = "revoked",
                                               .at = clock_read_now(),
                                               .revocation_reason = "key_compromise" };
        (void)(store_certificate_move(store, &move) == STATUS_OK);
    }
}

void sim_check_afterwards(void)
{
    const struct sim_card *c = NULL;
    for (size_t i = 0; i < sim_reader_cards() && sim_server() != NULL; i++) {
        const struct sim_card *at = sim_reader_card(i);
        c = at->served && !at->is_operator && !at->is_lost ? at : c;
    }
    if (c != NULL) {
        check_lost(c);
        check_erased(c);
        sim_check_accounts();
    }
}
