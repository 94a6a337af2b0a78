/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

/* command_errors: `cardwright errors`, the catalogue of errors for people and machines.
 *
 *     cardwright errors --markdown > docs/errors.md      the page is made by this and nothing else
 *
 * As text one block an error, CODE narrows it down. As JSON an array of objects with the members
 * code, name, class, cause, remedy, actor, card, retry, http.
 * Tests: test/unit/cli/test_command_errors.c compares docs/errors.md with it */
#define COMMAND_ERRORS_USAGE                                                                       \
    "[CODE ...] [--json | --markdown]\n"                                                           \
    "  CODE         such as CW-402, or a name such as POLICY_WINDOW; several are permitted\n"      \
    "  --json       as one JSON array\n"                                                           \
    "  --markdown   as the page docs/errors.md"

void command_errors_markdown(FILE *out);
