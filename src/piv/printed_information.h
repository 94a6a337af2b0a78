/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* printed_information: what is printed on the card, for machines that cannot see
 * (SP 800-73-4 part 1, 3.3.1 and appendix A, table 14). Reading it needs the PIN.
 *
 *     struct printed_information printed = { .expiry = "2030DEC31" };
 *     text_copy(printed.name, sizeof printed.name, "Ada Example");
 *     printed_information_encode(&printed, &content);
 *
 * Memory: a plain value. Limits: the field sizes of the table. Texts are printable ASCII or UTF-8.
 * Errors: encoding false: no name, a control character, or the buffer is short.
 *         Reading: STATUS_CARD_ANSWER, result untouched.
 * Tests: test/unit/piv/test_printed_information.c */
enum { PRINTED_ENCODED_MAX = 260 };

struct printed_information {
    char name[126];
    char affiliation[21];  /* of the employee; optional */
    char expiry[10];       /* YYYYMMMDD, "2030DEC31" */
    char card_serial[21];  /* agency card serial number */
    char issuer[16];       /* issuer identification */
    char organisation[21]; /* affiliation line 1; optional */
    char unit[21];         /* affiliation line 2; optional */
};

MUST_USE bool printed_information_encode(const struct printed_information *printed,
                                         struct buf *ret_content);
MUST_USE enum status printed_information_decode(struct span content,
                                                struct printed_information *ret_printed);
/* "20301231" becomes "2030DEC31". False: no date. */
MUST_USE bool printed_information_date(const char *yyyymmdd, char ret_expiry[10]);
