/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

#include "cli/doctor_judge.h"
#include "cli/report.h"

/* doctor: what was found out so far, told as it is found; then the exit code.
 *
 *     struct doctor doctor;
 *     doctor_init(&doctor, &style);
 *     doctor_note(&doctor, "readers", doctor_judge_readers(count), "%zu", count);
 *     return doctor_end(&doctor);
 *
 *     ok       readers             2: Reader 00 00, Reader 01 00
 *     WRONG    server              https://ra.example: nobody listens there
 *       CW-500       the server cannot be reached
 *       what to do:  check the network; an open job goes on where it stopped
 *       who:         the site's IT: extension 4000
 *
 * The looking is in doctor_desk.h (workstation) and doctor_host.h (server's machine). No text that
 * is noted names a person, a card's number or a secret: the texts go into the bundle for the help
 * desk (doctor_bundle.h). Looking changes nothing and asks nobody for anything.
 * Machine form, one line a check: {"check","grade","what"}, and where it is not ok "code", "name",
 * "cause", "remedy", "actor", "contact".
 * Memory: a plain value of about 30 KiB. Limits: further findings than DOCTOR_FINDINGS_MAX are told
 * but not kept.
 * Tests: test/unit/cli/test_doctor.c, test/e2e/test_doctor.py */
enum { DOCTOR_FINDINGS_MAX = 64, DOCTOR_WHAT_MAX = 400, DOCTOR_CONTACT_MAX = 256 };

struct doctor_finding {
    const char *check;
    struct doctor_verdict verdict;
    char what[DOCTOR_WHAT_MAX];
};

struct doctor {
    struct report_style style;
    char ra_desk[DOCTOR_CONTACT_MAX], site_it[DOCTOR_CONTACT_MAX];
    size_t count;
    struct doctor_finding findings[DOCTOR_FINDINGS_MAX];
};

void doctor_init(struct doctor *d, const struct report_style *style);
/* Whom to call; known once agent or configuration were read. Empty ones change nothing. */
void doctor_set_contacts(struct doctor *d, const char *ra_desk, const char *site_it);
void doctor_note(struct doctor *d, const char *check, struct doctor_verdict verdict,
                 const char *format, ...) PRINTF_LIKE(4, 5);
void doctor_note_ok(struct doctor *d, const char *check, const char *format, ...) PRINTF_LIKE(3, 4);
void doctor_note_wrong(struct doctor *d, const char *check, enum status status, const char *format,
                       ...) PRINTF_LIKE(4, 5);
void doctor_note_warning(struct doctor *d, const char *check, enum status status,
                         const char *format, ...) PRINTF_LIKE(4, 5);
/* The last line, as text: how many are wrong. Returns the exit code: that of the first thing that
 * is wrong; warnings do not count. */
int doctor_end(const struct doctor *d);
