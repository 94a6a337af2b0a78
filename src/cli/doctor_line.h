/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cli/doctor.h"
#include "crypto/x509_read.h"

/* doctor_line: the way to the server, and what it tells to anybody: no log-in, nothing is kept
 * there.
 *
 *     struct doctor_cas cas = { 0 };
 *     doctor_line_look(&doctor, origin, ca_file, &cas);
 *
 * Checks: proxy, server, server_certificate, clock, ca, revocation_list.
 * Tests: test/e2e/test_doctor.py */
enum { DOCTOR_CAS_MAX = 3 };

/* The CAs that the server names; none when it could not be asked. */
struct doctor_cas {
    size_t count;
    struct span der[DOCTOR_CAS_MAX]; /* point into memory */
    uint8_t memory[DOCTOR_CAS_MAX * X509_DER_MAX];
};

/* `ca_file` NULL: the system's authorities. */
void doctor_line_look(struct doctor *d, const char *origin, const char *ca_file,
                      struct doctor_cas *ret_cas);
/* A certificate's validity, noted as `check`: "authentication CA: until 22 Nov 2046". */
void doctor_line_note_end(struct doctor *d, const char *check, const char *name, int days,
                          const struct x509_info *info);
