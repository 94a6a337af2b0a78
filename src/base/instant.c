/* SPDX-License-Identifier: Apache-2.0 */
#include "base/instant.h"

#include <stdio.h>
#include <string.h>

/* Days since 1970-01-01 in the proleptic Gregorian calendar; years counted from March, so that
 * the leap day is the last of its year. */
static int64_t days_of_date(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static instant within(instant at, instant first, instant last)
{
    return at < first ? first : at > last ? last : at;
}

struct calendar instant_calendar(instant at)
{
    at = within(at, INSTANT_FIRST, INSTANT_LAST);
    int64_t days = floor_div(at, SECONDS_PER_DAY);
    int64_t seconds = at - days * SECONDS_PER_DAY;
    int64_t shifted = days + 719468;
    int64_t era = floor_div(shifted, 146097);
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    return (struct calendar){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = (int)month,
        .day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1),
        .hour = (int)(seconds / 3600),
        .minute = (int)(seconds / 60 % 60),
        .second = (int)(seconds % 60),
    };
}

instant instant_of(struct calendar c)
{
    return days_of_date(c.year, c.month, c.day) * SECONDS_PER_DAY + c.hour * 3600 + c.minute * 60 +
           c.second;
}

void instant_text(instant at, char ret_text[INSTANT_TEXT_MAX])
{
    struct calendar c = instant_calendar(within(at, 0, INSTANT_LAST));
    char text[96];
    (void)snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day,
                   c.hour, c.minute, c.second);
    memcpy(ret_text, text, INSTANT_TEXT_MAX - 1);
    ret_text[INSTANT_TEXT_MAX - 1] = '\0';
}

static bool number(const char *text, size_t len, int *ret_value)
{
    int value = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        value = value * 10 + (text[i] - '0');
    }
    *ret_value = value;
    return true;
}

bool instant_parse(const char *text, instant *ret_at)
{
    struct calendar c;
    if (text == NULL || strlen(text) != INSTANT_TEXT_MAX - 1) {
        return false;
    }
    bool good = number(text, 4, &c.year) && text[4] == '-' && number(text + 5, 2, &c.month) &&
                text[7] == '-' && number(text + 8, 2, &c.day) && text[10] == 'T' &&
                number(text + 11, 2, &c.hour) && text[13] == ':' &&
                number(text + 14, 2, &c.minute) && text[16] == ':' &&
                number(text + 17, 2, &c.second) && text[19] == 'Z';
    if (!good || c.month < 1 || c.month > 12 || c.day < 1) {
        return false;
    }
    instant at = instant_of(c);
    char again[INSTANT_TEXT_MAX];
    instant_text(at, again);
    if (strcmp(again, text) != 0) { /* 31 February, 25 o'clock */
        return false;
    }
    *ret_at = at;
    return true;
}

int64_t days_until(instant at, instant now)
{
    return floor_div(at - now, SECONDS_PER_DAY);
}
