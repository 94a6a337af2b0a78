/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"
#include "port/local_listen.h"
#include "wire_agent/statement.h"

/* config: the agent's configuration file.
 *
 *     { "origin": "https://ra.example:8443", "ca_file": "/etc/cardwright/server-ca.pem",
 *       "workstation": "desk-7", "socket": "/run/user/1000/cardwright/agent.sock",
 *       "page_port": 0, "ra_desk": "020 7946 0000", "site_it": "020 7946 0001" }
 *
 * `origin` is the server's address and goes into everything that a card signs: https, without a
 * slash at the end; http for loopback addresses only. All others may be missing: the host's name,
 * the usual socket, a port that the system chooses, empty contacts then. The contacts are shown
 * while nobody is logged in; a session brings its own. Unknown members are refused.
 * Errors: BAD_FILE with the member's name in `reterr_detail`, or the line that is no JSON or has a
 * member for the second time.
 * Tests: test/unit/agent/test_config.c */
enum { CONFIG_PATH_MAX = 512, CONFIG_WORKSTATION_MAX = 64, CONFIG_CONTACT_MAX = 256 };

struct config {
    char origin[STATEMENT_TEXT_MAX];
    char ca_file[CONFIG_PATH_MAX];            /* empty: the system's authorities */
    char workstation[CONFIG_WORKSTATION_MAX]; /* empty: not stated */
    char socket[LOCAL_PATH_MAX];              /* empty: not stated */
    uint16_t page_port;                       /* 0: the system chooses */
    char ra_desk[CONFIG_CONTACT_MAX], site_it[CONFIG_CONTACT_MAX];
};

MUST_USE enum status config_parse(struct span text, struct config *ret_config,
                                  char reterr_detail[FAULT_DETAIL_MAX]);
