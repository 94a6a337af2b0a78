/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_file.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"
#include "base/text.h"

enum {
    FILES_MAX = 16,
    PATH_LEN = 512,
    REGIONS_MAX = 8,
    MAP_BOUNDARY = 64,
    LARGE_PAGE = 2 * 1024 * 1024
};

/* What a write or a cut took away: it comes back when the power fails. */
struct undo {
    struct undo *before;
    size_t at, len, file_len;
    uint8_t bytes[];
};

struct sim_file {
    char path[PATH_LEN];
    bool removed;
    uint8_t *bytes;
    size_t len, room;
    struct undo *undo;
    int readers;
    const struct sim_file_handle *writer; /* who has more than a shared lock */
    int slot_readers[SIM_FILE_SLOTS];
    bool slot_taken[SIM_FILE_SLOTS];
    int mappers;
    void *regions[REGIONS_MAX];
};

static struct sim_file files[FILES_MAX];
static size_t files_count;

/* Not malloc: what a run lets fail (sim_lack.h) is the programs' memory, not the world's. */
static void *take_memory(size_t len, size_t boundary)
{
    void *memory = aligned_alloc(boundary, (len + boundary - 1) / boundary * boundary);
    REQUIRE(memory != NULL);
    return memory;
}

/* ---- which there are ---- */

static struct sim_file *find(const char *path)
{
    for (size_t i = 0; i < files_count; i++) {
        if (text_equal(files[i].path, path)) {
            return &files[i];
        }
    }
    return NULL;
}

/* In large pages, of which the system gives one at a time: a log is written once, all over. */
static void move_to(struct sim_file *file, size_t room)
{
    uint8_t *bytes = take_memory(room, LARGE_PAGE);
    (void)madvise(bytes, room, MADV_HUGEPAGE);
    if (file->len > 0) {
        memcpy(bytes, file->bytes, file->len);
    }
    free(file->bytes);
    file->bytes = bytes;
    file->room = room;
}

static void make_room(struct sim_file *file, size_t len)
{
    size_t room = file->room > 0 ? file->room : LARGE_PAGE;
    while (room < len) {
        room *= 2;
    }
    if (room > file->room) {
        move_to(file, room);
    }
}

void sim_file_part(void)
{
    for (size_t i = 0; i < files_count; i++) {
        if (files[i].room > 0) {
            move_to(&files[i], files[i].room);
        }
    }
}

static bool take_real(struct sim_file *file)
{
    uint8_t part[4096];
    size_t got;
    FILE *real = fopen(file->path, "rb");
    if (real == NULL) {
        return false;
    }
    while ((got = fread(part, 1, sizeof(part), real)) > 0) {
        make_room(file, file->len + got);
        memcpy(file->bytes + file->len, part, got);
        file->len += got;
    }
    (void)fclose(real);
    return true;
}

struct sim_file *sim_file_open(const char *path, bool create)
{
    struct sim_file *file = find(path);
    if (file == NULL) {
        REQUIRE(files_count < FILES_MAX);
        file = &files[files_count++];
        text_take(file->path, sizeof(file->path), path);
        file->removed = !take_real(file);
    }
    if (file->removed && !create) {
        return NULL;
    }
    file->removed = false;
    return file;
}

bool sim_file_exists(const char *path)
{
    return sim_file_open(path, false) != NULL;
}

static void forget_undo(struct sim_file *file)
{
    while (file->undo != NULL) {
        struct undo *undo = file->undo;
        file->undo = undo->before;
        free(undo);
    }
}

void sim_file_remove(const char *path)
{
    struct sim_file *file = sim_file_open(path, false);
    if (file != NULL) {
        file->removed = true;
        file->len = 0;
        forget_undo(file);
    }
}

/* ---- reading and writing ---- */

size_t sim_file_len(const struct sim_file *file)
{
    return file->len;
}

size_t sim_file_read(const struct sim_file *file, uint8_t *ret_bytes, size_t len, size_t at)
{
    size_t there = at < file->len ? file->len - at : 0;
    size_t got = there < len ? there : len;
    if (got > 0) {
        memcpy(ret_bytes, file->bytes + at, got);
    }
    memset(ret_bytes + got, 0, len - got);
    return got;
}

static void remember(struct sim_file *file, size_t at, size_t len)
{
    size_t there = at < file->len ? file->len - at : 0;
    size_t kept = there < len ? there : len;
    struct undo *undo = take_memory(sizeof(*undo) + kept, sizeof(*undo));
    *undo = (struct undo){ .before = file->undo, .at = at, .len = kept, .file_len = file->len };
    if (kept > 0) {
        memcpy(undo->bytes, file->bytes + at, kept);
    }
    file->undo = undo;
}

