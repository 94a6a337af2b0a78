/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

#include "base/status.h"

/* report: how a failure looks on the command line, always the same.
 *
 *     struct fault fault = fault_of(STATUS_POLICY_WINDOW, "card 12345678");
 *     return report_fault(&fault, &REPORT_OF(stderr, json));
 *
 *     cardwright: CW-402: the certificates are not due yet: card 12345678
 *       what to do: come back on the day that is shown
 *       who:        operator
 *       card:       unchanged
 *
 * Machine form (one line): {"error":{"code":"CW-402","name":"POLICY_WINDOW","cause":…,"detail":…,
 * "remedy":…,"actor":…,"card":…,"retry":false,"tries_left":2,"sw":"63C2"}}; tries_left and sw only
 * where they apply. Colour only on a terminal, never when NO_COLOR is set and not empty, never
 * with TERM=dumb. Nothing that is printed here is a secret.
 * Tests: test/unit/cli/test_report.c */
struct report_style {
    FILE *out;
    bool json;
    bool colour;
};

/* Asks the terminal and the environment whether `out` may be coloured. */
struct report_style report_style_of(FILE *out, bool json);
/* The rule behind it, as a function of what was asked. Texts may be NULL. */
bool report_colour_wanted(bool is_terminal, const char *no_color, const char *term);
/* "the site's IT": for people. */
const char *report_actor(enum status_actor actor);
/* Prints and returns the exit code. `remedy` replaces the catalogue's when not NULL. */
int report_fault(const struct fault *fault, const char *remedy, const struct report_style *style);
/* The usual form: on stderr, as text, with the catalogue's remedy. */
int report_status(enum status status, const char *detail);
