/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/attr.h"

/* check: our own mistakes stop the program, in release builds too.
 *
 *     REQUIRE(index < COUNT(table));
 *
 * Only for what we alone can get wrong. Bytes from a card, the network, a file or the data base
 * never reach a REQUIRE: they get an `enum status`.
 * Tests: test/unit/base/test_check.c */
NO_RETURN void check_failed(const char *what, const char *file, int line);

#define REQUIRE(condition) ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))
#define UNREACHABLE() check_failed("unreachable", __FILE__, __LINE__)
