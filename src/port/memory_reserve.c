/* SPDX-License-Identifier: Apache-2.0 */
#include "port/memory_reserve.h"

#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

static size_t len_of(void *ptr)
{
    return is_inside(ptr) ? *(size_t *)(void *)((uint8_t *)ptr - LEN_ROOM)
                          : malloc_usable_size(ptr);
}

static size_t whole_of(size_t len)
{
    return (LEN_ROOM + len + LEN_ROOM - 1) / LEN_ROOM * LEN_ROOM;
}

void *memory_reserve_take(size_t len)
{
    uint8_t *block = NULL;
    if (len > sizeof(room)) {
        return NULL;
    }
    size_t whole = whole_of(len);
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

void *memory_reserve_calloc(size_t count, size_t len)
{
    void *ptr = len == 0 || count <= SIZE_MAX / len ? memory_reserve_malloc(count * len) : NULL;
    if (ptr != NULL) {
        memset(ptr, 0, count * len);
    }
    return ptr;
}

void *memory_reserve_realloc(void *ptr, size_t len)
{
    void *other = memory_reserve_malloc(len);
    if (other == NULL || ptr == NULL) {
        return other;
    }
    size_t old = len_of(ptr);
    memcpy(other, ptr, old < len ? old : len);
    memory_reserve_free(ptr);
    return other;
}

char *memory_reserve_strdup(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = memory_reserve_malloc(len);
    return copy != NULL ? memcpy(copy, text, len) : NULL;
}

static void give_back(uint8_t *ptr)
{
    size_t len = len_of(ptr);
    wipe(ptr, len);
    blocks--;
    bool is_last = ptr - LEN_ROOM + whole_of(len) == room + used;
    if (blocks == 0) {
        used = 0;
    } else if (is_last) {
        used -= whole_of(len);
    }
}

void memory_reserve_free(void *ptr)
{
    if (!is_inside(ptr)) {
        memory_lock_wiping_free(ptr);
        return;
    }
    (void)pthread_mutex_lock(&lock);
    give_back(ptr);
    (void)pthread_mutex_unlock(&lock);
}
