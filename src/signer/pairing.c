/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/pairing.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "signer/state_record.h"

/* 28 bytes, as card_identity.text shows of a fingerprint. */
enum { FINGERPRINT_SHOWN = 28, NAMES_MAX = 4 };

/* A name is a kind, a space, and the rest. */
static const char *const kinds[] = { "serial", "guid", "certificate" };

static const char *kind_of(const char *name)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        size_t len = strlen(kinds[i]);
        if (strncmp(name, kinds[i], len) == 0 && name[len] == ' ' && name[len + 1] != '\0') {
            return kinds[i];
        }
    }
    return NULL;
}

enum status pairing_open(struct pairing_set *set, size_t capacity)
{
    return key_index_open(&set->index, capacity);
}

void pairing_close(struct pairing_set *set)
{
    key_index_close(&set->index);
}

/* ---- what is known: the id with a name, and the id with a kind of name ---- */

static enum status key_of(const uint8_t *card_id, const char *text,
                          uint8_t ret_key[KEY_INDEX_KEY_LEN])
{
    uint8_t memory[KDF_CARD_ID_LEN + STATE_RECORD_NAME_MAX];
    struct buf message = BUF(memory);
    bool fits = buf_put(&message, span_of(card_id, KDF_CARD_ID_LEN)) &&
                buf_put(&message, span_of_text(text));
    return fits ? digest_sha256(buf_span(&message), ret_key) : STATUS_TOO_LARGE;
}

static bool knows(const struct pairing_set *set, const uint8_t *card_id, const char *text)
{
    uint8_t key[KEY_INDEX_KEY_LEN];
    size_t slot;
    return key_of(card_id, text, key) == STATUS_OK && key_index_find(&set->index, key, &slot);
}

static bool knows_card(const struct pairing_set *set, const uint8_t *card_id)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (knows(set, card_id, kinds[i])) {
            return true;
        }
    }
    return false;
}

static enum status add(struct pairing_set *set, const uint8_t *card_id, const char *text)
{
    uint8_t key[KEY_INDEX_KEY_LEN];
    size_t slot;
    bool full;
    enum status status = key_of(card_id, text, key);
    if (status != STATUS_OK || key_index_find(&set->index, key, &slot)) {
        return status;
    }
    (void)key_index_next(&set->index, &full);
    if (full) {
        return STATUS_OUT_OF_MEMORY; /* the oldest would be forgotten, and believed anew */
    }
    (void)key_index_add(&set->index, key);
    return STATUS_OK;
}

enum status pairing_restore(struct pairing_set *set, const uint8_t card_id[KDF_CARD_ID_LEN],
                            const char *name)
{
    const char *kind = kind_of(name);
    enum status status = kind != NULL ? add(set, card_id, kind) : STATUS_BAD_VALUE;
    return status == STATUS_OK ? add(set, card_id, name) : status;
}

static enum status learn(struct pairing_set *set, const uint8_t *card_id, const char *name,
                         struct buf *journal)
{
    if (knows(set, card_id, name)) {
        return STATUS_OK;
    }
    size_t start = journal->len;
    enum status status = state_record_put_paired(card_id, name, journal);
    if (status == STATUS_OK) {
        status = pairing_restore(set, card_id, name);
    }
    if (status != STATUS_OK) {
        journal->len = start;
    }
    return status;
}

/* ---- the names of a statement's card ---- */

struct names {
    char texts[NAMES_MAX][STATE_RECORD_NAME_MAX];
    size_t count;
};

static void add_name(struct names *names, const char *kind, struct span value)
{
    char hex[2 * SIGNER_HASH_LEN + 1];
    if (text_of_hex(value, hex, sizeof(hex)) &&
        text_format(names->texts[names->count], STATE_RECORD_NAME_MAX, "%s %s", kind, hex)) {
        names->count++;
    }
}

static void add_certificate(struct names *names, const uint8_t *fingerprint)
{
    static const uint8_t none[SIGNER_HASH_LEN];
    if (memcmp(fingerprint, none, sizeof(none)) != 0) {
        add_name(names, "certificate", span_of(fingerprint, FINGERPRINT_SHOWN));
    }
}

static void certificates_of(const struct statement *s, struct names *names)
{
    for (size_t i = 0; i < COUNT(s->old_certificates); i++) {
        add_certificate(names, s->old_certificates[i]);
    }
}

static void add_issued_guid(struct names *names, const struct statement *s)
{
    uint8_t guid[STATEMENT_GUID_LEN];
    if (text_equal(s->operation, "issue") && statement_guid(s->job, guid)) {
        add_name(names, "guid", SPAN_OF(guid));
    }
}

/* The same issue, cut before the card had a name of its own. */
static bool is_its_issue(const struct pairing_set *set, const uint8_t *card_id,
                         const struct statement *s)
{
    struct names names = { 0 };
    add_issued_guid(&names, s);
    return names.count == 1 && knows(set, card_id, names.texts[0]) &&
           !knows(set, card_id, "certificate");
}

enum status pairing_check(const struct pairing_set *set, const uint8_t card_id[KDF_CARD_ID_LEN],
                          const struct statement *s)
{
    struct names names = { 0 };
    const char *kind = kind_of(s->card);
    if (!knows_card(set, card_id) || (kind != NULL && knows(set, card_id, s->card))) {
        return STATUS_OK;
    }
    if (kind == NULL) {
        return is_its_issue(set, card_id, s) ? STATUS_OK : STATUS_STATEMENT_CARD;
    }
    /* A name of a kind that the id has already, and another one: another card. */
    if (knows(set, card_id, kind)) {
        return STATUS_STATEMENT_CARD;
    }
    certificates_of(s, &names);
    for (size_t i = 0; i < names.count; i++) {
        if (knows(set, card_id, names.texts[i])) {
            return STATUS_OK;
        }
    }
    return STATUS_STATEMENT_CARD;
}

enum status pairing_learn(struct pairing_set *set, const uint8_t card_id[KDF_CARD_ID_LEN],
                          const struct statement *s, struct buf *journal)
{
    struct names names = { 0 };
    bool first = !knows_card(set, card_id);
    enum status status = STATUS_OK;
    if (kind_of(s->card) != NULL && text_copy(names.texts[0], sizeof(names.texts[0]), s->card)) {
        names.count++;
    }
    if (first && !text_equal(s->operation, "issue")) {
        certificates_of(s, &names); /* later ones are learnt when they are made */
    } else if (first) {
        add_issued_guid(&names, s);
    }
    for (size_t i = 0; i < names.count && status == STATUS_OK; i++) {
        status = learn(set, card_id, names.texts[i], journal);
    }
    return status;
}

enum status pairing_learn_certificate(struct pairing_set *set,
                                      const uint8_t card_id[KDF_CARD_ID_LEN],
                                      const uint8_t fingerprint[SIGNER_HASH_LEN],
                                      struct buf *journal)
{
    struct names names = { 0 };
    add_certificate(&names, fingerprint);
    return names.count == 1 ? learn(set, card_id, names.texts[0], journal) : STATUS_BAD_VALUE;
}
