/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/public_key.h"
#include "lifecycle/audit_checkpoint.h"
#include "lifecycle/audit_event.h"

/* audit_verify: is this exported audit whole and unchanged? Line by line, offline.
 *
 *     struct audit_verify v;
 *     audit_verify_init(&v, &options);
 *     while (a line) { audit_verify_line(&v, line); }
 *     status = audit_verify_end(&v);
 *     if (status != STATUS_OK) { audit_verify_fault_text(v.fault), v.bad_sequence, v.bad_line }
 *
 * A file holds the entries from number 1 on and checkpoints among them; a checkpoint follows the
 * entry that it covers, or stands ahead of it (one at a time). Checked: one spelling of each line,
 * numbers without gaps, each entry's hash and link to the one before, each checkpoint's signature
 * and head, that checkpoints cover every entry, that the end is not cut off (against the newest
 * checkpoint in the file and against `expected`), and the statement of each entry whose status is
 * OK: its signature by the certificate beside it, and, when `cas` are given, that certificate by
 * one of them, valid at the entry's time. (Statements that were refused are recorded too; the
 * chain protects them, nothing else is asked of them.)
 *
 * What it names: the first entry that cannot be believed; all before it are proved, or at least
 * nothing speaks against them. When only a later checkpoint shows that something was rewritten,
 * that is the first entry behind the last good checkpoint. When two neighbours do not fit and the
 * first is not covered by a checkpoint yet, it is the first.
 * What it cannot see: a cut behind a checkpoint, when nobody has kept a newer one. Export
 * checkpoints to another place, and give the newest as `expected`.
 *
 * Memory: about 8 KiB in the struct; borrows what options point to until the end.
 * Errors: AUDIT_BROKEN with `fault`, `bad_sequence` and `bad_line`; OUT_OF_MEMORY, CRYPTO. The
 *         first one sticks; lines behind it are not looked at.
 * Tests: test/unit/lifecycle/test_audit_verify.c */
struct audit_verify_options {
    const struct public_key *keys; /* audit keys that are trusted */
    size_t keys_count;
    const struct span *cas; /* DER of the CAs of statements; none: not asked */
    size_t cas_count;
    const struct audit_checkpoint *expected; /* kept elsewhere, newest; or NULL */
};

enum audit_fault {
    AUDIT_FAULT_NONE,
    AUDIT_FAULT_LINE,       /* not a line as it was written */
    AUDIT_FAULT_MISSING,    /* a number is left out */
    AUDIT_FAULT_ORDER,      /* a number comes back */
    AUDIT_FAULT_HASH,       /* an entry's contents do not have its hash */
    AUDIT_FAULT_LINK,       /* an entry does not continue the one before */
    AUDIT_FAULT_STATEMENT,  /* a statement's signature or certificate is wrong */
    AUDIT_FAULT_KEY,        /* a checkpoint is by a key that is not trusted */
    AUDIT_FAULT_SIGNATURE,  /* a checkpoint's signature is wrong */
    AUDIT_FAULT_HEAD,       /* a checkpoint has signed another entry under this number */
    AUDIT_FAULT_CHECKPOINT, /* a checkpoint out of place */
    AUDIT_FAULT_CUT,        /* the end is missing: a checkpoint speaks of more entries */
    AUDIT_FAULT_UNCOVERED,  /* entries at the end that no checkpoint covers */
    AUDIT_FAULT_EMPTY,      /* nothing in it */
    AUDIT_FAULT_MAX
};

struct audit_verify {
    struct audit_verify_options options;
    enum status status;
    enum audit_fault fault;
    uint64_t bad_sequence; /* the first entry that cannot be believed; 0: `expected` itself */
    uint64_t bad_line;     /* where it was seen; 0: at the end of the file */
    struct audit_head head;
    uint64_t covered; /* up to here by good checkpoints */
    uint64_t lines, checkpoints, statements;
    bool has_ahead;
    struct audit_checkpoint ahead;
    struct audit_memory memory;
};

void audit_verify_init(struct audit_verify *v, const struct audit_verify_options *options);
/* `line` with or without its line feed. Empty lines are not allowed. */
void audit_verify_line(struct audit_verify *v, struct span line);
MUST_USE enum status audit_verify_end(struct audit_verify *v);
/* "entry_changed": for machines. */
const char *audit_verify_fault_name(enum audit_fault fault);
/* "the entry was changed after it was written": for people. */
const char *audit_verify_fault_text(enum audit_fault fault);
