/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* command_doctor: looks at a workstation or at the server's machine, and says what is wrong, what
 * to do and who. Tests: test/e2e/test_doctor.py, test_doctor_host.py */
#define COMMAND_DOCTOR_USAGE                                                                       \
    "[--config FILE] [--server FILE] [--bundle FILE] [--json] [--agent SOCKET]"                    \
    "\n  --config FILE    of the agent; else /etc/cardwright/agent.json"                           \
    "\n  --server FILE    look at the server's machine instead; its server.json"                   \
    "\n  --bundle FILE    write a report for the help desk too: no names, no numbers of "          \
    "cards" COMMAND_DESK_COMMON
