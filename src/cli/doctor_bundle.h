/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cli/doctor.h"

/* doctor_bundle: what a help desk needs to know, in one file that may leave the house.
 *
 *     status = doctor_bundle_write(&doctor, "report.json");
 *
 * JSON: when, versions, operating system, every finding, which settings are there (not what they
 * are). Left out or blotted: passcodes and tokens (never at hand), persons, card numbers, UUIDs,
 * the user's name and home, the computer's name, contacts; see doctor_redact.h. Mode 0600.
 * An existing file is not replaced: PLACE_TAKEN; BAD_FILE.
 * Tests: test/e2e/test_doctor.py */
MUST_USE enum status doctor_bundle_write(const struct doctor *d, const char *path);
