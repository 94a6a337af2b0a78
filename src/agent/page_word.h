/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* page_word: plain English words, easy to see, say and hear on the telephone: two letters at least
 * tell any two apart.
 *
 *     const char *word = page_word(random_byte);
 *
 * PAGE_WORDS divides 256, so each word is as likely as any other. Not a secret: it shows that page
 * and agent are the pair that belongs together. Static texts.
 * Tests: test/unit/agent/test_page_word.c */
enum { PAGE_WORDS = 64 };

const char *page_word(uint8_t choice);
