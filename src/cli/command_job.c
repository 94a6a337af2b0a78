/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command_job.h"
#include "cli/desk_command.h"
#include "cli/desk_options.h"
#include "cli/exit_code.h"
#include "cli/show_card.h"
#include "cli/show_job.h"
#include "wire_agent/agent_message.h"

/* renew, repair, issue: one act on the card in the reader, with its steps as they happen. */

struct job_run {
    const struct desk_options *options;
    const char *service;
    json_t *result; /* the last line, when all went well */
    struct fault fault;
    bool failed;
};

/* ---- what is said before ---- */

/* What the desk knows already: the card was read and asked about when it came, and a job that
 * starts from this needs no second round trip. NULL: it is not there yet, or was for somebody else.
 */
static enum status take_known(struct agent_link *link, const struct desk_options *options,
                              json_t **ret_card, struct fault *reterr_fault)
{
    json_t *desk = NULL;
    enum status status = agent_link_call(link, "GET", "/v1/desk", NULL, &desk, reterr_fault);
    json_t *card = json_object_get(desk, "card");
    *ret_card = NULL;
    if (options->person == NULL && text_equal(desk_text(card, "state"), "ready")) {
        *ret_card = json_incref(card);
    }
    json_decref(desk);
    return status;
}

static enum status ask_identify(struct agent_link *link, const struct desk_options *options,
                                json_t **ret_card, struct fault *reterr_fault)
{
    enum status status = take_known(link, options, ret_card, reterr_fault);
    if (status != STATUS_OK || *ret_card != NULL) {
        return status;
    }
    json_t *body = json_object();
    if (options->person != NULL) {
        json_object_set_new(body, "person", json_string(options->person));
    }
    status = agent_link_call(link, "POST", "/v1/desk/identify", body, ret_card, reterr_fault);
    json_decref(body);
    return status;
}

static json_t *service_of(const json_t *identify, const char *name)
{
    size_t index;
    json_t *service;
    json_array_foreach(json_object_get(identify, "services"), index, service)
    {
        if (text_equal(desk_text(service, "service"), name)) {
            return service;
        }
    }
    return NULL;
}

/* R9: is it the right person? Asked on a terminal; a script names the card or says --yes. */
static bool confirm_person(const struct desk_options *options, const json_t *identify)
{
    if (options->yes || options->card != NULL || options->json) {
        return true;
    }
    const json_t *person = json_object_get(identify, "person");
    if (json_is_object(person)) {
        show_person(person);
    }
    show_certificates(json_object_get(identify, "certificates"));
    return desk_options_ask("Is this the right person?");
}

/* ---- passcodes ---- */

static enum status add_passcodes(const struct desk_options *options, const char *service,
                                 const json_t *desk, json_t *body)
{
    enum status status = STATUS_OK;
    const json_t *session = json_object_get(desk, "session");
    if (text_equal(desk_text(session, "operator_passcode"), "needed")) {
        status = desk_options_add_secret(body, "operator_passcode", options->operator_passcode_file,
                                         "Passcode of your own card", false);
    }
    if (status != STATUS_OK || options->left_locked) {
        return status;
    }
    if (text_equal(service, "renew")) {
        return desk_options_add_secret(body, "passcode", options->passcode_file,
                                       "Holder's passcode", false);
    }
    status = desk_options_add_secret(body, "new_passcode", options->passcode_file,
                                     "Holder's new passcode (6 to 8 digits)", true);
    if (status == STATUS_OK) { /* both entries were compared where they were typed */
        json_object_set(body, "new_passcode_again", json_object_get(body, "new_passcode"));
    }
    return status;
}

static enum status build_body(struct agent_link *link, const struct job_run *run, json_t **ret_body,
                              struct fault *reterr_fault)
{
    const struct desk_options *options = run->options;
    json_t *desk = NULL;
    enum status status = agent_link_call(link, "GET", "/v1/desk", NULL, &desk, reterr_fault);
    if (status != STATUS_OK) {
        return status;
    }
    json_t *body = json_pack("{s:s}", "service", run->service);
    const struct {
        const char *name, *text;
    } texts[] = { { "expect_card", options->card },
                  { "person", options->person },
                  { "identity_check", options->identity_check } };
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (texts[i].text != NULL) {
            json_object_set_new(body, texts[i].name, json_string(texts[i].text));
        }
    }
    if (options->left_locked) {
        json_object_set_new(body, "left_locked", json_true());
    }
    if (options->use_last_try) {
        json_object_set_new(body, "use_last_try", json_true());
    }
    if (options->reset) {
        json_object_set_new(body, "reset", json_true());
    }
    status = add_passcodes(options, run->service, desk, body);
    json_decref(desk);
    if (status != STATUS_OK) {
        json_decref(body);
        *reterr_fault = desk_options_secret_fault(status, options->passcode_file);
        return status;
    }
    *ret_body = body;
    return STATUS_OK;
}

