/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/key_index.h"

#include "base/check.h"

enum status key_index_open(struct key_index *index, size_t capacity)
{
    REQUIRE(capacity > 0 && capacity <= KEY_INDEX_CAPACITY_MAX);
    *index = (struct key_index){
        .capacity = capacity,
        .heads = calloc(capacity, sizeof(*index->heads)),
        .nexts = calloc(capacity, sizeof(*index->nexts)),
        .keys = calloc(capacity, sizeof(*index->keys)),
    };
    if (index->heads == NULL || index->nexts == NULL || index->keys == NULL) {
        key_index_close(index);
        return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

void key_index_close(struct key_index *index)
{
    free(index->heads);
    free(index->nexts);
    free(index->keys);
    *index = (struct key_index){ 0 };
}

static size_t chain_of(const struct key_index *index, const uint8_t *key)
{
    uint32_t value = 0;
    struct reader in = reader_of(span_of(key, KEY_INDEX_KEY_LEN));
    REQUIRE(reader_u32(&in, &value));
    return value % index->capacity;
}

bool key_index_find(const struct key_index *index, const uint8_t key[KEY_INDEX_KEY_LEN],
                    size_t *ret_slot)
{
    uint32_t at = index->heads[chain_of(index, key)];
    while (at != 0 && memcmp(index->keys[at - 1], key, KEY_INDEX_KEY_LEN) != 0) {
        at = index->nexts[at - 1];
    }
    if (at != 0) {
        *ret_slot = at - 1;
    }
    return at != 0;
}

static void unlink_slot(struct key_index *index, size_t slot)
{
    uint32_t *at = &index->heads[chain_of(index, index->keys[slot])];
    while (*at != slot + 1) {
        REQUIRE(*at != 0);
        at = &index->nexts[*at - 1];
    }
    *at = index->nexts[slot];
}

size_t key_index_next(const struct key_index *index, bool *ret_used)
{
    *ret_used = index->count == index->capacity;
    return (index->oldest + index->count) % index->capacity;
}

size_t key_index_add(struct key_index *index, const uint8_t key[KEY_INDEX_KEY_LEN])
{
    bool used;
    size_t slot = key_index_next(index, &used);
    if (used) {
        unlink_slot(index, slot);
        index->oldest = (index->oldest + 1) % index->capacity;
        index->count--;
    }
    memcpy(index->keys[slot], key, KEY_INDEX_KEY_LEN);
    uint32_t *head = &index->heads[chain_of(index, key)];
    index->nexts[slot] = *head;
    *head = (uint32_t)slot + 1;
    index->count++;
    return slot;
}
