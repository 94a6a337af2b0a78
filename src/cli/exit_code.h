/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* exit_code: what `cardwright` tells the shell. For scripts: stable.
 *
 *     return exit_code_of(status);
 *
 * The class of the status decides, and for the card and the session the number within the class.
 * Tests: test/unit/cli/test_exit_code.c walks the whole catalogue */
enum exit_code {
    EXIT_DONE = 0,    /* done, or the answer is yes */
    EXIT_REFUSED = 1, /* policy, identity or state says no; nothing will change by trying again */
    EXIT_USAGE = 2,   /* the command line was not understood, or a value has the wrong form */
    EXIT_CARD = 3,    /* a card or reader is needed, is another one, or did not do as asked */
    EXIT_LOGIN = 4,   /* nobody is logged in, or the session is over */
    EXIT_RETRY = 5,   /* a program, the network or the data base is not there now: try later */
    EXIT_INTERNAL = 6 /* our own failure */
};

enum exit_code exit_code_of(enum status status);
/* One line for the help text; NULL outside the list. */
const char *exit_code_text(enum exit_code code);
