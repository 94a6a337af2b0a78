/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "base/status.h"
#include "test/lib/test.h"

TEST(status__every_entry_is_complete)
{
    for (unsigned i = 0; i < STATUS_MAX; i++) {
        const struct status_entry *entry = status_entry((enum status)i);
        CHECK(entry->name != NULL && entry->code != NULL);
        CHECK(strlen(entry->cause) > 5 && strlen(entry->remedy) > 5);
        CHECK(entry->class < CLASS_MAX && entry->actor < ACTOR_MAX && entry->card < CARD_MAX);
        CHECK(entry->actor != ACTOR_NONE || i == STATUS_OK); /* somebody must act */
    }
}

TEST(status__no_code_and_no_name_stands_twice)
{
    for (unsigned i = 0; i < STATUS_MAX; i++) {
        for (unsigned j = 0; j < i; j++) {
            const struct status_entry *a = status_entry((enum status)i);
            const struct status_entry *b = status_entry((enum status)j);
            CHECK(strcmp(a->code, b->code) != 0);
            CHECK(strcmp(a->name, b->name) != 0);
            CHECK(strcmp(a->cause, b->cause) != 0);
        }
    }
}

TEST(status__causes_keep_the_message_grammar)
{
    for (unsigned i = 0; i < STATUS_MAX; i++) {
        const char *cause = status_entry((enum status)i)->cause;
        CHECK(!isupper((unsigned char)cause[0]) || isupper((unsigned char)cause[1]));
        CHECK(cause[strlen(cause) - 1] != '.');
    }
}

TEST(status__a_name_finds_its_entry_again)
{
    for (unsigned i = 0; i < STATUS_MAX; i++) {
        enum status found = STATUS_MAX;
        CHECK(status_by_name(status_entry((enum status)i)->name, &found));
        CHECK_EQ(found, i);
    }
    enum status untouched = STATUS_MAX;
    CHECK(!status_by_name("NO_SUCH_ERROR", &untouched));
    CHECK_EQ(untouched, STATUS_MAX);
}

TEST(status__an_unknown_value_is_internal)
{
    CHECK(status_entry((enum status)9999) == status_entry(STATUS_INTERNAL));
}

TEST(status__the_detail_of_a_fault_is_printable)
{
    struct fault fault = fault_of(STATUS_BAD_VALUE, "a\x1b[31m\xff");

    CHECK_TEXT(fault.detail, "a?[31m?");
    CHECK_EQ(fault.tries_left, -1);
}

TEST(status__a_fault_at_a_place_keeps_the_end_of_a_long_path)
{
    char path[400];
    memset(path, 'a', sizeof(path));
    memcpy(path + sizeof(path) - 12, "/agent.json", 12);

    CHECK_TEXT(fault_at(STATUS_BAD_FILE, "key", "/srv/tls.key\n").detail, "key: /srv/tls.key?");
    struct fault fault = fault_at(STATUS_BAD_FILE, path, "origin");
    const char *end = strstr(fault.detail, "a/agent.json: origin");

    CHECK_EQ(fault.status, STATUS_BAD_FILE);
    CHECK(end != NULL && strlen(end) == strlen("a/agent.json: origin"));
    CHECK_EQ(fault.tries_left, -1);
    fault = fault_at(STATUS_BAD_FILE, "key", path); /* what does not fit is cut */
    CHECK_EQ(strlen(fault.detail), FAULT_DETAIL_MAX - 1);
}

TEST(status__every_problem_fits_and_needs_no_escape)
{
    char text[STATUS_PROBLEM_MAX];

    for (unsigned i = 0; i < STATUS_MAX; i++) {
        const char *problem = status_problem((enum status)i, 503, text);

        CHECK(strchr(problem, '\\') == NULL);
        CHECK(strstr(problem, status_entry((enum status)i)->code) != NULL);
        CHECK_EQ(problem[strlen(problem) - 1], '}');
    }
}

TEST(status__http_says_what_is_not_there_and_who_was_wrong)
{
    CHECK_EQ(status_http(STATUS_OK), 200);
    CHECK_EQ(status_http(STATUS_JOB_UNKNOWN), 404);
    CHECK_EQ(status_http(STATUS_METHOD_UNKNOWN), 404);
    CHECK_EQ(status_http(STATUS_SESSION_ENDED), 401);
    CHECK_EQ(status_http(STATUS_OUT_OF_MEMORY), 503); /* not 413: nobody sent too much */
    CHECK_EQ(status_http(STATUS_JOB_ANSWER), 422);    /* not 502: the agent was wrong */
    CHECK_EQ(status_http(STATUS_SERVER_PROTOCOL), 502);
    for (unsigned i = STATUS_OK + 1; i < STATUS_MAX; i++) {
        CHECK(status_http((enum status)i) >= 400 && status_http((enum status)i) < 600);
    }
}
