/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/audit_checkpoint.h"
#include "lifecycle/audit_event.h"
#include "test/fuzz/fuzz.h"

/* A line of an exported audit. A line has one spelling: what was accepted is written just so. */
static struct audit_memory memory;
static uint8_t line_memory[AUDIT_LINE_MAX];

static bool is_spelled(struct span line, const struct buf *spelling)
{
    return span_equal(line, buf_span(spelling)) ||
           span_equal(line, span_part(buf_span(spelling), 0, spelling->len - 1));
}

static void check_entry(struct span line)
{
    static struct audit_entry entry;
    struct buf out = BUF(line_memory);
    uint8_t hash[AUDIT_HASH_LEN];
    if (audit_event_decode(line, &memory, &entry) != STATUS_OK) {
        return;
    }
    fuzz_inside(SPAN_OF(memory.statement), entry.statement);
    fuzz_inside(SPAN_OF(memory.signature), entry.signature);
    fuzz_inside(SPAN_OF(memory.certificate), entry.certificate);
    REQUIRE(audit_event_line_kind(line) == AUDIT_LINE_ENTRY);
    REQUIRE(entry.event > AUDIT_EVENT_INVALID && entry.event < AUDIT_EVENT_MAX);
    REQUIRE(audit_event_hash(&entry, hash) == STATUS_OK);
    REQUIRE(audit_event_encode(&entry, &out) == STATUS_OK && is_spelled(line, &out));
}

static void check_checkpoint(struct span line)
{
    static struct audit_checkpoint checkpoint;
    struct buf out = BUF(line_memory);
    if (audit_checkpoint_decode(line, &checkpoint) != STATUS_OK) {
        return;
    }
    REQUIRE(audit_event_line_kind(line) == AUDIT_LINE_CHECKPOINT);
    REQUIRE(checkpoint.signature_len <= sizeof checkpoint.signature);
    REQUIRE(audit_checkpoint_check(&checkpoint, NULL, 0) == STATUS_CA_UNKNOWN);
    REQUIRE(audit_checkpoint_encode(&checkpoint, &out) == STATUS_OK && is_spelled(line, &out));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span line = span_of(bytes, len);
    check_entry(line);
    check_checkpoint(line);
    return 0;
}
