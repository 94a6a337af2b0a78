/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* ca_file: the authorities that a client trusts, looked at before it is started with them.
 *
 *     status = ca_file_check("/etc/cardwright/server-ca.pem");
 *
 * The TLS library reads the file in the same way at each connection (https_client.h): what it could
 * not use then is told now.
 * Errors: BAD_FILE when it cannot be read or holds no PEM certificate, OUT_OF_MEMORY.
 * Tests: test/unit/port/test_ca_file.c */
MUST_USE enum status ca_file_check(const char *path);
