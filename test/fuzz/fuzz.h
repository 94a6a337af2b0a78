/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/bytes.h"
#include "base/check.h"

/* fuzz: one file here is one target: a decoder of bytes from outside, and what must hold of it.
 *
 *     int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
 *     {
 *         struct chuid chuid;
 *         if (chuid_decode(span_of(bytes, len), &chuid) == STATUS_OK) {
 *             ... REQUIRE(what must be true of every value that was accepted) ...
 *         }
 *         return 0;
 *     }
 *
 * Built twice: with Meson's option `fuzz` it is a program of libFuzzer (tools/fuzz), otherwise it
 * is linked with replay.c and plays test/fuzz/corpus/<target>, as a test. A REQUIRE that fails
 * stops the program, and so does any report of a sanitizer.
 * The targets, and what each of them checks: docs/fuzzing.md. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
/* Where a target has one; the replay does not call it. The second is libFuzzer's own. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t len, size_t max);

/* A part that was decoded out of `whole` lies inside it. */
static inline void fuzz_inside(struct span whole, struct span part)
{
    if (part.len > 0) {
        REQUIRE(part.ptr >= whole.ptr && part.len <= whole.len);
        REQUIRE((size_t)(part.ptr - whole.ptr) <= whole.len - part.len);
    }
}

/* A text in an array of `max` bytes ends inside it. */
static inline void fuzz_text(const char *text, size_t max)
{
    size_t len = 0;
    while (len < max && text[len] != '\0') {
        len++;
    }
    REQUIRE(len < max);
}
