/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/desk_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/secret_option.h"
#include "port/terminal.h"

enum {
    OPTION_AGENT = 256,
    OPTION_JSON,
    OPTION_CARD,
    OPTION_PROFILE,
    OPTION_PERSON,
    OPTION_IDENTITY_CHECK,
    OPTION_LEFT_LOCKED,
    OPTION_LAST_TRY,
    OPTION_PASSCODE,
    OPTION_OPERATOR_PASSCODE,
    OPTION_YES,
    OPTION_PRINT,
    OPTION_CURE,
    OPTION_RESET
};

static const struct option long_options[] = {
    { "agent", required_argument, NULL, OPTION_AGENT },
    { "json", no_argument, NULL, OPTION_JSON },
    { "card", required_argument, NULL, OPTION_CARD },
    { "profile", required_argument, NULL, OPTION_PROFILE },
    { "person", required_argument, NULL, OPTION_PERSON },
    { "identity-check", required_argument, NULL, OPTION_IDENTITY_CHECK },
    { "left-locked", no_argument, NULL, OPTION_LEFT_LOCKED },
    { "use-last-try", no_argument, NULL, OPTION_LAST_TRY },
    { "passcode-file", required_argument, NULL, OPTION_PASSCODE },
    { "operator-passcode-file", required_argument, NULL, OPTION_OPERATOR_PASSCODE },
    { "yes", no_argument, NULL, OPTION_YES },
    { "print", no_argument, NULL, OPTION_PRINT },
    { "reset", no_argument, NULL, OPTION_RESET },
    { "cure", no_argument, NULL, OPTION_CURE },
    { NULL, 0, NULL, 0 },
};

/* Which group an option belongs to; 0: every command has it. */
static unsigned group_of(int option)
{
    switch (option) {
    case OPTION_CARD:
        return DESK_CARD;
    case OPTION_PROFILE:
        return DESK_PROFILE;
    case OPTION_PERSON:
        return DESK_PERSON;
    case OPTION_IDENTITY_CHECK:
    case OPTION_LEFT_LOCKED:
        return DESK_REPAIR;
    case OPTION_LAST_TRY:
        return DESK_LAST_TRY;
    case OPTION_PASSCODE:
    case OPTION_OPERATOR_PASSCODE:
        return DESK_PASSCODE;
    case OPTION_YES:
        return DESK_YES;
    case OPTION_PRINT:
        return DESK_PRINT;
    case OPTION_RESET:
        return DESK_RESET;
    case OPTION_CURE:
        return DESK_CURE;
    default:
        return 0;
    }
}

static const char **text_of(struct desk_options *options, int option)
{
    switch (option) {
    case OPTION_AGENT:
        return &options->agent;
    case OPTION_CARD:
        return &options->card;
    case OPTION_PROFILE:
        return &options->profile;
    case OPTION_PERSON:
        return &options->person;
    case OPTION_IDENTITY_CHECK:
        return &options->identity_check;
    case OPTION_PASSCODE:
        return &options->passcode_file;
    case OPTION_OPERATOR_PASSCODE:
        return &options->operator_passcode_file;
    default:
        return NULL;
    }
}

static bool *flag_of(struct desk_options *options, int option)
{
    switch (option) {
    case OPTION_JSON:
        return &options->json;
    case OPTION_LEFT_LOCKED:
        return &options->left_locked;
    case OPTION_LAST_TRY:
        return &options->use_last_try;
    case OPTION_YES:
        return &options->yes;
    case OPTION_PRINT:
        return &options->print;
    case OPTION_RESET:
        return &options->reset;
    case OPTION_CURE:
        return &options->cure;
    default:
        return NULL;
    }
}

bool desk_options_parse(int argc, char **argv, unsigned allowed, struct desk_options *ret_options)
{
    struct desk_options options = { 0 };
    int option;
    optind = 1;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        unsigned group = group_of(option);
        const char **text = text_of(&options, option);
        bool *flag = flag_of(&options, option);
        if ((group & allowed) != group || (text == NULL && flag == NULL)) {
            return false;
        }
        if (text != NULL) {
            *text = optarg;
        } else {
            *flag = true;
        }
    }
    options.words = argv + optind;
    options.words_count = argc - optind;
    if (options.words_count > 0 && (allowed & DESK_WORDS) == 0) {
        return false;
    }
    *ret_options = options;
    return true;
}

