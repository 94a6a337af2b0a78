/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* name_fold: the form in which names are compared when somebody searches.
 *
 *     name_fold(span_of_text("  O'Brien,  Siân "), &key)    appends "o'brien siân"
 *
 * Capital letters of ASCII, Latin-1 and Latin Extended-A become small ones; runs of spaces and
 * commas become one space, none at the ends. Everything else stays, so the result is never longer
 * than the input. False when it does not fit.
 * Tests: test/unit/store/test_name_fold.c */
MUST_USE bool name_fold(struct span name, struct buf *ret_key);
