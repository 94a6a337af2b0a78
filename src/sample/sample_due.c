/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/sample_due.h"

#include "base/attr.h"
#include "base/check.h"
#include "base/text.h"

enum { SERIAL_FIRST = 10001000, ISSUED_DAYS_AGO = 678, LOOKS = 13 };

static const char *const given[] = { "Amara", "Bartek", "Carys", "Dmitri", "Eilidh", "Femi",
                                     "Gwen",  "Hassan", "Ines",  "Joao",   "Kerry" };
static const char *const family[] = { "Abbott", "Begum", "Clarke", "Dhillon", "Evans",
                                      "Farrow", "Gupta", "Hughes", "Ibrahim", "Jones",
                                      "Kowal",  "Lynch", "Mensah" };

void sample_due_make(unsigned number, struct sample_due *ret_due)
{
    REQUIRE(number >= 1 && number <= SAMPLE_DUE_MAX);
    REQUIRE(text_format(ret_due->uuid, sizeof(ret_due->uuid), "900001000%03u", number));
    REQUIRE(text_format(ret_due->file, sizeof(ret_due->file), "due-%03u", number));
    ret_due->person = (struct sample_person){
        .file = ret_due->file,
        .uuid = ret_due->uuid,
        .given = given[number % COUNT(given)],
        .family = family[number % COUNT(family)],
        .title = "Dr",
        .org = "ZW1",
        .issued_days_ago = ISSUED_DAYS_AGO,
        .condition = SAMPLE_GOOD,
        .model = "metadata",
        .serial = SERIAL_FIRST + number,
        .note = "due in 52 days",
        .look = number % LOOKS,
    };
}
