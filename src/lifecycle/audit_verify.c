/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/audit_verify.h"

#include <string.h>

#include "crypto/signature.h"
#include "crypto/x509_chain.h"
#include "crypto/x509_read.h"

static const struct {
    const char *name;
    const char *text;
} faults[AUDIT_FAULT_MAX] = {
    [AUDIT_FAULT_NONE] = { "none", "nothing is wrong" },
    [AUDIT_FAULT_LINE] = { "line_changed", "the line is not as it was written" },
    [AUDIT_FAULT_MISSING] = { "entry_missing", "the entry is missing or stands further down" },
    [AUDIT_FAULT_ORDER] = { "entries_reordered", "an earlier entry stands in its place" },
    [AUDIT_FAULT_HASH] = { "entry_changed", "the entry was changed after it was written" },
    [AUDIT_FAULT_LINK] = { "entry_not_linked", "the entry and the next one do not fit together" },
    [AUDIT_FAULT_STATEMENT] = { "statement_wrong",
                                "the operator's statement in it is not genuine" },
    [AUDIT_FAULT_KEY] = { "checkpoint_key_unknown",
                          "the checkpoint over it is signed with a key that is not trusted here" },
    [AUDIT_FAULT_SIGNATURE] = { "checkpoint_forged",
                                "the checkpoint over it does not have a good signature" },
    [AUDIT_FAULT_HEAD] = { "history_rewritten",
                           "from here on, something was rewritten before the next checkpoint" },
    [AUDIT_FAULT_CHECKPOINT] = { "checkpoint_misplaced", "a checkpoint stands where none can be" },
    [AUDIT_FAULT_CUT] = { "end_cut_off", "the end is cut off: a checkpoint covers more entries" },
    [AUDIT_FAULT_UNCOVERED] = { "not_covered", "no checkpoint covers the entries from here on" },
    [AUDIT_FAULT_EMPTY] = { "empty", "there is no entry at all" },
};

static size_t fault_index(enum audit_fault fault)
{
    return (unsigned)fault < AUDIT_FAULT_MAX ? (size_t)fault : 0;
}

const char *audit_verify_fault_name(enum audit_fault fault)
{
    return faults[fault_index(fault)].name;
}

const char *audit_verify_fault_text(enum audit_fault fault)
{
    return faults[fault_index(fault)].text;
}

static void blame(struct audit_verify *v, enum audit_fault fault, uint64_t sequence)
{
    if (v->status == STATUS_OK) {
        v->status = STATUS_AUDIT_BROKEN;
        v->fault = fault;
        v->bad_sequence = sequence;
        v->bad_line = v->lines;
    }
}

/* Our own trouble says nothing about the audit. */
static bool is_trouble(enum status status)
{
    return status == STATUS_OUT_OF_MEMORY || status == STATUS_CRYPTO || status == STATUS_INTERNAL ||
           status == STATUS_TOO_LARGE;
}

/* True when `status` is OK; else records who is to blame. */
static bool holds(struct audit_verify *v, enum status status, enum audit_fault fault,
                  uint64_t sequence)
{
    if (is_trouble(status) && v->status == STATUS_OK) {
        v->status = status;
    }
    if (status != STATUS_OK) {
        blame(v, fault, sequence);
    }
    return status == STATUS_OK;
}

/* By one of the trusted keys? */
static bool is_genuine(struct audit_verify *v, const struct audit_checkpoint *checkpoint,
                       uint64_t sequence)
{
    enum status status = audit_checkpoint_check(checkpoint, v->options.keys, v->options.keys_count);
    enum audit_fault fault = status == STATUS_CA_UNKNOWN ? AUDIT_FAULT_KEY : AUDIT_FAULT_SIGNATURE;
    return holds(v, status, fault, sequence);
}

void audit_verify_init(struct audit_verify *v, const struct audit_verify_options *options)
{
    memset(v, 0, sizeof(*v));
    v->options = *options;
    if (options->expected != NULL) {
        (void)is_genuine(v, options->expected, 0);
    }
}

/* A statement is signed by SHA-256, whatever the type of the operator's key (protocol/agent.md). */
static enum status check_signature(const struct public_key *key, const struct audit_entry *entry)
{
    uint8_t digest[DIGEST_SHA256_LEN];
    enum status status = digest_sha256(entry->statement, digest);
    return status == STATUS_OK
               ? signature_verify(key, DIGEST_SHA256, SPAN_OF(digest), entry->signature)
               : status;
}

static enum status check_statement(const struct audit_verify *v, const struct audit_entry *entry)
{
    struct x509_info info;
    enum status status = x509_read(entry->certificate, &info);
    if (status == STATUS_OK) {
        status = check_signature(&info.key, entry);
    }
    if (status == STATUS_OK && v->options.cas_count > 0) {
        status = x509_chain_verify(entry->certificate, v->options.cas, v->options.cas_count,
                                   entry->at, NULL);
    }
    return status;
}

