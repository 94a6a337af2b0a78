/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/report.h"
#include "port/memory_libraries.h"

/* A result that could not be written (a full disk, a closed pipe) must not look like a success;
 * what was asked for is done all the same. */
int main(int argc, char **argv)
{
    memory_libraries_set();
    int code = command_dispatch(argc, argv);
    if (fflush(stdout) != 0 && code == EXIT_DONE) {
        return report_status(STATUS_OUTPUT, "");
    }
    return code;
}
