/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"

/* readers_isolate: puts this process and its children into namespaces of their own.
 *
 *     if (!readers_isolate()) { return 1; }
 *
 * Network: loopback only, so the drivers' open ports exist nowhere else. Mounts: an empty
 * /run/pcscd, so the machine's pid file is not overwritten; an empty driver folder, so this pcscd
 * finds no real reader. Files elsewhere stay as they are. An ordinary user gets a user namespace.
 * Prints what went wrong. There is no way on without: a real card in a real reader must be safe.
 * Tests: test/e2e/test_witness.sh */
MUST_USE bool readers_isolate(void);
