/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/desk_command.h"
#include "cli/desk_options.h"
#include "cli/exit_code.h"
#include "cli/show_desk.h"
#include "port/terminal.h"

/* login, logout: the operator's card in the reader signs; one role profile is chosen. */

/* By id, or by the role's name. */
static const char *profile_named(const json_t *profiles, const char *name)
{
    size_t index;
    json_t *profile;
    json_array_foreach(profiles, index, profile)
    {
        if (text_equal(desk_text(profile, "id"), name) ||
            text_equal(desk_text(profile, "role_name"), name)) {
            return desk_text(profile, "id");
        }
    }
    return NULL;
}

static const char *choose(const json_t *profiles, const struct desk_options *options)
{
    char line[32], *end;
    if (options->profile != NULL) {
        return profile_named(profiles, options->profile);
    }
    show_role_profiles(stderr, profiles);
    if (!terminal_is(0) || terminal_read_line("role profile: ", line, sizeof(line)) != STATUS_OK) {
        return NULL;
    }
    unsigned long number = strtoul(line, &end, 10);
    if (*end != '\0' || number < 1 || number > json_array_size(profiles)) {
        return NULL;
    }
    return desk_text(json_array_get(profiles, number - 1), "id");
}

static enum status log_in(struct agent_link *link, const struct desk_options *options,
                          json_t **ret_answer, struct fault *reterr_fault)
{
    json_t *body = json_object();
    enum status status = desk_options_add_secret(body, "passcode", options->passcode_file,
                                                 "Passcode of your own card", false);
    if (status != STATUS_OK) {
        *reterr_fault = desk_options_secret_fault(status, options->passcode_file);
        json_decref(body);
        return status;
    }
    if (options->card != NULL) {
        json_object_set_new(body, "card", json_string(options->card));
    }
    if (options->use_last_try) {
        json_object_set_new(body, "use_last_try", json_true());
    }
    status = agent_link_call(link, "POST", "/v1/desk/login", body, ret_answer, reterr_fault);
    json_decref(body);
    return status;
}

static enum status open_session(struct agent_link *link, const struct desk_options *options,
                                const json_t *answer, json_t **ret_session,
                                struct fault *reterr_fault)
{
    const json_t *profiles = json_object_get(answer, "profiles");
    const char *id = choose(profiles, options);
    if (id == NULL) {
        bool named = options->profile != NULL;
        *reterr_fault = fault_of(named ? STATUS_ROLE_UNKNOWN : STATUS_ROLE_CHOICE,
                                 named ? options->profile : "");
        return reterr_fault->status;
    }
    json_t *body = json_pack("{s:s}", "profile", id);
    enum status status =
        agent_link_call(link, "POST", "/v1/desk/profile", body, ret_session, reterr_fault);
    json_decref(body);
    return status;
}

static enum status run_login(const struct desk_options *options, json_t **ret_session,
                             struct fault *reterr_fault)
{
    struct agent_link link = { 0 };
    json_t *answer = NULL;
    enum status status = desk_options_open(options, &link, reterr_fault);
    if (status == STATUS_OK) {
        status = log_in(&link, options, &answer, reterr_fault);
    }
    if (status == STATUS_OK) {
        json_t *session = json_object_get(answer, "session");
        if (json_is_object(session)) {
            *ret_session = json_incref(session);
        } else {
            status = open_session(&link, options, answer, ret_session, reterr_fault);
        }
    }
    json_decref(answer);
    agent_link_close(&link);
    return status;
}

int command_login(int argc, char **argv)
{
    struct desk_options options;
    struct fault fault;
    json_t *session = NULL;
    if (!desk_options_parse(argc, argv, DESK_CARD | DESK_PROFILE | DESK_LAST_TRY | DESK_PASSCODE,
                            &options)) {
        return desk_options_usage("login", argv);
    }
    enum status status = run_login(&options, &session, &fault);
    if (status == STATUS_PASSCODE_LAST_TRY && !options.use_last_try &&
        options.passcode_file == NULL &&
        desk_options_ask("One try is left before this card locks. Use it?")) {
        options.use_last_try = true;
        status = run_login(&options, &session, &fault);
    }
    if (status != STATUS_OK) {
        return desk_options_fail(&options, &fault);
    }
    if (options.json) {
        json_dumpf(session, stdout, JSON_COMPACT);
        printf("\n");
    } else {
        show_session(session);
    }
    json_decref(session);
    return EXIT_DONE;
}

int command_logout(int argc, char **argv)
{
    struct desk_options options;
    struct agent_link link = { 0 };
    struct fault fault;
    json_t *body = json_object(), *answer = NULL;
    if (!desk_options_parse(argc, argv, 0, &options)) {
        json_decref(body);
        return desk_options_usage("logout", argv);
    }
    enum status status = desk_options_open(&options, &link, &fault);
    if (status == STATUS_OK) {
        status = agent_link_call(&link, "POST", "/v1/desk/logout", body, &answer, &fault);
    }
    json_decref(body);
    json_decref(answer);
    agent_link_close(&link);
    return status == STATUS_OK ? EXIT_DONE : desk_options_fail(&options, &fault);
}
