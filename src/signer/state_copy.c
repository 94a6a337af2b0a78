/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/state_copy.h"

#include "base/text.h"
#include "port/file_map.h"
#include "port/file_write.h"

enum { PATH_TEXT_MAX = 1024 };

static bool path_of(const char *directory, const char *name, char ret_path[PATH_TEXT_MAX])
{
    return text_format(ret_path, PATH_TEXT_MAX, "%s/state/%s", directory, name);
}

static enum status put(const char *directory, const char *name, struct span bytes)
{
    char path[PATH_TEXT_MAX];
    if (!path_of(directory, name, path)) {
        return STATUS_BAD_VALUE;
    }
    return file_write_atomic(path, bytes, 0600) == STATUS_OK ? STATUS_OK : STATUS_STORE;
}

static enum status read_head(const char *directory, struct state_head *ret_head)
{
    struct file_map map;
    enum status status = file_map_open(directory, "state/head", &map);
    if (status != STATUS_OK) {
        return status;
    }
    status = state_record_head_newest(map.bytes, ret_head);
    file_map_close(&map);
    return status;
}

enum status state_copy_head(const char *directory, struct audit_head *ret_head)
{
    struct state_head head;
    enum status status = read_head(directory, &head);
    if (status == STATUS_OK) {
        *ret_head = head.audit;
    }
    return status;
}

static enum status put_head(const char *directory, struct state_head head)
{
    uint8_t slots[STATE_HEAD_SLOTS * STATE_HEAD_LEN] = { 0 };
    head.count = 1;
    enum status status = state_record_head_encode(&head, slots);
    return status == STATUS_OK ? put(directory, "head", SPAN_OF(slots)) : status;
}

/* Up to the end of the last whole record. */
static enum status whole_records(struct span journal, struct span *ret_whole)
{
    struct reader rest = reader_of(journal);
    struct state_record record;
    enum state_record_found found = STATE_RECORD_FOUND;
    while (rest.rest.len > 0 && found == STATE_RECORD_FOUND) {
        found = state_record_take(&rest, &record);
    }
    if (found == STATE_RECORD_DAMAGED || found == STATE_RECORD_UNKNOWN) {
        return found == STATE_RECORD_UNKNOWN ? STATUS_CRYPTO : STATUS_BAD_FILE;
    }
    *ret_whole = span_part(journal, 0, journal.len - rest.rest.len);
    return STATUS_OK;
}

static enum status copy_journal(const char *directory, const char *copy_directory)
{
    struct file_map map;
    struct span whole = SPAN_NONE;
    enum status status = file_map_open(directory, "state/journal", &map);
    if (status != STATUS_OK) {
        return status;
    }
    status = whole_records(map.bytes, &whole);
    if (status == STATUS_OK) {
        status = put(copy_directory, "journal", whole);
    }
    file_map_close(&map);
    return status;
}

enum status state_copy(const char *directory, const char *copy_directory,
                       const struct audit_head *audit)
{
    struct state_head head;
    enum status status = read_head(directory, &head);
    if (status == STATUS_OK && head.audit.sequence < audit->sequence) {
        status = STATUS_AUDIT_HEAD;
    }
    if (status != STATUS_OK) {
        return status;
    }
    head.audit = *audit;
    status = put_head(copy_directory, head);
    return status == STATUS_OK ? copy_journal(directory, copy_directory) : status;
}

enum status state_copy_raise_lists(const char *directory, uint64_t least)
{
    struct state_head head;
    enum status status = read_head(directory, &head);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        uint64_t next = head.crl_numbers[i] + 1;
        head.crl_numbers[i] = next > least ? next : least;
    }
    return put_head(directory, head);
}
