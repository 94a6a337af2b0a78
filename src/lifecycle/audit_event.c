/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/audit_event.h"

#include <string.h>

#include "base/text.h"
#include "lifecycle/audit_json.h"

#define AUDIT_NAME_ROW(name, text) [AUDIT_##name] = (text),
static const char *const event_names[AUDIT_EVENT_MAX] = { [AUDIT_EVENT_INVALID] = "invalid",
                                                          AUDIT_EVENT_LIST(AUDIT_NAME_ROW) };

enum { EVENT_NAME_MAX = 40, STATUS_NAME_MAX = 40, FIELDS_MAX = 8192, CHAIN_MAX = 128 };

const char *audit_event_name(enum audit_event event)
{
    return (unsigned)event < AUDIT_EVENT_MAX ? event_names[event] : event_names[0];
}

bool audit_event_by_name(const char *name, enum audit_event *ret_event)
{
    for (unsigned i = AUDIT_EVENT_INVALID + 1; i < AUDIT_EVENT_MAX; i++) {
        if (text_equal(name, event_names[i])) {
            *ret_event = (enum audit_event)i;
            return true;
        }
    }
    return false;
}

static bool is_uuid_or_empty(const char *text)
{
    return text[0] == '\0' || text_is_digits(text, AUDIT_UUID_MAX - 1);
}

static bool is_id_or_empty(const char *text)
{
    size_t len = strlen(text);
    return len == 0 || (len == AUDIT_ID_MAX - 1 && strspn(text, "0123456789abcdef") == len);
}

/* Nothing that could break a line or a terminal. */
static bool is_printable(const char *text)
{
    char shown[AUDIT_DETAIL_MAX];
    text_print_safe(span_of_text(text), shown, sizeof(shown));
    return text_equal(shown, text);
}

static bool statement_is_whole(const struct audit_entry *entry)
{
    bool none = entry->statement.len == 0;
    bool same = (entry->signature.len == 0) == none && (entry->certificate.len == 0) == none;
    return same && entry->statement.len <= AUDIT_STATEMENT_MAX &&
           entry->signature.len <= AUDIT_SIGNATURE_MAX &&
           entry->certificate.len <= AUDIT_CERTIFICATE_MAX;
}

static bool is_terminated(const char *text, size_t max)
{
    return strnlen(text, max) < max;
}

static bool texts_end(const struct audit_entry *entry)
{
    return is_terminated(entry->actor_uuid, sizeof(entry->actor_uuid)) &&
           is_terminated(entry->actor_profile_id, sizeof(entry->actor_profile_id)) &&
           is_terminated(entry->subject_uuid, sizeof(entry->subject_uuid)) &&
           is_terminated(entry->card_id, sizeof(entry->card_id)) &&
           is_terminated(entry->job_id, sizeof(entry->job_id)) &&
           is_terminated(entry->detail, sizeof(entry->detail));
}

static bool entry_is_good(const struct audit_entry *entry)
{
    bool event = entry->event > AUDIT_EVENT_INVALID && entry->event < AUDIT_EVENT_MAX;
    return event && (unsigned)entry->status < STATUS_MAX && texts_end(entry) &&
           is_uuid_or_empty(entry->actor_uuid) && is_uuid_or_empty(entry->actor_profile_id) &&
           is_uuid_or_empty(entry->subject_uuid) && is_id_or_empty(entry->card_id) &&
           is_id_or_empty(entry->job_id) && is_printable(entry->detail) &&
           statement_is_whole(entry);
}

static void put_number_field(struct buf *out, uint64_t value)
{
    (void)(buf_put_u32(out, 8) && buf_put_u64(out, value));
}

static void put_text_field(struct buf *out, const char *text)
{
    (void)buf_put_field(out, span_of_text(text));
}

