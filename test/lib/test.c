/* SPDX-License-Identifier: Apache-2.0 */
#include "test/lib/test.h"

enum { TESTS_MAX = 512 };

static struct CMUnitTest tests[TESTS_MAX];
static size_t tests_count;

void test_register(const char *name, CMUnitTestFunction function)
{
    if (tests_count == TESTS_MAX) {
        abort();
    }
    tests[tests_count++] = (struct CMUnitTest){ .name = name, .test_func = function };
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return _cmocka_run_group_tests("tests", tests, tests_count, NULL, NULL);
}
