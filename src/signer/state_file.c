/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "port/file_write.h"

enum { PATH_TEXT_MAX = 1024 };

static bool path_of(const char *directory, const char *name, char ret_path[PATH_TEXT_MAX])
{
    return text_format(ret_path, PATH_TEXT_MAX, "%s/state/%s", directory, name);
}

enum status state_file_create(const char *directory)
{
    char journal[PATH_TEXT_MAX], head[PATH_TEXT_MAX];
    uint8_t slots[STATE_HEAD_SLOTS * STATE_HEAD_LEN] = { 0 };
    if (!path_of(directory, "journal", journal) || !path_of(directory, "head", head)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = state_record_head_encode(&(struct state_head){ .count = 1 }, slots);
    if (status == STATUS_OK) {
        status = file_write_new(journal, SPAN_NONE, 0600);
    }
    return status == STATUS_OK ? file_write_new(head, SPAN_OF(slots), 0600) : status;
}

static enum status open_file(const char *directory, const char *name, int flags, int *ret_fd)
{
    char path[PATH_TEXT_MAX];
    if (!path_of(directory, name, path)) {
        return STATUS_BAD_VALUE;
    }
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags);
    if (fd < 0) {
        return errno == ENOENT ? STATUS_NOT_FOUND : errno == EROFS ? STATUS_STORE : STATUS_BAD_FILE;
    }
    *ret_fd = fd;
    return STATUS_OK;
}

enum status state_file_open(const char *directory, struct state_file *ret_file)
{
    struct state_file file = { .journal_fd = -1, .head_fd = -1 };
    enum status status = open_file(directory, "head", 0, &file.head_fd);
    if (status == STATUS_OK && flock(file.head_fd, LOCK_EX | LOCK_NB) != 0) {
        status = STATUS_ADDRESS_IN_USE;
    }
    if (status == STATUS_OK) {
        status = open_file(directory, "journal", O_APPEND, &file.journal_fd);
    }
    if (status != STATUS_OK) {
        state_file_close(&file);
        return status;
    }
    *ret_file = file;
    return STATUS_OK;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

void state_file_close(struct state_file *file)
{
    close_fd(&file->journal_fd);
    close_fd(&file->head_fd);
}

/* `*ret_good_len`: where the last whole record ends. */
static enum status restore_all(struct span bytes, struct signer *signer, instant now,
                               size_t *ret_good_len)
{
    struct reader rest = reader_of(bytes);
    struct state_record record;
    while (rest.rest.len > 0) {
        enum state_record_found found = state_record_take(&rest, &record);
        if (found == STATE_RECORD_DAMAGED || found == STATE_RECORD_UNKNOWN) {
            return found == STATE_RECORD_UNKNOWN ? STATUS_CRYPTO : STATUS_BAD_FILE;
        }
        if (found == STATE_RECORD_TORN) {
            break;
        }
        enum status status = signer_restore(signer, &record, now);
        if (status != STATUS_OK) {
            return status == STATUS_BAD_VALUE ? STATUS_BAD_FILE : status;
        }
    }
    *ret_good_len = bytes.len - rest.rest.len;
    return STATUS_OK;
}

static enum status load_journal(struct state_file *file, struct signer *signer, instant now,
                                bool *ret_torn)
{
    struct stat info;
    size_t good_len = 0;
    if (fstat(file->journal_fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        return STATUS_BAD_FILE;
    }
    *ret_torn = false;
    if (info.st_size == 0) {
        return signer->head.journal_len == 0 ? STATUS_OK : STATUS_BAD_FILE;
    }
    size_t len = (size_t)info.st_size;
    void *bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE, file->journal_fd, 0);
    if (bytes == MAP_FAILED) {
        return STATUS_BAD_FILE;
    }
    enum status status = restore_all(span_of(bytes, len), signer, now, &good_len);
    (void)munmap(bytes, len);
    if (status == STATUS_OK && good_len < signer->head.journal_len) {
        status = STATUS_BAD_FILE; /* acknowledged, and no longer there */
    }
    if (status == STATUS_OK && good_len < len) {
        *ret_torn = true;
        bool cut =
            ftruncate(file->journal_fd, (off_t)good_len) == 0 && fsync(file->journal_fd) == 0;
        status = cut ? STATUS_OK : STATUS_STORE;
    }
    signer->head.journal_len = good_len;
    return status;
}

static enum status load_head(struct state_file *file, struct state_head *ret_head)
{
    uint8_t slots[STATE_HEAD_SLOTS * STATE_HEAD_LEN];
    ssize_t got = pread(file->head_fd, slots, sizeof(slots), 0);
    return got < 0 ? STATUS_BAD_FILE
                   : state_record_head_newest(span_of(slots, (size_t)got), ret_head);
}

enum status state_file_load(struct state_file *file, struct signer *signer, instant now,
                            bool *ret_torn)
{
    enum status status = load_head(file, &signer->head);
    return status == STATUS_OK ? load_journal(file, signer, now, ret_torn) : status;
}

static bool append_all(int fd, struct span bytes)
{
    while (bytes.len > 0) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        bytes = span_part(bytes, put > 0 ? (size_t)put : 0, bytes.len);
    }
    return fdatasync(fd) == 0;
}

static enum status save_head(struct state_file *file, struct signer *signer)
{
    uint8_t slot[STATE_HEAD_LEN];
    signer->head.count++;
    enum status status = state_record_head_encode(&signer->head, slot);
    if (status != STATUS_OK) {
        return status;
    }
    off_t at = (off_t)(signer->head.count % STATE_HEAD_SLOTS) * STATE_HEAD_LEN;
    ssize_t put = pwrite(file->head_fd, slot, sizeof(slot), at);
    return put == (ssize_t)sizeof(slot) && fdatasync(file->head_fd) == 0 ? STATUS_OK : STATUS_STORE;
}

enum status state_file_save(struct state_file *file, struct signer *signer)
{
    if (signer->change.journal.len > 0 &&
        !append_all(file->journal_fd, buf_span(&signer->change.journal))) {
        return STATUS_STORE;
    }
    signer->head.journal_len += signer->change.journal.len;
    if (signer->change.head) {
        enum status status = save_head(file, signer);
        if (status != STATUS_OK) {
            return status;
        }
    }
    signer_change_clear(signer);
    return STATUS_OK;
}