enum status audit_event_fields_hash(const struct audit_entry *entry,
                                    uint8_t ret_hash[AUDIT_HASH_LEN])
{
    uint8_t memory[FIELDS_MAX];
    struct buf fields = BUF(memory);
    if (!entry_is_good(entry)) {
        return STATUS_BAD_VALUE;
    }
    put_text_field(&fields, "cardwright audit fields v1");
    put_number_field(&fields, entry->sequence);
    put_number_field(&fields, (uint64_t)entry->at);
    put_text_field(&fields, entry->actor_uuid);
    put_text_field(&fields, entry->actor_profile_id);
    put_text_field(&fields, audit_event_name(entry->event));
    put_text_field(&fields, entry->subject_uuid);
    put_text_field(&fields, entry->card_id);
    put_text_field(&fields, entry->job_id);
    put_text_field(&fields, status_entry(entry->status)->name);
    put_text_field(&fields, entry->detail);
    (void)buf_put_field(&fields, entry->statement);
    (void)buf_put_field(&fields, entry->signature);
    (void)buf_put_field(&fields, entry->certificate);
    return fields.full ? STATUS_TOO_LARGE : digest_sha256(buf_span(&fields), ret_hash);
}

enum status audit_event_chain_hash(const uint8_t previous[AUDIT_HASH_LEN],
                                   const uint8_t fields_hash[AUDIT_HASH_LEN],
                                   uint8_t ret_hash[AUDIT_HASH_LEN])
{
    uint8_t memory[CHAIN_MAX];
    struct buf link = BUF(memory);
    put_text_field(&link, "cardwright audit entry v1");
    (void)buf_put_field(&link, span_of(previous, AUDIT_HASH_LEN));
    (void)buf_put_field(&link, span_of(fields_hash, AUDIT_HASH_LEN));
    return link.full ? STATUS_INTERNAL : digest_sha256(buf_span(&link), ret_hash);
}

enum status audit_event_hash(const struct audit_entry *entry, uint8_t ret_hash[AUDIT_HASH_LEN])
{
    uint8_t fields_hash[AUDIT_HASH_LEN];
    enum status status = audit_event_fields_hash(entry, fields_hash);
    if (status != STATUS_OK) {
        return status;
    }
    return audit_event_chain_hash(entry->previous_hash, fields_hash, ret_hash);
}

enum status audit_event_link(struct audit_head *head, struct audit_entry *entry)
{
    struct audit_entry linked = *entry;
    if (head->sequence >= INT64_MAX) {
        return STATUS_BAD_VALUE;
    }
    linked.sequence = head->sequence + 1;
    memcpy(linked.previous_hash, head->hash, AUDIT_HASH_LEN);
    enum status status = audit_event_hash(&linked, linked.hash);
    if (status != STATUS_OK) {
        return status;
    }
    *entry = linked;
    head->sequence = linked.sequence;
    memcpy(head->hash, linked.hash, AUDIT_HASH_LEN);
    return STATUS_OK;
}

enum audit_line_kind audit_event_line_kind(struct span line)
{
    if (span_starts(line, SPAN_TEXT("{\"type\":\"entry\","))) {
        return AUDIT_LINE_ENTRY;
    }
    return span_starts(line, SPAN_TEXT("{\"type\":\"checkpoint\",")) ? AUDIT_LINE_CHECKPOINT
                                                                     : AUDIT_LINE_OTHER;
}

enum status audit_event_encode(const struct audit_entry *entry, struct buf *ret_line)
{
    if (!entry_is_good(entry)) {
        return STATUS_BAD_VALUE;
    }
    struct audit_json line = audit_json_new("entry");
    audit_json_put_number(&line, "sequence", entry->sequence);
    audit_json_put_instant(&line, "at", entry->at);
    audit_json_put_text(&line, "actor", entry->actor_uuid);
    audit_json_put_text(&line, "profile", entry->actor_profile_id);
    audit_json_put_text(&line, "event", audit_event_name(entry->event));
    audit_json_put_text(&line, "subject", entry->subject_uuid);
    audit_json_put_text(&line, "card", entry->card_id);
    audit_json_put_text(&line, "job", entry->job_id);
    audit_json_put_text(&line, "status", status_entry(entry->status)->name);
    audit_json_put_text(&line, "detail", entry->detail);
    audit_json_put_hex(&line, "statement", entry->statement);
    audit_json_put_hex(&line, "signature", entry->signature);
    audit_json_put_hex(&line, "certificate", entry->certificate);
    audit_json_put_hex(&line, "previous", span_of(entry->previous_hash, AUDIT_HASH_LEN));
    audit_json_put_hex(&line, "hash", span_of(entry->hash, AUDIT_HASH_LEN));
    return audit_json_write(&line, ret_line);
}

