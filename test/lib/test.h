/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* test: a thin dress over cmocka, so that a test file is nothing but tests.
 *
 *     TEST(pin_block__pads_with_ff) { ... CHECK_EQ(len, 8); }
 *
 * Tests register themselves; `main` comes with the library. The name reads as a sentence:
 * file, two underscores, what it does. */
void test_register(const char *name, CMUnitTestFunction function);

#define TEST(name)                                                                                 \
    static void test_##name(void **state);                                                         \
    __attribute__((constructor)) static void register_##name(void)                                 \
    {                                                                                              \
        test_register(#name, test_##name);                                                         \
    }                                                                                              \
    static void test_##name(__attribute__((unused)) void **state)

#define CHECK(condition) assert_true(condition)
#define CHECK_EQ(a, b) assert_int_equal(a, b)
#define CHECK_TEXT(a, b) assert_string_equal(a, b)
#define CHECK_BYTES(a, b, len) assert_memory_equal(a, b, len)
#define CHECK_SPAN(a, b)                                                                           \
    do {                                                                                           \
        struct span span_a = (a), span_b = (b);                                                    \
        assert_int_equal(span_a.len, span_b.len);                                                  \
        if (span_a.len > 0) {                                                                      \
            assert_memory_equal(span_a.ptr, span_b.ptr, span_a.len);                               \
        }                                                                                          \
    } while (0)
