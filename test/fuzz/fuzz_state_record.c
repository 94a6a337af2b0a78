/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/state_record.h"

#include <string.h>

#include "crypto/digest.h"
#include "test/fuzz/fuzz.h"

/* The signer's journal: as it is, and once more as one record whose hash is right. */
static void check_record(const struct state_record *record, struct span whole)
{
    REQUIRE(record->kind < STATE_RECORD_KIND_MAX);
    if (record->kind == STATE_RECORD_REVOKED) {
        fuzz_text(record->revoked.serial, sizeof record->revoked.serial);
    } else if (record->kind == STATE_RECORD_PAIRED) {
        fuzz_text(record->name, sizeof record->name);
    } else {
        fuzz_inside(whole, record->issued.der);
        fuzz_text(record->issued.person, sizeof record->issued.person);
        fuzz_text(record->issued.job, sizeof record->issued.job);
    }
}

static void check_journal(struct span journal)
{
    static struct state_record record;
    struct reader rest = reader_of(journal);
    size_t before = rest.rest.len;
    while (rest.rest.len > 0 && state_record_take(&rest, &record) == STATE_RECORD_FOUND) {
        REQUIRE(rest.rest.len < before);
        before = rest.rest.len;
        check_record(&record, journal);
    }
    REQUIRE(rest.rest.len == before); /* moved only when one was found */
}

static void check_body(struct span body)
{
    static uint8_t memory[STATE_RECORD_MAX + 64];
    uint8_t hash[DIGEST_SHA256_LEN];
    struct buf journal = BUF(memory);
    REQUIRE(digest_sha256(body, hash) == STATUS_OK);
    if (buf_put(&journal, SPAN_TEXT("CWS1")) && buf_put_u32(&journal, (uint32_t)body.len) &&
        buf_put(&journal, SPAN_OF(hash)) && buf_put(&journal, body)) {
        check_journal(buf_span(&journal));
    }
}

static void check_head(struct span bytes)
{
    uint8_t slot[STATE_HEAD_LEN] = { 0 }, again[STATE_HEAD_LEN];
    struct state_head head, second;
    if (bytes.len > 0) {
        memcpy(slot, bytes.ptr, bytes.len < sizeof slot ? bytes.len : sizeof slot);
    }
    if (state_record_head_decode(slot, &head) == STATUS_OK) {
        REQUIRE(state_record_head_encode(&head, again) == STATUS_OK);
        REQUIRE(state_record_head_decode(again, &second) == STATUS_OK &&
                head.count == second.count);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span all = span_of(bytes, len);
    check_journal(all);
    check_body(all);
    check_head(all);
    return 0;
}
