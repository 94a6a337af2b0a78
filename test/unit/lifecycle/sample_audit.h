/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "lifecycle/audit_verify.h"
#include "test/lib/test.h"
#include "test/unit/crypto/sample_x509.h"

/* sample_audit: an audit as the server writes it, line by line, to be spoilt by the tests.
 *
 *     struct sample_audit *audit = sample_audit_new();
 *     sample_audit_grow(audit, 3);          entries 1 to 3
 *     sample_audit_checkpoint(audit);       a line of its own behind them
 */
enum { SAMPLE_LINES_MAX = 24 };

struct sample_line {
    size_t len;
    uint8_t bytes[AUDIT_LINE_MAX];
};

struct sample_audit {
    struct sample ca, operator, stranger; /* stranger: a key that nobody trusts */
    struct private_key *audit_key;
    struct audit_head head;
    size_t count;
    struct sample_line lines[SAMPLE_LINES_MAX];
    struct audit_entry entries[SAMPLE_LINES_MAX];
    uint8_t signatures[SAMPLE_LINES_MAX][SIGNATURE_MAX]; /* what the entries borrow */
    struct audit_checkpoint checkpoint;                  /* the newest */
};

struct sample_audit *sample_audit_new(void);
void sample_audit_free(struct sample_audit **audit);
/* Entries without a statement. */
void sample_audit_grow(struct sample_audit *audit, size_t count);
void sample_audit_add(struct sample_audit *audit, struct audit_entry entry);
/* An entry with the operator's statement and its signature. */
void sample_audit_state(struct sample_audit *audit, struct audit_entry entry);
void sample_audit_checkpoint(struct sample_audit *audit);
struct audit_checkpoint sample_audit_sign(const struct sample_audit *audit,
                                          const struct audit_head *head,
                                          const struct private_key *key);
void sample_audit_put(struct sample_audit *audit, const struct audit_checkpoint *checkpoint);
struct audit_entry sample_audit_entry(void);

/* What the lines are worth. */
struct sample_verdict {
    enum status status;
    enum audit_fault fault;
    uint64_t sequence, line, statements, checkpoints;
};
struct sample_verdict sample_audit_verify(const struct sample_audit *audit,
                                          const struct audit_checkpoint *expected);
