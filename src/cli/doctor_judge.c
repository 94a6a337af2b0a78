/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_judge.h"

#include "base/text.h"

static const struct doctor_verdict good = { DOCTOR_OK, STATUS_OK };

static struct doctor_verdict warn(enum status status)
{
    return (struct doctor_verdict){ DOCTOR_WARNING, status };
}

static struct doctor_verdict wrong(enum status status)
{
    return (struct doctor_verdict){ DOCTOR_WRONG, status };
}

const char *doctor_judge_name(enum doctor_grade grade)
{
    static const char *const names[DOCTOR_GRADE_MAX] = {
        [DOCTOR_OK] = "ok", [DOCTOR_WARNING] = "warning", [DOCTOR_WRONG] = "wrong"
    };
    return grade < DOCTOR_GRADE_MAX ? names[grade] : "wrong";
}

struct doctor_verdict doctor_judge_clock(instant server, instant ours)
{
    instant skew = server > ours ? server - ours : ours - server;
    if (skew > DOCTOR_SKEW_WRONG_SECONDS) {
        return wrong(STATUS_CLOCK_DIFFERS);
    }
    return skew > DOCTOR_SKEW_WARNING_SECONDS ? warn(STATUS_CLOCK_DIFFERS) : good;
}

struct doctor_verdict doctor_judge_end(instant not_before, instant not_after, int days, instant now)
{
    if (now < not_before || now > not_after) {
        return wrong(STATUS_CERTIFICATE_OVER);
    }
    return days_until(not_after, now) < days ? warn(STATUS_CERTIFICATE_ENDS) : good;
}

/* A new list is made each day: one of three days ago is late, though still believed. */
struct doctor_verdict doctor_judge_list(instant this_update, instant next_update, instant now)
{
    if (now > next_update || this_update > now + DOCTOR_SKEW_WRONG_SECONDS) {
        return wrong(STATUS_CRL_OLD);
    }
    return now - this_update > 3 * SECONDS_PER_DAY ? warn(STATUS_CRL_OLD) : good;
}

struct doctor_verdict doctor_judge_version(const char *ours, const char *theirs)
{
    return text_equal(ours, theirs) ? good : wrong(STATUS_VERSION_DIFFERS);
}

enum { STICKY = 01000 };

struct doctor_verdict doctor_judge_readers(size_t count)
{
    if (count == 0) {
        return wrong(STATUS_READER_NONE);
    }
    return count == 1 ? warn(STATUS_READER_SECOND) : good;
}

struct doctor_verdict doctor_judge_room(uint64_t bytes)
{
    if (bytes < DOCTOR_ROOM_WRONG) {
        return wrong(STATUS_DISK_FULL);
    }
    return bytes < DOCTOR_ROOM_WARNING ? warn(STATUS_DISK_FULL) : good;
}

struct doctor_verdict doctor_judge_file(const struct doctor_file *file)
{
    bool owner_good = file->owner == file->wanted_owner || file->owner == 0;
    if ((file->mode & STICKY) != 0) { /* /tmp: it must stay everybody's */
        return wrong(STATUS_BAD_VALUE);
    }
    return owner_good && (file->mode & file->closed) == 0 ? good : wrong(STATUS_FILE_ACCESS);
}

struct doctor_verdict doctor_judge_card(const struct doctor_card *card, instant now)
{
    if (card->torn) {
        return wrong(STATUS_CERTIFICATE_FORM);
    }
    if (card->blank || !card->has_certificate) {
        return good;
    }
    if (card->known && card->issued != STATUS_OK && card->issued != STATUS_CARD_EXPIRED) {
        return wrong(card->issued);
    }
    return now > card->not_after ? wrong(STATUS_CARD_EXPIRED) : good;
}
