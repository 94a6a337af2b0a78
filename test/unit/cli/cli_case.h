/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* cli_case: `cardwright` run inside the test, with what it printed.
 *
 *     struct cli_case ran = cli_case_run((const char *[]){ "policy", "check", path, NULL });
 *     CHECK_EQ(ran.code, 0);
 *     CHECK(strstr(ran.out, "ok: ") != NULL); */
enum { CLI_CASE_TEXT_MAX = 64 * 1024, CLI_CASE_WORDS_MAX = 24 };

struct cli_case {
    int code;
    const char *out, *err; /* until the next run */
};

/* `words` without the program's name, NULL at the end. */
struct cli_case cli_case_run(const char *const *words);
/* SOURCE_ROOT and the path, until the next call. */
const char *cli_case_path(const char *path);
