/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command_audit_verify.h"

#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/audit_file.h"
#include "cli/exit_code.h"
#include "cli/report.h"

struct request {
    struct audit_file_options file;
    const char *key_paths[AUDIT_FILE_CERTIFICATES_MAX];
    bool json;
};

static bool take_option(struct request *request, int option)
{
    switch (option) {
    case 'k':
        if (request->file.key_count == COUNT(request->key_paths)) {
            return false;
        }
        request->key_paths[request->file.key_count++] = optarg;
        return true;
    case 'e':
        request->file.expected_path = optarg;
        return true;
    case 'j':
        request->json = true;
        return true;
    default:
        return false;
    }
}

static bool parse(int argc, char **argv, struct request *request)
{
    static const struct option options[] = {
        { "key", required_argument, NULL, 'k' },
        { "expected", required_argument, NULL, 'e' },
        { "json", no_argument, NULL, 'j' },
        { NULL, 0, NULL, 0 },
    };
    int option;
    bool good = true;
    optind = 0; /* start anew: the program has parsed its own options before */
    opterr = 0;
    while (good && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        good = take_option(request, option);
    }
    if (!good || optind + 1 != argc || request->file.key_count == 0) {
        return false;
    }
    request->file.path = argv[optind];
    request->file.key_paths = request->key_paths;
    return true;
}

static void print_text(enum status status, const struct audit_file_verdict *verdict)
{
    const char *text = audit_verify_fault_text(verdict->fault);
    if (status == STATUS_OK) {
        printf("ok: %" PRIu64 " entries, %" PRIu64 " checkpoints, %" PRIu64 " statements%s\n",
               verdict->entries, verdict->checkpoints, verdict->statements,
               verdict->statements_traced ? "" : " (whose cards were not traced to a CA)");
    } else if (verdict->bad_sequence == 0) {
        printf("not ok: the expected checkpoint itself: %s\n", text);
    } else if (verdict->bad_line == 0) {
        printf("not ok: entry %" PRIu64 " (at the end): %s\n", verdict->bad_sequence, text);
    } else {
        printf("not ok: entry %" PRIu64 " (line %" PRIu64 "): %s\n", verdict->bad_sequence,
               verdict->bad_line, text);
    }
}

static json_t *json_good(const struct audit_file_verdict *verdict)
{
    char head[2 * AUDIT_HASH_LEN + 1];
    if (!text_of_hex(SPAN_OF(verdict->head), head, sizeof(head))) {
        return NULL;
    }
    return json_pack("{s:b,s:I,s:I,s:I,s:b,s:s}", "verified", 1, "entries",
                     (json_int_t)verdict->entries, "checkpoints", (json_int_t)verdict->checkpoints,
                     "statements", (json_int_t)verdict->statements, "statements_traced",
                     verdict->statements_traced ? 1 : 0, "head", head);
}

static json_t *json_bad(const struct audit_file_verdict *verdict)
{
    const struct status_entry *entry = status_entry(STATUS_AUDIT_BROKEN);
    return json_pack(
        "{s:b,s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:s}", "verified", 0, "code", entry->code, "name",
        entry->name, "cause", entry->cause, "remedy", entry->remedy, "first_bad",
        (json_int_t)verdict->bad_sequence, "line", (json_int_t)verdict->bad_line, "fault",
        audit_verify_fault_name(verdict->fault), "reason", audit_verify_fault_text(verdict->fault));
}

static void print_json(enum status status, const struct audit_file_verdict *verdict)
{
    json_t *object = status == STATUS_OK ? json_good(verdict) : json_bad(verdict);
    if (object != NULL && json_dumpf(object, stdout, JSON_COMPACT) == 0) {
        putchar('\n');
    }
    json_decref(object);
}

int command_audit_verify(int argc, char **argv)
{
    struct request request = { 0 };
    struct audit_file_verdict verdict = { 0 };
    struct fault fault = { 0 };
    if (!parse(argc, argv, &request)) {
        return report_status(STATUS_USAGE,
                             "audit verify FILE --key PEM [--expected FILE] [--json]");
    }
    enum status status = audit_file_verify(&request.file, &verdict, &fault);
    if (status != STATUS_OK && status != STATUS_AUDIT_BROKEN) {
        struct report_style style = report_style_of(stderr, request.json);
        return report_fault(&fault, NULL, &style);
    }
    (request.json ? print_json : print_text)(status, &verdict);
    if (status != STATUS_OK && !request.json) {
        (void)fflush(stdout);
        (void)report_status(status, request.file.path);
    }
    return (int)exit_code_of(status);
}
