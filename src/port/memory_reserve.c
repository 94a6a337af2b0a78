/* SPDX-License-Identifier: Apache-2.0 */
#include "port/memory_reserve.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/secret.h"
#include "port/memory_lock.h"

/* The length stands before each block, in room that keeps it aligned. */
enum { LEN_ROOM = 16 };

static _Alignas(16) uint8_t room[MEMORY_RESERVE_LEN];
static size_t used, blocks;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool is_inside(const void *ptr)
{
    uintptr_t at = (uintptr_t)ptr, start = (uintptr_t)room;
    return at >= start && at < start + sizeof(room);
}

void *memory_reserve_take(size_t len)
{
    uint8_t *block = NULL;
    if (len > sizeof(room)) {
        return NULL;
    }
    size_t whole = (LEN_ROOM + len + LEN_ROOM - 1) / LEN_ROOM * LEN_ROOM;
    (void)pthread_mutex_lock(&lock);
    if (whole <= sizeof(room) - used) {
        block = room + used + LEN_ROOM;
        *(size_t *)(void *)(room + used) = len;
        used += whole;
        blocks++;
    }
    (void)pthread_mutex_unlock(&lock);
    return block;
}

void *memory_reserve_malloc(size_t len)
{
    void *ptr = malloc(len);
    return ptr != NULL ? ptr : memory_reserve_take(len);
}

void memory_reserve_free(void *ptr)
{
    if (!is_inside(ptr)) {
        memory_lock_wiping_free(ptr);
        return;
    }
    (void)pthread_mutex_lock(&lock);
    wipe(ptr, *(size_t *)(void *)((uint8_t *)ptr - LEN_ROOM));
    blocks--;
    used = blocks == 0 ? 0 : used;
    (void)pthread_mutex_unlock(&lock);
}
