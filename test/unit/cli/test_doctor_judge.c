/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_judge.h"

#include "test/lib/test.h"

enum { NOW = 1800000000, DAY = SECONDS_PER_DAY };

static void judged(struct doctor_verdict verdict, enum doctor_grade grade, enum status status)
{
    CHECK_EQ(verdict.grade, grade);
    CHECK_EQ(verdict.status, status);
}

TEST(doctor_judge__clocks_may_differ_a_little_in_both_directions)
{
    judged(doctor_judge_clock(NOW, NOW), DOCTOR_OK, STATUS_OK);
    judged(doctor_judge_clock(NOW + 60, NOW), DOCTOR_OK, STATUS_OK);
    judged(doctor_judge_clock(NOW + 61, NOW), DOCTOR_WARNING, STATUS_CLOCK_DIFFERS);
    judged(doctor_judge_clock(NOW, NOW + 61), DOCTOR_WARNING, STATUS_CLOCK_DIFFERS);
    judged(doctor_judge_clock(NOW + 300, NOW), DOCTOR_WARNING, STATUS_CLOCK_DIFFERS);
    judged(doctor_judge_clock(NOW + 301, NOW), DOCTOR_WRONG, STATUS_CLOCK_DIFFERS);
    judged(doctor_judge_clock(0, NOW), DOCTOR_WRONG, STATUS_CLOCK_DIFFERS);
}

TEST(doctor_judge__a_certificate_is_told_before_it_ends)
{
    const instant from = NOW - 100 * DAY;

    judged(doctor_judge_end(from, NOW + 30 * DAY, 30, NOW), DOCTOR_OK, STATUS_OK);
    judged(doctor_judge_end(from, NOW + 30 * DAY - 1, 30, NOW), DOCTOR_WARNING,
           STATUS_CERTIFICATE_ENDS);
    judged(doctor_judge_end(from, NOW, 30, NOW), DOCTOR_WARNING, STATUS_CERTIFICATE_ENDS);
    judged(doctor_judge_end(from, NOW - 1, 30, NOW), DOCTOR_WRONG, STATUS_CERTIFICATE_OVER);
    judged(doctor_judge_end(NOW + 1, NOW + 99 * DAY, 30, NOW), DOCTOR_WRONG,
           STATUS_CERTIFICATE_OVER);
}

TEST(doctor_judge__a_list_is_late_before_it_is_no_longer_believed)
{
    judged(doctor_judge_list(NOW - DAY, NOW + 6 * DAY, NOW), DOCTOR_OK, STATUS_OK);
    judged(doctor_judge_list(NOW - 3 * DAY - 1, NOW + DAY, NOW), DOCTOR_WARNING, STATUS_CRL_OLD);
    judged(doctor_judge_list(NOW - 8 * DAY, NOW - 1, NOW), DOCTOR_WRONG, STATUS_CRL_OLD);
    judged(doctor_judge_list(NOW + DAY, NOW + 8 * DAY, NOW), DOCTOR_WRONG, STATUS_CRL_OLD);
}

TEST(doctor_judge__versions_are_equal_or_wrong)
{
    judged(doctor_judge_version("0.1.0", "0.1.0"), DOCTOR_OK, STATUS_OK);
    judged(doctor_judge_version("0.1.0", "0.1.00"), DOCTOR_WRONG, STATUS_VERSION_DIFFERS);
    judged(doctor_judge_version("0.1.0", ""), DOCTOR_WRONG, STATUS_VERSION_DIFFERS);
}

TEST(doctor_judge__two_readers_are_enough_one_is_a_warning)
{
    judged(doctor_judge_readers(0), DOCTOR_WRONG, STATUS_READER_NONE);
    judged(doctor_judge_readers(1), DOCTOR_WARNING, STATUS_READER_SECOND);
    judged(doctor_judge_readers(2), DOCTOR_OK, STATUS_OK);
    judged(doctor_judge_readers(5), DOCTOR_OK, STATUS_OK);
}

TEST(doctor_judge__a_full_disk_is_told_before_it_is_full)
{
    judged(doctor_judge_room(DOCTOR_ROOM_WARNING), DOCTOR_OK, STATUS_OK);
    judged(doctor_judge_room(DOCTOR_ROOM_WARNING - 1), DOCTOR_WARNING, STATUS_DISK_FULL);
    judged(doctor_judge_room(DOCTOR_ROOM_WRONG - 1), DOCTOR_WRONG, STATUS_DISK_FULL);
    judged(doctor_judge_room(0), DOCTOR_WRONG, STATUS_DISK_FULL);
}

TEST(doctor_judge__a_secret_is_the_owners_or_roots_and_nobody_elses)
{
    struct doctor_file file = { .owner = 998, .mode = 0600, .wanted_owner = 998, .closed = 077 };
    judged(doctor_judge_file(&file), DOCTOR_OK, STATUS_OK);
    file.owner = 0;
    judged(doctor_judge_file(&file), DOCTOR_OK, STATUS_OK);
    file.owner = 1000;
    judged(doctor_judge_file(&file), DOCTOR_WRONG, STATUS_FILE_ACCESS);
    for (unsigned bit = 01; bit <= 040; bit <<= 1) {
        file.owner = 998;
        file.mode = 0600 | bit;
        judged(doctor_judge_file(&file), DOCTOR_WRONG, STATUS_FILE_ACCESS);
    }
    file.mode = 0644;
    file.closed = 022; /* a certificate may be read by all */
    judged(doctor_judge_file(&file), DOCTOR_OK, STATUS_OK);
}

TEST(doctor_judge__a_foreign_card_is_wrong_a_blank_one_is_not)
{
    struct doctor_card card = { .blank = true };
    judged(doctor_judge_card(&card, NOW), DOCTOR_OK, STATUS_OK);
    card = (struct doctor_card){
        .has_certificate = true, .known = true, .issued = STATUS_CA_UNKNOWN, .not_after = NOW + DAY
    };
    judged(doctor_judge_card(&card, NOW), DOCTOR_WRONG, STATUS_CA_UNKNOWN);
    card.known = false; /* without the CAs nobody can tell */
    judged(doctor_judge_card(&card, NOW), DOCTOR_OK, STATUS_OK);
    card.torn = true;
    judged(doctor_judge_card(&card, NOW), DOCTOR_WRONG, STATUS_CERTIFICATE_FORM);
}

TEST(doctor_judge__an_own_card_is_good_until_its_first_certificate_ends)
{
    struct doctor_card card = {
        .has_certificate = true, .known = true, .issued = STATUS_OK, .not_after = NOW
    };
    judged(doctor_judge_card(&card, NOW), DOCTOR_OK, STATUS_OK);
    judged(doctor_judge_card(&card, NOW + 1), DOCTOR_WRONG, STATUS_CARD_EXPIRED);
    card.issued = STATUS_CARD_EXPIRED; /* ours, and over */
    judged(doctor_judge_card(&card, NOW + 1), DOCTOR_WRONG, STATUS_CARD_EXPIRED);
}

TEST(doctor_judge__grades_have_names)
{
    CHECK_TEXT(doctor_judge_name(DOCTOR_OK), "ok");
    CHECK_TEXT(doctor_judge_name(DOCTOR_WARNING), "warning");
    CHECK_TEXT(doctor_judge_name(DOCTOR_WRONG), "wrong");
}
