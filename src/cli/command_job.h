/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cli/desk_options.h"

/* command_job: one act on the card in the reader, with its steps as they happen: what `renew`,
 * `repair` and `issue` do once their options are read, and what a cure is carried out by.
 *
 *     return command_job_run("repair", &options);        the exit code
 *
 * Asks the same as they do: is it the right person, identity check, passcodes. Tests: test/e2e */
int command_job_run(const char *service, const struct desk_options *options);
