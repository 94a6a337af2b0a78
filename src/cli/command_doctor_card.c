/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command_job.h"
#include "cli/command_show.h"
#include "cli/desk_command.h"
#include "cli/desk_options.h"
#include "cli/doctor_alone.h"
#include "cli/exit_code.h"
#include "cli/show_card.h"
#include "cli/show_cure.h"
#include "wire_agent/agent_message.h"

/* doctor card: the sentence, the findings, the cure, and the command that carries it out; with
 * --cure that command itself. docs/card-doctor.md. */

/* ---- exit code ---- */

static int code_of(const json_t *card)
{
    const char *severity = desk_text(json_object_get(card, "diagnosis"), "severity");
    return text_equal(severity, "problem") ? EXIT_CARD : EXIT_DONE;
}

/* ---- with a session ---- */

static json_t *summary_of(const json_t *identify)
{
    char command[SHOW_CURE_COMMAND_MAX];
    json_t *json = json_object();
    static const char *const names[] = { "identity", "diagnosis", "findings", "cure" };
    for (size_t i = 0; i < COUNT(names); i++) {
        json_object_set_new(json, names[i], json_deep_copy(json_object_get(identify, names[i])));
    }
    if (show_cure_command(identify, command)) {
        json_object_set_new(json_object_get(json, "cure"), "command", json_string(command));
    }
    return json;
}

static void print_json(const json_t *json)
{
    json_dumpf(json, stdout, JSON_COMPACT);
    printf("\n");
    fflush(stdout);
}

static void print_identify(const struct desk_options *options, const json_t *identify)
{
    const json_t *person = json_object_get(identify, "person");
    if (options->json) {
        json_t *summary = summary_of(identify);
        print_json(summary);
        json_decref(summary);
        return;
    }
    if (json_is_object(person)) {
        show_person(person);
    }
    show_cure_field("card", desk_text(identify, "identity"));
    show_cure(identify);
}

/* A cure that is no service is for hands, and was told. */
static int cure(const struct desk_options *options, const json_t *identify)
{
    const json_t *offered = json_object_get(identify, "cure");
    struct desk_options own = *options;
    const char *person = desk_text(json_object_get(identify, "person"), "uuid");
    if (!text_equal(desk_text(offered, "means"), "service")) {
        return code_of(identify);
    }
    if (own.person == NULL &&
        person[0] != '\0') { /* a card that is issued anew stays its holder's */
        own.person = person;
    }
    return command_job_run(desk_text(offered, "service"), &own);
}

/* ---- without one ---- */

static int print_alone(const struct desk_options *options, const json_t *card)
{
    const json_t *refused = json_object_get(card, "fault");
    if (options->json) {
        print_json(card);
    } else {
        show_cure_field("reader", desk_text(card, "reader"));
        show_cure_field("card", desk_text(card, "identity"));
    }
    if (json_is_object(refused)) {
        const struct fault fault = fault_of_json(refused);
        return options->json ? (int)exit_code_of(fault.status) : desk_options_fail(options, &fault);
    }
    if (!options->json) {
        show_cure(card);
    }
    return code_of(card);
}

static int look_alone(const struct desk_options *options)
{
    json_t *cards = NULL, *card;
    size_t index;
    struct fault fault;
    int code = EXIT_DONE;
    enum status status = doctor_alone_look(&cards, &fault);
    if (status == STATUS_OK && !options->json && !agent_answer_make_safe(cards)) {
        status = STATUS_OUT_OF_MEMORY;
        fault = fault_of(status, "");
        json_decref(cards);
    }
    if (status != STATUS_OK) {
        return desk_options_fail(options, &fault);
    }
    json_array_foreach(cards, index, card)
    {
        int one = print_alone(options, card);
        code = code == EXIT_DONE ? one : code;
    }
    json_decref(cards);
    return code;
}

static bool is_alone(enum status status)
{
    return status == STATUS_SESSION_MISSING || status == STATUS_AGENT_UNREACHABLE;
}

int command_doctor_card(int argc, char **argv)
{
    struct desk_options options;
    struct fault fault;
    json_t *card = NULL;
    if (!desk_options_parse(argc, argv,
                            DESK_PERSON | DESK_CARD | DESK_REPAIR | DESK_LAST_TRY | DESK_PASSCODE |
                                DESK_YES | DESK_CURE | DESK_RESET,
                            &options)) {
        return desk_options_usage("doctor card", argv);
    }
    enum status status = command_show_identify(&options, &card, &fault);
    int code = EXIT_DONE;
    if (is_alone(status) && !options.cure) {
        code = look_alone(&options);
    } else if (status != STATUS_OK) {
        code = desk_options_fail(&options, &fault);
    } else {
        const json_t *identify = json_object_get(card, "identify");
        print_identify(&options, identify);
        code = options.cure ? cure(&options, identify) : code_of(identify);
    }
    json_decref(card);
    return code;
}
