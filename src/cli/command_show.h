/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cli/desk_options.h"

/* command_show: what `show` and `doctor card` begin with.
 *
 * Reads the card and asks the server anew, so that what is shown is what is so now. `*ret_card` is
 * NULL before and the caller's afterwards, also on failure. Tests: test/e2e/test_find.py */
MUST_USE enum status command_show_identify(const struct desk_options *options, json_t **ret_card,
                                           struct fault *reterr_fault);
