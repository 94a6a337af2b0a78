/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"
#include "lifecycle/audit_verify.h"

/* audit_file: an exported audit on disk, verified with certificates on disk. No server is asked.
 *
 *     const char *keys[] = { "audit.pem", "ca-chain.pem" };
 *     status = audit_file_verify(&(struct audit_file_options){ .path = "audit.jsonl",
 *                                .key_paths = keys, .key_count = 2 }, &verdict, &fault);
 *
 * The PEM files may hold several certificates: those of CAs check the statements, all others are
 * audit keys that are trusted. `expected_path` is any file with a checkpoint in it, an older export
 * for example; the one with the highest number counts.
 * Limits: AUDIT_FILE_CERTIFICATES_MAX certificates in all; a line longer than AUDIT_LINE_MAX is
 * no line of ours. The audit itself may have any length; it is read line by line.
 * Errors: AUDIT_BROKEN with the verdict filled; BAD_VALUE when there is no audit certificate among
 * the PEM files; NOT_FOUND, BAD_FILE, CERTIFICATE_FORM, TOO_LARGE
 * with `reterr_fault` naming the file.
 * Tests: test/unit/cli/test_audit_file.c */
enum { AUDIT_FILE_CERTIFICATES_MAX = 16, AUDIT_FILE_PEM_MAX = 64 * 1024 };

struct audit_file_options {
    const char *path;
    const char *const *key_paths;
    size_t key_count;
    const char *expected_path; /* or NULL */
};

struct audit_file_verdict {
    enum audit_fault fault;
    uint64_t bad_sequence, bad_line;
    uint64_t entries, checkpoints, statements;
    bool statements_traced; /* CAs were given */
    uint8_t head[AUDIT_HASH_LEN];
};

MUST_USE enum status audit_file_verify(const struct audit_file_options *options,
                                       struct audit_file_verdict *ret_verdict,
                                       struct fault *reterr_fault);
