/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command_policy_check.h"

#include <getopt.h>
#include <jansson.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/policy_input.h"
#include "cli/report.h"

static bool parse(int argc, char **argv, bool *ret_json)
{
    static const struct option options[] = { { "json", no_argument, NULL, 'j' }, { 0 } };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option != 'j') {
            return false;
        }
        *ret_json = true;
    }
    return optind + 1 == argc;
}

static void print_json(const struct policy *policy, const char *hash)
{
    json_t *json = json_pack("{s:b,s:s,s:s,s:i,s:i,s:s}", "ok", 1, "name", policy->name, "title",
                             policy->title, "roles", (int)policy->roles_count, "services",
                             POLICY_SERVICE_MAX - 1, "sha256", hash);
    (void)json_dumpf(json, stdout, JSON_COMPACT);
    printf("\n");
    json_decref(json);
}

int command_policy_check(int argc, char **argv)
{
    static struct policy policy;
    bool json = false;
    if (!parse(argc, argv, &json)) {
        return command_misuse("policy check", "one file and no other option is expected");
    }
    struct fault fault;
    if (policy_input_load(argv[optind], &policy, &fault) != STATUS_OK) {
        bool of_form = fault.status == STATUS_BAD_FILE;
        const char *remedy = "correct the place that is named; the form is in docs/policy.md";
        struct report_style style = report_style_of(stderr, json);
        return report_fault(&fault, of_form ? remedy : NULL, &style);
    }
    char hash[2 * POLICY_HASH_LEN + 1];
    bool fits = text_of_hex(SPAN_OF(policy.hash), hash, sizeof(hash));
    if (json) {
        print_json(&policy, fits ? hash : "");
        return EXIT_DONE;
    }
    printf("ok: %s: %s\n  %zu roles, %d services, SHA-256 %s\n", policy.name, policy.title,
           policy.roles_count, POLICY_SERVICE_MAX - 1, fits ? hash : "");
    return EXIT_DONE;
}
