/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* doctor_redact: makes a text fit for a stranger's eyes.
 *
 *     const char *const words[] = { "/home/tom", "tom" };
 *     doctor_redact_text("/home/tom/agent.json", words, COUNT(words), memory, sizeof(memory));
 *         -> "(…)/agent.json"
 *
 * Each of the words becomes "(…)", in any case; so does each run of 8 digits or more (UUIDs and
 * serial numbers) and of 24 hex digits or more (tokens, identities). Words of less than 3 bytes are
 * passed over: they would spoil the text and hide nothing.
 * Limits: a text that does not fit is cut. Tests: test/unit/cli/test_doctor_redact.c */
enum { DOCTOR_REDACT_DIGITS = 8, DOCTOR_REDACT_HEX = 24, DOCTOR_REDACT_WORD_MIN = 3 };

void doctor_redact_text(const char *text, const char *const *words, size_t count, char *ret_text,
                        size_t max);
