/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/issued.h"

enum status issued_open(struct issued_list *list, size_t capacity)
{
    *list = (struct issued_list){ .entries = calloc(capacity, sizeof(*list->entries)) };
    if (list->entries == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    enum status status = key_index_open(&list->index, capacity);
    if (status != STATUS_OK) {
        issued_close(list);
    }
    return status;
}

static void free_der(struct issued_entry *entry)
{
    free((void *)(uintptr_t)entry->der.ptr);
    entry->der = SPAN_NONE;
}

void issued_close(struct issued_list *list)
{
    for (size_t i = 0; list->entries != NULL && i < list->index.capacity; i++) {
        free_der(&list->entries[i]);
    }
    free(list->entries);
    key_index_close(&list->index);
    *list = (struct issued_list){ 0 };
}

const struct issued_entry *issued_find(const struct issued_list *list,
                                       const uint8_t key_hash[SIGNER_HASH_LEN])
{
    size_t slot;
    return key_index_find(&list->index, key_hash, &slot) ? &list->entries[slot] : NULL;
}

const struct issued_entry *issued_at(const struct issued_list *list, size_t index)
{
    const struct key_index *keys = &list->index;
    return index < keys->count ? &list->entries[(keys->oldest + index) % keys->capacity] : NULL;
}

enum status issued_add(struct issued_list *list, const struct issued_entry *entry)
{
    uint8_t *copy = malloc(entry->der.len > 0 ? entry->der.len : 1);
    if (copy == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    struct buf der = buf_of(copy, entry->der.len);
    buf_put(&der, entry->der);
    size_t slot = key_index_add(&list->index, entry->key_hash);
    free_der(&list->entries[slot]);
    list->entries[slot] = *entry;
    list->entries[slot].der = buf_span(&der);
    return STATUS_OK;
}
