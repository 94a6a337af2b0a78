/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command_policy_explain.h"

#include <getopt.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/explain_case.h"
#include "cli/policy_input.h"
#include "cli/report.h"
#include "policy/policy_json.h"
#include "port/clock_read.h"

struct request {
    const char *path;
    struct explain_case asked;
    bool json;
};

/* NULL, or what is wrong. */
static const char *parse(int argc, char **argv, struct request *request)
{
    static const struct option options[] = {
        { "policy", required_argument, NULL, 'p' },
        { "role", required_argument, NULL, 'v' },
        { "profile", required_argument, NULL, 'v' },
        { "card-state", required_argument, NULL, 'v' },
        { "expires-in", required_argument, NULL, 'v' },
        { "open-job", required_argument, NULL, 'v' },
        { "holder-org", required_argument, NULL, 'v' },
        { "now", required_argument, NULL, 'v' },
        { "closed", no_argument, NULL, 'c' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    int option, index = 0;
    const char *wrong = NULL;
    while (wrong == NULL && (option = getopt_long(argc, argv, "", options, &index)) != -1) {
        if (option == 'p') {
            request->path = optarg;
        } else if (option == 'c') {
            request->asked.closed = true;
        } else if (option == 'j') {
            request->json = true;
        } else if (option == 'v') {
            wrong = explain_case_set(&request->asked, options[index].name, optarg);
        } else {
            wrong = "an option is not known or lacks its value";
        }
    }
    if (wrong == NULL && optind != argc) {
        wrong = "no further words are expected";
    }
    if (wrong == NULL && request->asked.role != NULL && request->asked.profile != NULL) {
        wrong = "--role or --profile, not both";
    }
    return wrong;
}

/* ---- role by service ---- */

static const char *cell(enum policy_scope scope)
{
    static const char *const cells[POLICY_SCOPE_MAX] = { ".", "own", "below", "any" };
    return cells[scope];
}

/* A column is as wide as the name of its role, or as the widest cell. */
static int width_of(const struct policy_role *role)
{
    int len = (int)strlen(role->name);
    return len > 5 ? len : 5;
}

static void print_table(const struct policy *policy)
{
    printf("%s: %s\n\n%-16s", policy->name, policy->title, "");
    for (size_t i = 0; i < policy->roles_count; i++) {
        printf(" %-*s", width_of(&policy->roles[i]), policy->roles[i].name);
    }
    for (unsigned s = POLICY_NO_SERVICE + 1; s < POLICY_SERVICE_MAX; s++) {
        printf("\n%-16s", policy_service_name((enum policy_service)s));
        for (size_t i = 0; i < policy->roles_count; i++) {
            printf(" %-*s", width_of(&policy->roles[i]), cell(policy->rights[s][i]));
        }
    }
    printf("\n\n.      not permitted\n"
           "own    for persons of the operator's organisation\n"
           "below  for these, and for persons of organisations below it\n"
           "any    for everybody\n"
           "The roles of a profile add up; every profile is that of a card holder.\n");
}

static json_t *service_rights(const struct policy *policy, enum policy_service service)
{
    json_t *rights = json_object();
    for (size_t i = 0; i < policy->roles_count; i++) {
        enum policy_scope scope = policy->rights[service][i];
        if (scope != POLICY_SCOPE_NONE) {
            (void)json_object_set_new(rights, policy->roles[i].name,
                                      json_string(policy_scope_name(scope)));
        }
    }
    return rights;
}

static void print_json(json_t *json)
{
    (void)json_dumpf(json, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(json);
}

static void print_table_json(const struct policy *policy)
{
    json_t *services = json_object();
    for (unsigned s = POLICY_NO_SERVICE + 1; s < POLICY_SERVICE_MAX; s++) {
        (void)json_object_set_new(services, policy_service_name((enum policy_service)s),
                                  service_rights(policy, (enum policy_service)s));
    }
    print_json(json_pack("{s:s,s:o}", "policy", policy->name, "services", services));
}

/* ---- one case ---- */

static void print_answer(enum policy_service service, const struct policy_answer *answer)
{
    const char *resume = answer->resume ? " (finishes the open job)" : "";
    printf("%-16s %s%s\n", policy_service_name(service), answer->available ? "yes" : "no", resume);
    for (size_t i = 0; i < answer->reasons_count; i++) {
        const struct status_entry *entry = status_entry(answer->reasons[i].status);
        printf("                 %s: %s\n                   -> %s\n", entry->code, entry->cause,
               answer->reasons[i].remedy);
    }
}

static void print_case(const struct policy_subject *subject, const struct policy_result *result)
{
    char now[INSTANT_TEXT_MAX];
    instant_text(subject->now, now);
    printf("at %s, with the profile %s at %s\n", now,
           subject->operator.profile.name[0] != '\0' ? subject->operator.profile.name : "given",
           subject->operator.profile.org);
    if (subject->card.present) {
        char ends[INSTANT_TEXT_MAX];
        instant_text(subject->card.not_after, ends);
        printf("card %s, certificates until %s\n", card_state_name(subject->card.state), ends);
    }
    printf("\n");
    for (unsigned s = POLICY_NO_SERVICE + 1; s < POLICY_SERVICE_MAX; s++) {
        print_answer((enum policy_service)s, &result->services[s]);
    }
}

static int explain_case(const struct policy *policy, struct request *request)
{
    static struct policy_result result;
    static struct policy_subject subject;
    const char *wrong = explain_case_fill(policy, &request->asked, &subject);
    if (wrong != NULL) {
        return command_misuse("policy explain", wrong);
    }
    policy_evaluate(policy, &subject, &result);
    if (request->json) {
        print_json(policy_json_services(&result, &subject));
    } else {
        print_case(&subject, &result);
    }
    return EXIT_DONE;
}

int command_policy_explain(int argc, char **argv)
{
    static struct policy policy;
    struct request request = { .path = CARDWRIGHT_POLICY_DIR "/cis-2015.json",
                               .asked = EXPLAIN_CASE_START };
    request.asked.now = clock_read_now();
    const char *wrong = parse(argc, argv, &request);
    if (wrong != NULL) {
        return command_misuse("policy explain", wrong);
    }
    struct fault fault;
    if (policy_input_load(request.path, &policy, &fault) != STATUS_OK) {
        struct report_style style = report_style_of(stderr, request.json);
        return report_fault(&fault, NULL, &style);
    }
    if (request.asked.role != NULL || request.asked.profile != NULL) {
        return explain_case(&policy, &request);
    }
    (request.json ? print_table_json : print_table)(&policy);
    return EXIT_DONE;
}
