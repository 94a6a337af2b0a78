/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "port/https_client.h"

/* sim_line: the network between the desks and the server.
 *
 *     struct https_client *client = sim_line_open(desk, idle, context);
 *
 * Implements, of port/https_client.h, sending, aborting, allowing and looking. Asks sim_fault what
 * happens to each request: lost on either way, delivered twice, late, after the lease. */
struct https_client *sim_line_open(int desk, void (*idle)(void *context), void *context);
/* What was lost and comes late is delivered. */
void sim_line_deliver_late(void);
