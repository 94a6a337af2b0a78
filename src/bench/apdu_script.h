/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* apdu_script: a list of physical APDUs as text, to be played again.
 *
 *     @ open 2            connect to the second reader and begin a transaction
 *     > 00a40400...       what the card gets ...
 *     < 61114f...9000     ... and what it must answer
 *     @ reset 2           end the transaction, reset the card, disconnect
 *
 * Both readers may be open; commands go to the one opened last.
 *
 *     status = apdu_script_parse(text, &script);
 *
 * The form of src/vcardd/card_trace.h with readers; lines that begin with # or * are passed over.
 * Memory: self-contained; about 300 KB, mind the stack.
 * Limits: SCRIPT_STEPS_MAX steps, SCRIPT_MEMORY_MAX bytes of APDUs, SCRIPT_READERS_MAX readers.
 * Errors: BAD_FILE with the number of the line. Tests: test/unit/bench/test_apdu_script.c */
enum { SCRIPT_STEPS_MAX = 1000, SCRIPT_MEMORY_MAX = 262144, SCRIPT_READERS_MAX = 2 };

enum script_kind { SCRIPT_OPEN, SCRIPT_SEND, SCRIPT_RESET };

struct script_step {
    enum script_kind kind;
    size_t reader; /* from 0 */
    size_t command_at, command_len, answer_at, answer_len;
};

struct apdu_script {
    struct script_step steps[SCRIPT_STEPS_MAX];
    size_t count;
    uint8_t memory[SCRIPT_MEMORY_MAX];
    size_t memory_len;
};

MUST_USE enum status apdu_script_parse(struct span text, struct apdu_script *ret_script,
                                       unsigned *reterr_line);
struct span apdu_script_command(const struct apdu_script *script, const struct script_step *step);
struct span apdu_script_answer(const struct apdu_script *script, const struct script_step *step);
