/* SPDX-License-Identifier: Apache-2.0 */
#include "port/log_write.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/text.h"
#include "test/lib/test.h"

enum { TIME_LEN = 21 /* "2026-11-22T09:30:00Z " */ };

/* What the entry would print, without its time. */
static const char *line_of(enum log_level level, const char *event, const struct log_field *fields)
{
    static char line[LOG_LINE_MAX];
    log_write_line(line, sizeof(line), level, event, fields);
    instant at;
    char time[TIME_LEN];
    CHECK(strlen(line) > TIME_LEN);
    CHECK(text_format(time, sizeof(time), "%.20s", line));
    CHECK(instant_parse(time, &at));
    return line + TIME_LEN;
}

/* What really comes out of standard error. */
static size_t printed(char *ret_text, size_t max, void (*print)(void))
{
    int ends[2];
    CHECK_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    int before = dup(STDERR_FILENO);
    CHECK(dup2(ends[1], STDERR_FILENO) >= 0);
    print();
    CHECK(dup2(before, STDERR_FILENO) >= 0);
    close(before);
    ssize_t got = read(ends[0], ret_text, max - 1);
    close(ends[0]);
    close(ends[1]);
    ret_text[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

TEST(log_write__a_line_is_level_event_and_fields)
{
    CHECK_TEXT(line_of(LOG_LEVEL_INFO, "listening",
                       LOG_FIELDS(LOG_TEXT("address", "127.0.0.1"), LOG_NUMBER("port", 8443))),
               "info listening address=\"127.0.0.1\" port=8443");
    CHECK_TEXT(line_of(LOG_LEVEL_ERROR, "gone", LOG_NO_FIELDS), "error gone");
    CHECK_TEXT(line_of(LOG_LEVEL_DEBUG, "x", LOG_FIELDS(LOG_TEXT("a", NULL))), "debug x a=\"\"");
}

TEST(log_write__a_hostile_text_can_neither_end_its_value_nor_start_a_line)
{
    const char *line = line_of(LOG_LEVEL_WARNING, "refused",
                               LOG_FIELDS(LOG_TEXT("path", "/a\" level=\"info\n2026 \033[2J\\")));

    CHECK_TEXT(line, "warning refused path=\"/a' level='info?2026 ?[2J/\"");
    CHECK(strchr(line, '\n') == NULL);
}

TEST(log_write__what_is_too_long_is_cut_and_the_line_stays_whole)
{
    char longer[2 * LOG_LINE_MAX];
    memset(longer, 'a', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';

    const char *line =
        line_of(LOG_LEVEL_INFO, "e",
                LOG_FIELDS(LOG_TEXT("a", longer), LOG_TEXT("b", longer), LOG_TEXT("c", longer),
                           LOG_TEXT("d", longer), LOG_NUMBER("last", 1)));

    CHECK(strlen(line) < LOG_LINE_MAX);
    CHECK_EQ(line[strlen(line) - 1], '"'); /* cut between fields, not inside one */
    CHECK(strstr(line, "last=") == NULL);
}

static void print_two(void)
{
    log_write(LOG_LEVEL_DEBUG, "too detailed", LOG_NO_FIELDS);
    log_write(LOG_LEVEL_INFO, "shown", LOG_NO_FIELDS);
}

TEST(log_write__prints_one_line_for_what_the_level_lets_through)
{
    char text[LOG_LINE_MAX];
    size_t len = printed(text, sizeof(text), print_two);

    CHECK(len > 0 && text[len - 1] == '\n');
    CHECK(strstr(text, " info shown\n") != NULL);
    CHECK(strstr(text, "too detailed") == NULL);

    log_write_set_level(LOG_LEVEL_DEBUG);
    (void)printed(text, sizeof(text), print_two);
    log_write_set_level(LOG_LEVEL_INFO);
    CHECK(strstr(text, "too detailed") != NULL);
}

static void print_fault(void)
{
    struct fault fault = fault_of(STATUS_CARD_REMOVED, "reader 'A'");
    fault.sw = 0x6982;
    log_write_fault(LOG_LEVEL_ERROR, "job failed", &fault);
}

TEST(log_write__a_fault_is_told_by_the_catalogue)
{
    char text[LOG_LINE_MAX];
    (void)printed(text, sizeof(text), print_fault);

    CHECK(strstr(text, "status=\"CARD_REMOVED\" code=\"CW-311\"") != NULL);
    CHECK(strstr(text, "detail=\"reader 'A'\" sw=27010 tries=-1") != NULL);
}
