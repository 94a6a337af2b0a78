/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/agent_answer.h"
#include "cli/show_card.h"
#include "cli/show_cure.h"
#include "cli/show_desk.h"
#include "cli/show_job.h"
#include "test/fuzz/fuzz.h"

/* What the agent passes on from a server, a card or a person's name, as the command line shows it.
 * The first byte is the screen. Nothing that is printed steers the terminal, and no command that
 * somebody copies holds more than words. */
static void show_role_profiles_here(const json_t *json)
{
    show_role_profiles(stdout, json_object_get(json, "profiles"));
}

static void show_cure_and_command(const json_t *json)
{
    char command[SHOW_CURE_COMMAND_MAX];
    show_cure(json);
    if (show_cure_command(json, command)) {
        fuzz_text(command, sizeof(command));
        REQUIRE(strpbrk(command, ";&|<>$`\"'()*?[]#~=%!{}\\\n\t") == NULL);
    }
}

static void (*const screens[])(const json_t *json) = {
    show_identify, show_desk, show_session,  show_role_profiles_here, show_people,
    show_profile,  show_jobs, show_job_step, show_job_result,         show_cure_and_command,
};

static void check_line(struct span line)
{
    char *again = malloc(line.len + 1);
    REQUIRE(again != NULL);
    text_print_safe(line, again, line.len + 1);
    REQUIRE(span_equal(line, span_of_text(again)));
    free(again);
}

static void check_shown(struct span shown)
{
    while (shown.len > 0) {
        const uint8_t *end = memchr(shown.ptr, '\n', shown.len);
        REQUIRE(end != NULL);
        size_t len = (size_t)(end - shown.ptr);
        check_line(span_part(shown, 0, len));
        shown = span_part(shown, len + 1, shown.len);
    }
}

static void show(uint8_t screen, const json_t *json)
{
    char *shown = NULL;
    size_t len = 0;
    FILE *terminal = stdout;
    stdout = open_memstream(&shown, &len);
    REQUIRE(stdout != NULL);
    screens[screen % COUNT(screens)](json);
    REQUIRE(fclose(stdout) == 0);
    stdout = terminal;
    check_shown(span_of(shown, len));
    free(shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct fault fault = fault_of(STATUS_OK, "");
    json_t *json = NULL;
    if (len == 0) {
        return 0;
    }
    int code = bytes[0] < 0x80 ? 200 : 409;
    if (agent_answer_take(code, span_of(bytes + 1, len - 1), AGENT_TEXT_SAFE, &json, &fault) ==
        STATUS_OK) {
        show(bytes[0], json);
    } else {
        REQUIRE(json == NULL && fault.status > STATUS_OK && fault.status < STATUS_MAX);
        fuzz_text(fault.detail, sizeof(fault.detail));
    }
    json_decref(json);
    return 0;
}