static void get_hash(struct audit_json *line, const char *key, uint8_t ret_hash[AUDIT_HASH_LEN])
{
    uint8_t memory[AUDIT_HASH_LEN];
    struct buf hash = BUF(memory);
    audit_json_get_hex(line, key, &hash);
    if (hash.len != AUDIT_HASH_LEN) {
        line->status = line->status == STATUS_OK ? STATUS_AUDIT_BROKEN : line->status;
        return;
    }
    memcpy(ret_hash, memory, AUDIT_HASH_LEN);
}

static void get_names(struct audit_json *line, struct audit_entry *entry)
{
    char event[EVENT_NAME_MAX] = "";
    char status[STATUS_NAME_MAX] = "";
    audit_json_get_text(line, "event", event, sizeof(event));
    audit_json_get_text(line, "status", status, sizeof(status));
    bool known =
        audit_event_by_name(event, &entry->event) && status_by_name(status, &entry->status);
    if (!known && line->status == STATUS_OK) {
        line->status = STATUS_AUDIT_BROKEN;
    }
}

static struct span get_blob(struct audit_json *line, const char *key, struct buf memory)
{
    audit_json_get_hex(line, key, &memory);
    return buf_span(&memory);
}

static enum status read_members(struct span bytes, struct audit_memory *memory,
                                struct audit_entry *entry)
{
    struct audit_json line = audit_json_read(bytes, "entry");
    audit_json_get_number(&line, "sequence", &entry->sequence);
    audit_json_get_instant(&line, "at", &entry->at);
    audit_json_get_text(&line, "actor", entry->actor_uuid, sizeof(entry->actor_uuid));
    audit_json_get_text(&line, "profile", entry->actor_profile_id, sizeof(entry->actor_profile_id));
    audit_json_get_text(&line, "subject", entry->subject_uuid, sizeof(entry->subject_uuid));
    audit_json_get_text(&line, "card", entry->card_id, sizeof(entry->card_id));
    audit_json_get_text(&line, "job", entry->job_id, sizeof(entry->job_id));
    audit_json_get_text(&line, "detail", entry->detail, sizeof(entry->detail));
    get_names(&line, entry);
    entry->statement = get_blob(&line, "statement", BUF(memory->statement));
    entry->signature = get_blob(&line, "signature", BUF(memory->signature));
    entry->certificate = get_blob(&line, "certificate", BUF(memory->certificate));
    get_hash(&line, "previous", entry->previous_hash);
    get_hash(&line, "hash", entry->hash);
    return audit_json_end(&line);
}

/* What was read is spelled again: unknown members, spaces, another order, capital digits and other
 * escapes all differ then, and so does anything that entry_is_good refuses. */
enum status audit_event_decode(struct span line, struct audit_memory *memory,
                               struct audit_entry *ret_entry)
{
    uint8_t again[AUDIT_LINE_MAX];
    struct buf spelling = BUF(again);
    struct audit_entry entry = { 0 };
    if (line.len > AUDIT_LINE_MAX) {
        return STATUS_AUDIT_BROKEN;
    }
    enum status status = read_members(line, memory, &entry);
    if (status != STATUS_OK) {
        return status;
    }
    status = audit_event_encode(&entry, &spelling);
    if (status == STATUS_OUT_OF_MEMORY) {
        return status;
    }
    if (status != STATUS_OK || !audit_json_is_spelled(line, buf_span(&spelling))) {
        return STATUS_AUDIT_BROKEN;
    }
    *ret_entry = entry;
    return STATUS_OK;
}
