/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* card_log: what a card was told, as words to compare: "select verify sign-9c sign-9a witness".
 *
 * One word for each command; the parts of a chain and GET RESPONSE belong to theirs. What the jobs
 * never send shows as "other-" and the header. */
void card_log_add(char *log, size_t max, struct span command);
/* " /": a new batch begins. */
void card_log_add_mark(char *log, size_t max);
