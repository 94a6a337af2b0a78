/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* attest_roots: the makers' certificates under which cards attest, as the administrator gave them.
 *
 *     status = attest_roots_load(config.attestation_roots, &roots);     a file of PEM blocks
 *     roots.ders, roots.count
 *
 * Read once at the start, before the sandbox. Memory: a plain value; `ders` point into `memory`, so
 * it is not copied. Errors: those of file_read; BAD_FILE for a file without a certificate;
 * TOO_LARGE past ATTEST_ROOTS_MAX certificates.
 * Tests: test/unit/server/test_attest.c */
enum { ATTEST_ROOTS_MAX = 16, ATTEST_ROOTS_MEMORY = 32768 };

struct attest_roots {
    uint8_t memory[ATTEST_ROOTS_MEMORY];
    struct span ders[ATTEST_ROOTS_MAX];
    size_t count; /* 0: none are configured */
};

MUST_USE enum status attest_roots_load(const char *path, struct attest_roots *ret_roots);
