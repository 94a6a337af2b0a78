/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/revocation.h"

#include "base/text.h"

enum { ROOM_START = 64 };

void revocation_close(struct revocation_list *list)
{
    free(list->entries);
    free(list->slots);
    *list = (struct revocation_list){ 0 };
}

/* FNV-1a, 32 bits: serials are random, so anything that mixes will do. */
static size_t slot_start(const struct revocation_list *list, const char *serial)
{
    uint32_t hash = 2166136261u;
    for (const char *c = serial; *c != '\0'; c++) {
        hash = (hash ^ (uint8_t)*c) * 16777619u;
    }
    return hash % list->slots_count;
}

/* The slot that holds `serial`, or the free one where it belongs. The table is never full. */
static size_t slot_of(const struct revocation_list *list, const char *serial)
{
    size_t slot = slot_start(list, serial);
    while (list->slots[slot] != 0 &&
           !text_equal(list->entries[list->slots[slot] - 1].serial, serial)) {
        slot = (slot + 1) % list->slots_count;
    }
    return slot;
}

static enum status grow(struct revocation_list *list)
{
    size_t room = list->room == 0 ? ROOM_START : 2 * list->room;
    if (room > UINT32_MAX / 4) {
        return STATUS_OUT_OF_MEMORY;
    }
    uint32_t *slots = calloc(2 * room, sizeof(*slots));
    struct x509_crl_entry *entries = realloc(list->entries, room * sizeof(*entries));
    if (entries != NULL) {
        list->entries = entries;
    }
    if (slots == NULL || entries == NULL) {
        free(slots);
        return STATUS_OUT_OF_MEMORY;
    }
    free(list->slots);
    list->slots = slots;
    list->slots_count = 2 * room;
    list->room = room;
    for (size_t i = 0; i < list->count; i++) {
        slots[slot_of(list, entries[i].serial)] = (uint32_t)(i + 1);
    }
    return STATUS_OK;
}

const struct x509_crl_entry *revocation_find(const struct revocation_list *list, const char *serial)
{
    if (list->count == 0) {
        return NULL;
    }
    uint32_t found = list->slots[slot_of(list, serial)];
    return found == 0 ? NULL : &list->entries[found - 1];
}

/* True when `known` was changed. */
static bool merge_into(struct x509_crl_entry *known, const struct x509_crl_entry *entry)
{
    bool changed = false;
    if (entry->revoked_at < known->revoked_at) {
        known->revoked_at = entry->revoked_at;
        changed = true;
    }
    if (entry->reason == X509_REASON_KEY_COMPROMISE && known->reason != entry->reason) {
        known->reason = entry->reason;
        changed = true;
    }
    return changed;
}

static bool entry_is_good(const struct x509_crl_entry *entry)
{
    return x509_read_serial_is_good(entry->serial) && entry->reason != X509_REASON_HOLD &&
           entry->reason != X509_REASON_REMOVE;
}

enum status revocation_merge(struct revocation_list *list, const struct x509_crl_entry *entry,
                             bool *ret_changed, struct x509_crl_entry *ret_stored)
{
    if (!entry_is_good(entry)) {
        return STATUS_BAD_VALUE;
    }
    if (list->count == list->room) {
        enum status status = grow(list);
        if (status != STATUS_OK) {
            return status;
        }
    }
    size_t slot = slot_of(list, entry->serial);
    if (list->slots[slot] == 0) {
        list->entries[list->count] = *entry;
        list->count++;
        list->slots[slot] = (uint32_t)list->count;
        *ret_changed = true;
    } else {
        *ret_changed = merge_into(&list->entries[list->slots[slot] - 1], entry);
    }
    *ret_stored = list->entries[list->slots[slot] - 1];
    return STATUS_OK;
}

struct cursor {
    const struct revocation_list *list;
    size_t at;
};

static enum status next_entry(void *context, struct x509_crl_entry *ret_entry, bool *ret_end)
{
    struct cursor *cursor = context;
    *ret_end = cursor->at == cursor->list->count;
    if (!*ret_end) {
        *ret_entry = cursor->list->entries[cursor->at];
        cursor->at++;
    }
    return STATUS_OK;
}

enum status revocation_crl(const struct revocation_list *list,
                           const struct revocation_crl_options *options,
                           const struct private_key *key, struct buf *ret_der)
{
    struct cursor cursor = { .list = list };
    const struct x509_crl_options crl = {
        .issuer = options->issuer,
        .number = options->number,
        .this_update = options->now,
        .next_update = options->now + (instant)options->life_days * SECONDS_PER_DAY,
        .next = next_entry,
        .context = &cursor,
    };
    return x509_crl_build(&crl, key, ret_der);
}
