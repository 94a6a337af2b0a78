/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* command_open: what `cardwright open` takes from others: a link in a browser may hold any text,
 * and the agent's address goes into a file that the browser reads.
 *
 *     if (!command_open_is_word(argv[1])) { usage }
 *
 * Tests: test/unit/cli/test_command_open.c */

/* cardwright:open, with or without slashes, and nothing else. */
bool command_open_is_word(const char *word);
/* http://127.0.0.1:PORT/#TOKEN and nothing else. */
bool command_open_is_address(const char *address);

#define COMMAND_OPEN_USAGE                                                                         \
    "[--print] [cardwright:open] [--json]"                                                         \
    "\n  --print          print the address instead: good once, for a minute" COMMAND_DESK_COMMON
