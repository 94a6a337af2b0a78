/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/entropy.h"

/* seed: random bytes that are the same in each run: SHA-256 of a seed and a counter.
 *
 *     struct seed seed = { .value = 1 };
 *     struct entropy entropy = seed_entropy(&seed);
 *
 * `fail_after` fills succeed when it is not 0, then each one fails. For tests only. */
struct seed {
    uint64_t value, drawn;
    uint64_t fail_after, fills;
};

static inline enum status seed_fill(void *context, uint8_t *ret, size_t len)
{
    struct seed *seed = context;
    if (seed->fail_after != 0 && seed->fills++ >= seed->fail_after) {
        return STATUS_INTERNAL;
    }
    for (size_t at = 0; at < len; at++) {
        uint8_t memory[16], hash[DIGEST_SHA256_LEN];
        struct buf input = BUF(memory);
        buf_put_u64(&input, seed->value);
        buf_put_u64(&input, seed->drawn++);
        enum status status = digest_sha256(buf_span(&input), hash);
        if (status != STATUS_OK) {
            return status;
        }
        ret[at] = hash[0];
    }
    return STATUS_OK;
}

static inline struct entropy seed_entropy(struct seed *seed)
{
    return (struct entropy){ .fill = seed_fill, .context = seed };
}

/* Hex in a test reads better than braces; a wrong digit gives an empty span. */
static inline struct span seed_hex(const char *hex, struct buf *memory)
{
    buf_clear(memory);
    return text_parse_hex(hex, memory) ? buf_span(memory) : SPAN_NONE;
}
