/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command_show.h"
#include "cli/desk_command.h"
#include "cli/desk_options.h"
#include "cli/exit_code.h"
#include "cli/show_card.h"
#include "cli/show_desk.h"
#include "wire_agent/agent_message.h"

/* show, status, find, jobs: what is in the readers, who a card belongs to, what may be done. */
enum { PATH_MAX_SENT = 512 };

static enum status get(const struct desk_options *options, const char *path, json_t **ret_json,
                       struct fault *reterr_fault)
{
    struct agent_link link = { 0 };
    enum status status = desk_options_open(options, &link, reterr_fault);
    if (status == STATUS_OK) {
        status = agent_link_call(&link, "GET", path, NULL, ret_json, reterr_fault);
    }
    agent_link_close(&link);
    return status;
}

static int print_json(const json_t *json)
{
    json_dumpf(json, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
    printf("\n");
    return EXIT_DONE;
}

enum status command_show_identify(const struct desk_options *options, json_t **ret_card,
                                  struct fault *reterr_fault)
{
    struct agent_link link = { 0 };
    json_t *body = json_object();
    if (options->person != NULL) {
        json_object_set_new(body, "person", json_string(options->person));
    }
    enum status status = desk_options_open(options, &link, reterr_fault);
    if (status == STATUS_OK) {
        status = agent_link_call(&link, "POST", "/v1/desk/identify", body, ret_card, reterr_fault);
    }
    json_decref(body);
    agent_link_close(&link);
    const json_t *refused = json_object_get(*ret_card, "fault");
    if (status == STATUS_OK && json_is_object(refused)) {
        *reterr_fault = fault_of_json(refused);
        status = reterr_fault->status;
    }
    return status;
}

int command_show(int argc, char **argv)
{
    struct desk_options options;
    struct fault fault;
    json_t *card = NULL;
    if (!desk_options_parse(argc, argv, DESK_PERSON, &options)) {
        return desk_options_usage("show", argv);
    }
    enum status status = command_show_identify(&options, &card, &fault);
    if (status != STATUS_OK) {
        json_decref(card);
        return desk_options_fail(&options, &fault);
    }
    if (options.json) {
        (void)print_json(card);
    } else {
        show_identify(json_object_get(card, "identify"));
    }
    json_decref(card);
    return EXIT_DONE;
}

int command_status(int argc, char **argv)
{
    struct desk_options options;
    struct fault fault;
    json_t *desk = NULL;
    if (!desk_options_parse(argc, argv, 0, &options)) {
        return desk_options_usage("status", argv);
    }
    enum status status = get(&options, "/v1/desk", &desk, &fault);
    if (status != STATUS_OK) {
        return desk_options_fail(&options, &fault);
    }
    if (options.json) {
        (void)print_json(desk);
    } else {
        show_desk(desk);
    }
    json_decref(desk);
    return EXIT_DONE;
}

/* ---- find ---- */

static bool percent_encode(const char *text, char *ret_text, size_t max)
{
    size_t at = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        bool plain = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
                     (*c >= 'a' && *c <= 'z') || *c == '-' || *c == '.';
        if (!text_format(ret_text + at, max - at, plain ? "%c" : "%%%02X", *c)) {
            return false;
        }
        at += strlen(ret_text + at);
    }
    return true;
}

static bool join_words(const struct desk_options *options, char *ret_text, size_t max)
{
    ret_text[0] = '\0';
    size_t at = 0;
    for (int i = 0; i < options->words_count; i++) {
        if (!text_format(ret_text + at, max - at, "%s%s", i > 0 ? " " : "", options->words[i])) {
            return false;
        }
        at += strlen(ret_text + at);
    }
    return at > 0;
}

static enum status find(const struct desk_options *options, json_t **ret_people,
                        struct fault *reterr_fault)
{
    char words[160], encoded[480], path[PATH_MAX_SENT];
    if (!join_words(options, words, sizeof(words)) ||
        !percent_encode(words, encoded, sizeof(encoded)) ||
        !text_format(path, sizeof(path), "/v1/desk/people?q=%s", encoded)) {
        *reterr_fault = fault_of(STATUS_BAD_VALUE, "find");
        return STATUS_BAD_VALUE;
    }
    return get(options, path, ret_people, reterr_fault);
}

/* One hit: the whole profile with its cards and what may be done with each. */
static int show_only_one(const struct desk_options *options, const json_t *person)
{
    char path[PATH_MAX_SENT];
    struct fault fault;
    json_t *profile = NULL;
    if (!text_format(path, sizeof(path), "/v1/desk/people/%s", desk_text(person, "uuid"))) {
        return report_status(STATUS_BAD_MESSAGE, "uuid");
    }
    enum status status = get(options, path, &profile, &fault);
    if (status != STATUS_OK) {
        return desk_options_fail(options, &fault);
    }
    if (options->json) {
        (void)print_json(profile);
    } else {
        show_profile(profile);
    }
    json_decref(profile);
    return EXIT_DONE;
}

int command_find_person(int argc, char **argv)
{
    struct desk_options options;
    struct fault fault;
    json_t *people = NULL;
    if (!desk_options_parse(argc, argv, DESK_WORDS, &options) || options.words_count == 0) {
        return desk_options_usage("find", argv);
    }
    enum status status = find(&options, &people, &fault);
    if (status != STATUS_OK) {
        return desk_options_fail(&options, &fault);
    }
    const json_t *list = json_object_get(people, "people");
    int code = EXIT_DONE;
    if (json_array_size(list) == 0) {
        fault = fault_of(STATUS_NOT_FOUND, options.words[0]);
        code = desk_options_fail(&options, &fault);
    } else if (json_array_size(list) == 1) {
        code = show_only_one(&options, json_array_get(list, 0));
    } else if (options.json) {
        code = print_json(people);
    } else {
        show_people(people);
    }
    json_decref(people);
    return code;
}

int command_jobs(int argc, char **argv)
{
    struct desk_options options;
    struct fault fault;
    json_t *jobs = NULL;
    if (!desk_options_parse(argc, argv, 0, &options)) {
        return desk_options_usage("jobs", argv);
    }
    enum status status = get(&options, "/v1/desk/jobs", &jobs, &fault);
    if (status != STATUS_OK) {
        return desk_options_fail(&options, &fault);
    }
    if (options.json) {
        (void)print_json(jobs);
    } else {
        show_jobs(jobs);
    }
    json_decref(jobs);
    return EXIT_DONE;
}
