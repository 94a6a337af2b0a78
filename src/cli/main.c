/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/report.h"

/* A result that could not be written (a full disk, a closed pipe) is no result. */
int main(int argc, char **argv)
{
    int code = command_dispatch(argc, argv);
    if (fflush(stdout) != 0 && code == EXIT_DONE) {
        return report_status(STATUS_BAD_FILE, "standard output cannot be written");
    }
    return code;
}
