/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

/* attr: the few compiler attributes that this project uses, each under one name.
 *
 * Tests: none of its own; every file uses it. */
#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first_index)                                                     \
    __attribute__((format(printf, format_index, first_index)))
#define NO_RETURN __attribute__((noreturn))

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
