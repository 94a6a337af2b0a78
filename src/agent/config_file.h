/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/config.h"

/* config_file: the agent's configuration from its file.
 *
 *     status = config_file_read("/etc/cardwright/agent.json", &config, detail);
 *
 * A relative `ca_file` is meant from the file's folder, wherever the program is started.
 * Limits: CONFIG_FILE_MAX bytes. Errors: NOT_FOUND, BAD_FILE, TOO_LARGE, BAD_VALUE; the file, and
 * what is wrong in it, in `reterr_detail`.
 * Tests: test/unit/agent/test_config_file.c */
enum { CONFIG_FILE_MAX = 16384 };

MUST_USE enum status config_file_read(const char *path, struct config *ret_config,
                                      char reterr_detail[FAULT_DETAIL_MAX]);
