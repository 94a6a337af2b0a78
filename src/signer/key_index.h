/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* key_index: finds a slot by a 32-byte key; keeps the newest `capacity` keys.
 *
 *     key_index_open(&index, 4096);
 *     size_t slot = key_index_add(&index, key);      records[slot] = ...
 *     if (key_index_find(&index, key, &slot)) { records[slot] }
 *     key_index_close(&index);
 *
 * A ring with a hash over it: when it is full, adding takes the oldest key's slot. Keys are hashes
 * or MACs already, so their first bytes choose the chain. The caller owns what the slots stand for.
 * Memory: allocated at open, about 40 bytes a slot. Errors: STATUS_OUT_OF_MEMORY.
 * Tests: test/unit/signer/test_key_index.c */
enum { KEY_INDEX_KEY_LEN = 32, KEY_INDEX_CAPACITY_MAX = 1 << 24 };

struct key_index {
    size_t capacity, count, oldest;
    /* Slots from 1, 0 ends a chain: memory that is never used is never touched. */
    uint32_t *heads; /* first of a chain */
    uint32_t *nexts; /* next of the same chain */
    uint8_t (*keys)[KEY_INDEX_KEY_LEN];
};

MUST_USE enum status key_index_open(struct key_index *index, size_t capacity);
/* Accepts one that is closed or all zero. */
void key_index_close(struct key_index *index);
MUST_USE bool key_index_find(const struct key_index *index, const uint8_t key[KEY_INDEX_KEY_LEN],
                             size_t *ret_slot);
/* The key must not be there yet. */
size_t key_index_add(struct key_index *index, const uint8_t key[KEY_INDEX_KEY_LEN]);
/* The slot that the next add takes; `*ret_used`: it holds the oldest key. */
size_t key_index_next(const struct key_index *index, bool *ret_used);