enum status desk_options_open(const struct desk_options *options, struct agent_link *ret_link,
                              struct fault *reterr_fault)
{
    enum agent_text text = options->json ? AGENT_TEXT_EXACT : AGENT_TEXT_SAFE;
    return agent_link_open(options->agent, text, ret_link, reterr_fault);
}

/* Whom to call, when it is not the people at the desk who must act (X12). The
 * agent knows the contacts, from the session or from its configuration. */
static void print_contact(const struct desk_options *options, enum status_actor actor)
{
    const char *name = actor == ACTOR_RA_DESK   ? "ra_desk"
                       : actor == ACTOR_SITE_IT ? "site_it"
                                                : NULL;
    struct agent_link link = { 0 };
    struct fault ignored;
    json_t *desk = NULL;
    if (name == NULL || desk_options_open(options, &link, &ignored) != STATUS_OK) {
        return;
    }
    if (agent_link_call(&link, "GET", "/v1/desk", NULL, &desk, &ignored) == STATUS_OK) {
        const char *contact = desk_text(json_object_get(desk, "contacts"), name);
        if (contact[0] != '\0') {
            fprintf(stderr, "  call:       %s\n", contact);
        }
    }
    json_decref(desk);
    agent_link_close(&link);
}

int desk_options_fail(const struct desk_options *options, const struct fault *fault)
{
    struct report_style style = report_style_of(options->json ? stdout : stderr, options->json);
    int code = report_fault(fault, NULL, &style);
    if (!options->json && fault->status != STATUS_AGENT_UNREACHABLE) {
        print_contact(options, status_entry(fault->status)->actor);
    }
    return code;
}

enum status desk_options_add_secret(json_t *body, const char *name, const char *file,
                                    const char *prompt, bool twice)
{
    struct secret secret SCOPED_SECRET = { 0 };
    enum status status = twice ? secret_option_read_twice(file, prompt, &secret)
                               : secret_option_read(file, prompt, &secret);
    if (status != STATUS_OK) {
        return status == STATUS_BAD_VALUE ? STATUS_PASSCODE_FORM : status;
    }
    json_t *text = json_stringn((const char *)secret.bytes, secret.len);
    if (text == NULL) {
        return STATUS_PASSCODE_FORM; /* no UTF-8 */
    }
    return json_object_set_new(body, name, text) == 0 ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

struct fault desk_options_secret_fault(enum status status, const char *file)
{
    bool by_file = file != NULL && status != STATUS_PASSCODE_FORM;
    return fault_of(status, by_file ? file : "");
}

int desk_options_usage(const char *command, char **argv)
{
    char what[FAULT_DETAIL_MAX];
    const char *argument = optind > 1 ? argv[optind - 1] : NULL;
    bool fits = argument != NULL
                    ? text_format(what, sizeof(what), "'%.80s'; see 'cardwright help %s'", argument,
                                  command)
                    : text_format(what, sizeof(what), "see 'cardwright help %s'", command);
    return report_status(STATUS_USAGE, fits ? what : command);
}

bool desk_options_ask(const char *question)
{
    char prompt[256], line[16];
    if (!terminal_is(0) || !text_format(prompt, sizeof(prompt), "%s [y/N] ", question) ||
        terminal_read_line(prompt, line, sizeof(line)) != STATUS_OK) {
        return false;
    }
    return text_equal(line, "y") || text_equal(line, "yes");
}

const char *desk_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

int64_t desk_number(const json_t *object, const char *name)
{
    return (int64_t)json_integer_value(json_object_get(object, name));
}

void desk_day(int64_t at, char ret_text[16])
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct calendar c = instant_calendar((instant)at);
    if (!text_format(ret_text, 16, "%d %s %d", c.day, months[(c.month - 1) % 12], c.year)) {
        text_take(ret_text, 16, "?");
    }
}