void sim_file_write(struct sim_file *file, const uint8_t *bytes, size_t len, size_t at)
{
    remember(file, at, len);
    make_room(file, at + len);
    if (at > file->len) {
        memset(file->bytes + file->len, 0, at - file->len);
    }
    memcpy(file->bytes + at, bytes, len);
    file->len = at + len > file->len ? at + len : file->len;
}

void sim_file_truncate(struct sim_file *file, size_t len)
{
    if (len < file->len) {
        remember(file, len, file->len - len);
        file->len = len;
    }
}

size_t sim_file_count(void)
{
    return files_count;
}

struct span sim_file_content(size_t index)
{
    return span_of(files[index].bytes, files[index].len);
}

void sim_file_sync(struct sim_file *file)
{
    forget_undo(file);
}

static void lose(struct sim_file *file)
{
    for (const struct undo *undo = file->undo; undo != NULL; undo = undo->before) {
        file->len = undo->file_len;
        memcpy(file->bytes + undo->at, undo->bytes, undo->len);
    }
    forget_undo(file);
}

void sim_file_lose_unsynced(void)
{
    for (size_t i = 0; i < files_count; i++) {
        lose(&files[i]);
    }
}

/* ---- locks: sqlite.org/lockingv3.html, 3 ---- */

bool sim_file_lock(struct sim_file_handle *handle, int lock)
{
    struct sim_file *file = handle->file;
    if (lock <= handle->lock) {
        return true;
    }
    if (file->writer != NULL && file->writer != handle &&
        (lock > SQLITE_LOCK_SHARED || file->writer->lock >= SQLITE_LOCK_PENDING)) {
        return false;
    }
    if (handle->lock == SQLITE_LOCK_NONE) {
        file->readers++;
    }
    if (lock > SQLITE_LOCK_SHARED) {
        file->writer = handle;
    }
    bool must_wait = lock == SQLITE_LOCK_EXCLUSIVE && file->readers > 1;
    handle->lock = must_wait ? SQLITE_LOCK_PENDING : lock;
    return !must_wait;
}

void sim_file_unlock(struct sim_file_handle *handle, int lock)
{
    struct sim_file *file = handle->file;
    if (lock >= handle->lock) {
        return;
    }
    if (file->writer == handle) {
        file->writer = NULL;
    }
    if (lock == SQLITE_LOCK_NONE) {
        file->readers--;
    }
    handle->lock = lock;
}

bool sim_file_is_reserved(const struct sim_file_handle *handle)
{
    return handle->file->writer != NULL;
}

/* ---- shared memory and its locks: sqlite.org/walformat.html, 2 ---- */

void *sim_file_map(struct sim_file_handle *handle, unsigned region, size_t len)
{
    struct sim_file *file = handle->file;
    REQUIRE(region < REGIONS_MAX);
    if (!handle->maps) {
        handle->maps = true;
        file->mappers++;
    }
    if (file->regions[region] == NULL) {
        file->regions[region] = take_memory(len, MAP_BOUNDARY);
        memset(file->regions[region], 0, len);
    }
    return file->regions[region];
}

void sim_file_unmap(struct sim_file_handle *handle)
{
    struct sim_file *file = handle->file;
    if (!handle->maps) {
        return;
    }
    handle->maps = false;
    if (--file->mappers == 0) {
        for (unsigned i = 0; i < REGIONS_MAX; i++) {
            free(file->regions[i]);
            file->regions[i] = NULL;
        }
    }
}

static bool is_free(const struct sim_file_handle *handle, unsigned slot, bool exclusive)
{
    const struct sim_file *file = handle->file;
    int others = file->slot_readers[slot] - (handle->shared[slot] ? 1 : 0);
    return (!file->slot_taken[slot] || handle->exclusive[slot]) && (!exclusive || others == 0);
}

bool sim_file_slots_lock(struct sim_file_handle *handle, unsigned first, unsigned count,
                         bool exclusive)
{
    for (unsigned slot = first; slot < first + count; slot++) {
        if (!is_free(handle, slot, exclusive)) {
            return false;
        }
    }
    for (unsigned slot = first; slot < first + count; slot++) {
        if (exclusive) {
            handle->exclusive[slot] = handle->file->slot_taken[slot] = true;
        } else if (!handle->shared[slot]) {
            handle->shared[slot] = true;
            handle->file->slot_readers[slot]++;
        }
    }
    return true;
}

void sim_file_slots_unlock(struct sim_file_handle *handle, unsigned first, unsigned count)
{
    for (unsigned slot = first; slot < first + count; slot++) {
        if (handle->exclusive[slot]) {
            handle->exclusive[slot] = handle->file->slot_taken[slot] = false;
        }
        if (handle->shared[slot]) {
            handle->shared[slot] = false;
            handle->file->slot_readers[slot]--;
        }
    }
}