/* ---- steps as they happen ---- */

static bool take_event(void *context, json_t *event)
{
    struct job_run *run = context;
    const char *kind = desk_text(event, "event");
    if (run->options->json) {
        json_dumpf(event, stdout, JSON_COMPACT);
        printf("\n");
        fflush(stdout);
    }
    if (text_equal(kind, "fault")) {
        run->fault = fault_of_json(json_object_get(event, "problem"));
        run->failed = true;
        return false;
    }
    if (text_equal(kind, "result")) {
        run->result = json_incref(event);
        return false;
    }
    if (!run->options->json && text_equal(kind, "step")) {
        show_job_step(event);
    }
    if (!run->options->json && text_equal(kind, "wait")) {
        printf("  waiting: %s\n", desk_text(event, "text"));
    }
    return true;
}

static enum status play(struct agent_link *link, struct job_run *run)
{
    json_t *body = NULL;
    enum status status = build_body(link, run, &body, &run->fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = agent_link_stream(link, "/v1/desk/jobs", body, take_event, run, &run->fault);
    json_decref(body);
    if (status == STATUS_OK && run->failed) {
        status = run->fault.status;
    }
    if (status == STATUS_OK && run->result == NULL) {
        run->fault = fault_of(STATUS_AGENT_UNREACHABLE, "it ended in the middle of the job");
        status = STATUS_AGENT_UNREACHABLE;
    }
    return status;
}

/* The first reason is the one that the server would refuse with; all are shown. */
static enum status refuse_unavailable(const struct job_run *run, json_t *service,
                                      struct fault *reterr_fault)
{
    enum status status;
    const json_t *first = json_array_get(json_object_get(service, "reasons"), 0);
    if (json_is_true(json_object_get(service, "available"))) {
        return STATUS_OK;
    }
    if (!run->options->json) {
        json_t *only = json_pack("[O]", service);
        show_services(only);
        json_decref(only);
    }
    if (!status_by_name(desk_text(first, "name"), &status)) {
        status = STATUS_POLICY_ROLE;
    }
    *reterr_fault = fault_of(status, desk_text(first, "remedy"));
    return status;
}

/* What cannot be undone is said before a passcode is asked for. */
static enum status check_reset(const struct desk_options *options, const json_t *service,
                               struct fault *reterr_fault)
{
    enum status status = STATUS_OK;
    bool wipes = json_is_true(json_object_get(service, "reset"));
    if (wipes != options->reset) {
        status = wipes ? STATUS_RESET_UNCONFIRMED : STATUS_CARD_NOT_BLOCKED;
    } else if (wipes && !options->json) {
        printf("This card is blocked. It is wiped first: every key and certificate on it is "
               "destroyed, and what was encrypted for it cannot be read with it any more.\n");
        bool sure = options->yes || desk_options_ask("Wipe this card?");
        status = sure ? STATUS_OK : STATUS_RESET_UNCONFIRMED;
    }
    *reterr_fault = fault_of(status, "");
    return status;
}

/* They are signed and kept: neither cut nor the placeholder of a command that was shown. */
static enum status check_words(const char *words, struct fault *reterr_fault)
{
    enum status status = STATUS_OK;
    if (text_equal(words, "TEXT")) {
        status = STATUS_POLICY_ID_CHECK;
    } else if (strlen(words) >= STATEMENT_TEXT_MAX) {
        status = STATUS_BAD_VALUE;
    }
    *reterr_fault =
        fault_of(status, status == STATUS_BAD_VALUE ? "--identity-check: at most 127 characters"
                                                    : "--identity-check TEXT");
    return status;
}

static enum status check_service(const struct job_run *run, const json_t *identify,
                                 struct fault *reterr_fault)
{
    json_t *service = service_of(identify, run->service);
    enum status status =
        service != NULL ? refuse_unavailable(run, service, reterr_fault) : STATUS_OK;
    bool asks = json_is_true(json_object_get(service, "identity_check"));
    if (status == STATUS_OK && asks && run->options->identity_check == NULL) {
        status = STATUS_POLICY_ID_CHECK;
        *reterr_fault = fault_of(status, "--identity-check TEXT");
    }
    if (status == STATUS_OK && asks) {
        status = check_words(run->options->identity_check, reterr_fault);
    }
    if (status == STATUS_OK) {
        status = check_reset(run->options, service, reterr_fault);
    }
    if (status == STATUS_OK && !confirm_person(run->options, identify)) {
        status = STATUS_PERSON_UNCONFIRMED;
        *reterr_fault = fault_of(status, "");
    }
    return status;
}

/* "serial 10000042": the number alone will do. */
static bool is_named_card(const struct desk_options *options, const json_t *card)
{
    const char *identity = desk_text(card, "identity");
    const char *number = strchr(identity, ' ');
    return options->card == NULL || text_equal(options->card, identity) ||
           (number != NULL && text_equal(options->card, number + 1));
}

/* Says before a passcode is asked for what would be refused; the server decides all the same. */
static enum status check_offer(struct agent_link *link, const struct job_run *run,
                               struct fault *reterr_fault)
{
    json_t *card = NULL;
    enum status status = ask_identify(link, run->options, &card, reterr_fault);
    const json_t *identify = json_object_get(card, "identify");
    if (status == STATUS_OK && json_is_object(identify) && !is_named_card(run->options, card)) {
        status = STATUS_CARD_OTHER;
        *reterr_fault = fault_of(status, run->options->card);
    }
    if (status == STATUS_OK && json_is_object(identify)) {
        status = check_service(run, identify, reterr_fault);
    }
    json_decref(card);
    return status;
}

int command_job_run(const char *service, const struct desk_options *options)
{
    struct agent_link link = { 0 };
    struct job_run run = { .options = options, .service = service };
    enum status status = desk_options_open(options, &link, &run.fault);
    if (status == STATUS_OK) {
        status = check_offer(&link, &run, &run.fault);
    }
    if (status == STATUS_OK) {
        status = play(&link, &run);
    }
    agent_link_close(&link);
    if (status == STATUS_OK && !options->json) {
        show_job_result(run.result);
    }
    json_decref(run.result);
    if (status == STATUS_PASSCODE_LAST_TRY && !options->use_last_try && !options->json &&
        options->passcode_file == NULL &&
        desk_options_ask("One try is left before this card locks. Use it?")) {
        struct desk_options again = *options;
        again.use_last_try = true;
        return command_job_run(service, &again);
    }
    return status == STATUS_OK ? EXIT_DONE : desk_options_fail(options, &run.fault);
}

int command_renew(int argc, char **argv)
{
    struct desk_options options;
    if (!desk_options_parse(argc, argv, DESK_CARD | DESK_LAST_TRY | DESK_PASSCODE | DESK_YES,
                            &options)) {
        return desk_options_usage("renew", argv);
    }
    return command_job_run("renew", &options);
}

int command_repair(int argc, char **argv)
{
    struct desk_options options;
    if (!desk_options_parse(argc, argv, DESK_CARD | DESK_REPAIR | DESK_PASSCODE | DESK_YES,
                            &options)) {
        return desk_options_usage("repair", argv);
    }
    return command_job_run("repair", &options);
}

int command_issue(int argc, char **argv)
{
    struct desk_options options;
    if (!desk_options_parse(argc, argv,
                            DESK_CARD | DESK_PERSON | DESK_REPAIR | DESK_PASSCODE | DESK_YES |
                                DESK_RESET,
                            &options) ||
        options.person == NULL) {
        return report_status(STATUS_USAGE, "issue: --person UUID is needed");
    }
    return command_job_run("issue", &options);
}

int command_test(int argc, char **argv)
{
    struct desk_options options;
    struct agent_link link = { 0 };
    struct fault fault;
    json_t *body = json_object(), *answer = NULL, *key;
    size_t index;
    bool proved = true;
    if (!desk_options_parse(argc, argv, DESK_LAST_TRY | DESK_PASSCODE, &options)) {
        json_decref(body);
        return desk_options_usage("test", argv);
    }
    enum status status = desk_options_open(&options, &link, &fault);
    if (status == STATUS_OK) {
        status = desk_options_add_secret(body, "passcode", options.passcode_file,
                                         "Holder's passcode", false);
        fault = desk_options_secret_fault(status, options.passcode_file);
    }
    if (status == STATUS_OK && options.use_last_try) {
        json_object_set_new(body, "use_last_try", json_true());
    }
    if (status == STATUS_OK) {
        status = agent_link_call(&link, "POST", "/v1/desk/test", body, &answer, &fault);
    }
    json_decref(body);
    agent_link_close(&link);
    if (status != STATUS_OK) {
        return desk_options_fail(&options, &fault);
    }
    json_array_foreach(json_object_get(answer, "keys"), index, key)
    {
        bool good = json_is_true(json_object_get(key, "proved"));
        proved = proved && good;
        if (!options.json) {
            printf("  %s  %s\n", good ? "ok " : "no ", desk_text(key, "purpose"));
        }
    }
    if (options.json) {
        json_dumpf(answer, stdout, JSON_COMPACT);
        printf("\n");
    }
    json_decref(answer);
    return proved ? EXIT_DONE : EXIT_CARD;
}
