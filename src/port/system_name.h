/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* system_name: what computer this is, for a report: never whose, and never its own name.
 *
 *     struct system_name name;
 *     system_name_of(&name);      "Debian GNU/Linux 12 (bookworm)", "Linux 6.1.0-18-amd64 x86_64"
 *
 * What cannot be told is "?". Tests: test/unit/port/test_system_name.c */
enum { SYSTEM_NAME_MAX = 160 };

struct system_name {
    char release[SYSTEM_NAME_MAX]; /* os-release(5), PRETTY_NAME */
    char kernel[SYSTEM_NAME_MAX];
};

void system_name_of(struct system_name *ret_name);
/* The value of PRETTY_NAME in the text of an os-release file. */
MUST_USE bool system_name_pretty(struct span text, char ret_name[SYSTEM_NAME_MAX]);
