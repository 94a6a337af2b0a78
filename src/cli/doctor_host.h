/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cli/doctor.h"

/* doctor_host: the machine of the server, as its user or root may see it. Nothing is opened for
 * writing, no key is read.
 *
 *     doctor_host_look(&doctor, "/var/lib/cardwright/server/server.json");
 *
 * Checks: configuration, file (one for each), store, disk, signer, certificate, ca.
 * Tests: test/e2e/test_doctor_host.py */
void doctor_host_look(struct doctor *d, const char *config_path);