/* A checkpoint has signed this number: is it this entry that it has signed? */
static void compare_head(struct audit_verify *v, const struct audit_checkpoint *checkpoint)
{
    if (memcmp(checkpoint->head.hash, v->head.hash, AUDIT_HASH_LEN) != 0) {
        blame(v, AUDIT_FAULT_HEAD, v->covered + 1);
        return;
    }
    v->covered = v->head.sequence;
}

static void reach_checkpoints(struct audit_verify *v)
{
    const struct audit_checkpoint *expected = v->options.expected;
    if (expected != NULL && expected->head.sequence == v->head.sequence) {
        compare_head(v, expected);
    }
    if (v->has_ahead && v->ahead.head.sequence == v->head.sequence) {
        compare_head(v, &v->ahead);
        v->has_ahead = false;
    }
}

/* Which of two neighbours that do not fit: the first, unless a checkpoint vouches for it. */
static uint64_t suspect(const struct audit_verify *v)
{
    return v->head.sequence > v->covered ? v->head.sequence : v->head.sequence + 1;
}

static void take_entry(struct audit_verify *v, const struct audit_entry *entry)
{
    uint8_t hash[AUDIT_HASH_LEN];
    uint64_t due = v->head.sequence + 1;
    if (entry->sequence != due) {
        blame(v, entry->sequence > due ? AUDIT_FAULT_MISSING : AUDIT_FAULT_ORDER, due);
        return;
    }
    if (!holds(v, audit_event_hash(entry, hash), AUDIT_FAULT_HASH, due)) {
        return;
    }
    if (memcmp(hash, entry->hash, sizeof(hash)) != 0) {
        blame(v, AUDIT_FAULT_HASH, due);
        return;
    }
    if (memcmp(entry->previous_hash, v->head.hash, AUDIT_HASH_LEN) != 0) {
        blame(v, AUDIT_FAULT_LINK, suspect(v));
        return;
    }
    v->head.sequence = due;
    memcpy(v->head.hash, hash, sizeof(hash));
    reach_checkpoints(v);
}

static void entry_line(struct audit_verify *v, struct span line)
{
    struct audit_entry entry;
    uint64_t due = v->head.sequence + 1;
    if (!holds(v, audit_event_decode(line, &v->memory, &entry), AUDIT_FAULT_LINE, due)) {
        return;
    }
    take_entry(v, &entry);
    if (v->status != STATUS_OK || entry.statement.len == 0 || entry.status != STATUS_OK) {
        return;
    }
    v->statements++;
    (void)holds(v, check_statement(v, &entry), AUDIT_FAULT_STATEMENT, due);
}

static void take_checkpoint(struct audit_verify *v, const struct audit_checkpoint *checkpoint)
{
    uint64_t sequence = checkpoint->head.sequence;
    v->checkpoints++;
    if (sequence == v->head.sequence) {
        compare_head(v, checkpoint);
        return;
    }
    /* One that looks back says nothing that can still be compared; of two ahead, one is a lie or
     * the entries between them are missing. */
    if (sequence < v->head.sequence || v->has_ahead) {
        blame(v, AUDIT_FAULT_CHECKPOINT, v->covered + 1);
        return;
    }
    v->ahead = *checkpoint;
    v->has_ahead = true;
}

static void checkpoint_line(struct audit_verify *v, struct span line)
{
    struct audit_checkpoint checkpoint;
    uint64_t first = v->covered + 1;
    if (!holds(v, audit_checkpoint_decode(line, &checkpoint), AUDIT_FAULT_LINE, first)) {
        return;
    }
    if (is_genuine(v, &checkpoint, first)) {
        take_checkpoint(v, &checkpoint);
    }
}

void audit_verify_line(struct audit_verify *v, struct span line)
{
    if (v->status != STATUS_OK) {
        return;
    }
    v->lines++;
    switch (audit_event_line_kind(line)) {
    case AUDIT_LINE_ENTRY:
        entry_line(v, line);
        return;
    case AUDIT_LINE_CHECKPOINT:
        checkpoint_line(v, line);
        return;
    default:
        blame(v, AUDIT_FAULT_LINE, v->head.sequence + 1);
    }
}

enum status audit_verify_end(struct audit_verify *v)
{
    const struct audit_checkpoint *expected = v->options.expected;
    const uint64_t lines = v->lines;
    bool cut = v->has_ahead || (expected != NULL && expected->head.sequence > v->head.sequence);
    v->lines = 0; /* what is found now is at no line */
    if (cut) {
        blame(v, AUDIT_FAULT_CUT, v->head.sequence + 1);
    }
    if (v->head.sequence == 0) {
        blame(v, AUDIT_FAULT_EMPTY, 1);
    }
    if (v->covered < v->head.sequence) {
        blame(v, AUDIT_FAULT_UNCOVERED, v->covered + 1);
    }
    v->lines = lines;
    return v->status;
}
