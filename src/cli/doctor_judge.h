/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/status.h"

/* doctor_judge: what facts mean. Numbers and texts in, a verdict out; nothing is looked at here.
 *
 *     struct doctor_verdict verdict = doctor_judge_clock(server_now, our_now);
 *     if (verdict.grade != DOCTOR_OK) { status_entry(verdict.status)->remedy }
 *
 * WARNING: works today; WRONG: somebody will be refused. With OK the status is OK.
 * Tests: test/unit/cli/test_doctor_judge.c */
enum doctor_grade { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_WRONG, DOCTOR_GRADE_MAX };

struct doctor_verdict {
    enum doctor_grade grade;
    enum status status;
};

enum {
    DOCTOR_SKEW_WARNING_SECONDS = 60,
    DOCTOR_SKEW_WRONG_SECONDS = 300, /* the signer refuses at 600 (docs/protocol/signer.md) */
    DOCTOR_SERVER_DAYS = 30,         /* a server's certificate is soon renewed */
    DOCTOR_CA_DAYS = 365             /* a CA that ends cuts the life of what it issues */
};

#define DOCTOR_ROOM_WARNING (UINT64_C(1) << 30)
#define DOCTOR_ROOM_WRONG (UINT64_C(64) << 20)

/* "ok", "warning", "wrong". */
const char *doctor_judge_name(enum doctor_grade grade);
/* Both are seconds since 1970. */
struct doctor_verdict doctor_judge_clock(instant server, instant ours);
/* A certificate's validity; `days`: how long before its end it is told. */
struct doctor_verdict doctor_judge_end(instant not_before, instant not_after, int days,
                                       instant now);
/* A revocation list; past `next_update` it is no longer believed by others. */
struct doctor_verdict doctor_judge_list(instant this_update, instant next_update, instant now);
struct doctor_verdict doctor_judge_version(const char *ours, const char *theirs);
/* How many readers: none is wrong, one is a warning. */
struct doctor_verdict doctor_judge_readers(size_t count);
/* Bytes that may still be written. */
struct doctor_verdict doctor_judge_room(uint64_t bytes);

/* What a file should be, and what it is. */
struct doctor_file {
    uint32_t owner, mode;
    uint32_t wanted_owner; /* root is good as well */
    uint32_t closed;       /* bits of the mode that must not be set: 077 */
};
struct doctor_verdict doctor_judge_file(const struct doctor_file *file);

/* What was found out about the certificates of a card. */
struct doctor_card {
    bool blank, torn;
    bool known;         /* do we know the CAs? if not, `issued` says nothing */
    enum status issued; /* x509_chain_verify of the certificate for authentication */
    instant not_after;  /* of the certificate that ends first */
    bool has_certificate;
};
struct doctor_verdict doctor_judge_card(const struct doctor_card *card, instant now);
