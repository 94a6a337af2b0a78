/* SPDX-License-Identifier: Apache-2.0 */
#include "store/name_fold.h"

#include "test/fuzz/fuzz.h"

/* A name that somebody searches for. */
enum { NAME_MAX_LEN = 4096 };

static bool is_gap(uint8_t c)
{
    return c == ' ' || c == ',' || c == '\t';
}

/* Nothing but gaps goes away, nothing but letters changes, and no byte becomes part of another
 * letter than it was. */
static void check_key(struct span name, struct span key)
{
    size_t at = 0;
    for (size_t i = 0; i < name.len; i++) {
        if (is_gap(name.ptr[i])) {
            continue;
        }
        at += at < key.len && key.ptr[at] == ' ' ? 1 : 0;
        REQUIRE(at < key.len && !is_gap(key.ptr[at]));
        uint8_t before = name.ptr[i], after = key.ptr[at++];
        bool ascii = before < 0x80;
        bool capital = before >= 'A' && before <= 'Z';
        REQUIRE(!ascii || after == (capital ? before + 'a' - 'A' : before));
        REQUIRE(ascii || (after & 0xC0) == (before & 0xC0));
    }
    REQUIRE(at == key.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static uint8_t memory[NAME_MAX_LEN], again_memory[NAME_MAX_LEN];
    struct buf key = buf_of(memory, len < NAME_MAX_LEN ? len : NAME_MAX_LEN);
    struct buf again = BUF(again_memory);
    if (!name_fold(span_of(bytes, len), &key)) {
        REQUIRE(len > NAME_MAX_LEN);
        return 0;
    }
    check_key(span_of(bytes, len), buf_span(&key));
    REQUIRE(name_fold(buf_span(&key), &again) && span_equal(buf_span(&key), buf_span(&again)));
    return 0;
}
