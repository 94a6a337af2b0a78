/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/checkpoint.h"

#include "test/lib/test.h"

/* The heads of a chain of ten entries, and their field hashes. */
enum { ENTRIES = 10 };
static struct audit_head heads[ENTRIES + 1];
static uint8_t fields[ENTRIES + 1][AUDIT_HASH_LEN];
static struct signer_checkpoint_request request;

static void make_chain(void)
{
    for (uint8_t i = 1; i <= ENTRIES; i++) {
        memset(fields[i], i, AUDIT_HASH_LEN);
        CHECK_EQ(audit_event_chain_hash(heads[i - 1].hash, fields[i], heads[i].hash), STATUS_OK);
        heads[i].sequence = i;
    }
}

/* Entries `from` to `to`, as a true server sends them. */
static void set_request(uint64_t from, uint64_t to)
{
    make_chain();
    request = (struct signer_checkpoint_request){ .from = from, .count = to - from + 1 };
    memcpy(request.previous, heads[from - 1].hash, AUDIT_HASH_LEN);
    for (uint64_t i = from; i <= to; i++) {
        memcpy(request.entries[i - from], fields[i], AUDIT_HASH_LEN);
    }
}

static enum status extend(uint64_t known)
{
    struct audit_head head = { .sequence = 99 };
    enum status status = checkpoint_extend(&heads[known], &request, &head);
    if (status == STATUS_OK) {
        CHECK_EQ(head.sequence, request.from + request.count - 1);
        CHECK_BYTES(head.hash, heads[head.sequence].hash, AUDIT_HASH_LEN);
    } else {
        CHECK_EQ(head.sequence, 99);
    }
    return status;
}

TEST(checkpoint__every_true_extension_is_accepted)
{
    for (uint64_t known = 0; known <= ENTRIES; known++) {
        for (uint64_t from = 1; from <= ENTRIES; from++) {
            for (uint64_t to = from; to <= ENTRIES; to++) {
                set_request(from, to);
                bool extends = from <= known + 1 && to >= known;
                CHECK_EQ(extend(known), extends ? STATUS_OK : STATUS_AUDIT_HEAD);
            }
        }
    }
}

TEST(checkpoint__a_changed_past_is_refused)
{
    for (size_t i = 0; i < 5; i++) {
        set_request(1, 8);
        request.entries[i][0] ^= 1;
        CHECK_EQ(extend(5), STATUS_AUDIT_HEAD);
    }
    set_request(3, 8);
    request.previous[0] ^= 1;
    CHECK_EQ(extend(5), STATUS_AUDIT_HEAD);
}

TEST(checkpoint__removed_or_swapped_entries_are_refused)
{
    set_request(1, 8);
    memmove(request.entries[2], request.entries[3], 5 * AUDIT_HASH_LEN);
    request.count--;
    CHECK_EQ(extend(5), STATUS_AUDIT_HEAD);

    set_request(1, 8);
    memcpy(request.entries[2], fields[4], AUDIT_HASH_LEN);
    memcpy(request.entries[3], fields[3], AUDIT_HASH_LEN);
    CHECK_EQ(extend(5), STATUS_AUDIT_HEAD);
}

TEST(checkpoint__another_head_to_go_on_from_is_refused)
{
    set_request(6, 8);
    request.previous[31] ^= 1;
    CHECK_EQ(extend(5), STATUS_AUDIT_HEAD);
    set_request(1, 8);
    request.previous[31] ^= 1;
    CHECK_EQ(extend(0), STATUS_AUDIT_HEAD);
    CHECK_EQ(extend(5), STATUS_AUDIT_HEAD);
}

TEST(checkpoint__senseless_numbers_are_refused)
{
    static const uint64_t froms[] = { 0, INT64_MAX, UINT64_MAX, 7 };
    for (size_t i = 0; i < COUNT(froms); i++) {
        set_request(6, 8);
        request.from = froms[i];
        CHECK_EQ(extend(5), STATUS_AUDIT_HEAD);
    }
    set_request(6, 8);
    request.count = 0;
    CHECK_EQ(extend(5), STATUS_AUDIT_HEAD);
    request.count = SIGNER_ENTRIES_MAX + 1;
    CHECK_EQ(extend(5), STATUS_AUDIT_HEAD);
}
