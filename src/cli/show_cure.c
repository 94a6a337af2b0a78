/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show_cure.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/desk_options.h"
#include "port/terminal.h"

/* ---- the command that is the cure ---- */

/* Is `member` of that service true? */
static bool is_so(const json_t *identify, const char *name, const char *member)
{
    size_t index;
    json_t *service;
    json_array_foreach(json_object_get(identify, "services"), index, service)
    {
        if (text_equal(desk_text(service, "service"), name)) {
            return json_is_true(json_object_get(service, member));
        }
    }
    return false;
}

/* It goes into a command that somebody copies into a shell. */
static bool is_plain(const char *word)
{
    return word[0] != '\0' && word[0] != '-' &&
           word[strspn(word, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_")] ==
               '\0';
}

/* "cardwright repair --card 10000042 --identity-check TEXT"; false: no command cures it. */
bool show_cure_command(const json_t *identify, char ret_text[SHOW_CURE_COMMAND_MAX])
{
    const json_t *cure = json_object_get(identify, "cure");
    const char *service = desk_text(cure, "service");
    const char *identity = desk_text(identify, "identity");
    const char *space = strchr(identity, ' ');
    const char *number = space != NULL ? space + 1 : identity;
    const char *check = is_so(identify, service, "identity_check") ? " --identity-check TEXT" : "";
    const char *reset = is_so(identify, service, "reset") ? " --reset" : "";
    if (!text_equal(desk_text(cure, "means"), "service") || !is_plain(service)) {
        return false;
    }
    if (text_equal(service, "issue")) {
        const char *person = desk_text(json_object_get(identify, "person"), "uuid");
        return text_format(ret_text, SHOW_CURE_COMMAND_MAX, "cardwright issue --person %s%s%s",
                           is_plain(person) ? person : "UUID", reset, check);
    }
    return is_plain(number) && text_format(ret_text, SHOW_CURE_COMMAND_MAX,
                                           "cardwright %s --card %s%s", service, number, check);
}

/* ---- as text ---- */

void show_cure_field(const char *name, const char *text)
{
    printf("%s%-9s%s%s\n", terminal_style(1, TERMINAL_DIM), name, terminal_style(1, TERMINAL_PLAIN),
           text);
}

static void print_finding(const json_t *finding)
{
    static const struct {
        const char *severity, *mark;
        enum terminal_style style;
    } marks[] = { { "problem", "WRONG", TERMINAL_RED },
                  { "warning", "warning", TERMINAL_YELLOW },
                  { "good", "ok", TERMINAL_GREEN },
                  { "note", "note", TERMINAL_DIM } };
    for (size_t i = 0; i < COUNT(marks); i++) {
        if (text_equal(desk_text(finding, "severity"), marks[i].severity)) {
            printf("  %s%-8s%s %s\n", terminal_style(1, marks[i].style), marks[i].mark,
                   terminal_style(1, TERMINAL_PLAIN), desk_text(finding, "text"));
        }
    }
}

static void print_sentence(const json_t *card)
{
    const char *text = desk_text(json_object_get(card, "diagnosis"), "text");
    printf("%s%s%s\n", terminal_style(1, TERMINAL_BOLD), text, terminal_style(1, TERMINAL_PLAIN));
}

void show_cure(const json_t *card)
{
    size_t index;
    json_t *finding;
    char command[SHOW_CURE_COMMAND_MAX];
    print_sentence(card);
    json_array_foreach(json_object_get(card, "findings"), index, finding)
    {
        print_finding(finding);
    }
    const json_t *cure = json_object_get(card, "cure");
    show_cure_field("cure", desk_text(cure, "text"));
    if (show_cure_command(card, command)) {
        show_cure_field("command", command);
        if (!json_is_true(json_object_get(cure, "available"))) {
            show_cure_field("", "not possible in this session: 'cardwright show' says why");
        }
    }
}
