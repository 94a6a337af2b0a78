/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* text: hex, bounded strings, safe printing of hostile text.
 *
 * Every writer takes the size of the destination and always terminates it.
 * Tests: test/unit/base/test_text.c */

/* Lower case; `max` must be 2 * s.len + 1 at least, else false and an empty string. */
MUST_USE bool text_of_hex(struct span s, char *ret_text, size_t max);
/* Accepts both cases, no separators, an even number of digits. */
MUST_USE bool text_parse_hex(const char *text, struct buf *ret_bytes);
/* False (and an empty string) when it does not fit. */
MUST_USE bool text_copy(char *ret_text, size_t max, const char *from);
/* For fields whose source has the same limit: a text that does not fit leaves an empty one. */
void text_take(char *ret_text, size_t max, const char *from);
MUST_USE bool text_format(char *ret_text, size_t max, const char *format, ...) PRINTF_LIKE(3, 4);
/* Control characters, those that turn the direction of text, and bytes that are not UTF-8 become
 * '?'; cut to fit. */
void text_print_safe(struct span hostile, char *ret_text, size_t max);
/* `len` digits exactly: the form of a UUID on the card's front is text_is_digits(t, 12). */
bool text_is_digits(const char *text, size_t len);
bool text_equal(const char *a, const char *b); /* NULL equals only NULL */
