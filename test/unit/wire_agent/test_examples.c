/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/text.h"
#include "test/lib/test.h"
#include "wire_agent/agent_message.h"

/* Every example in docs/protocol/agent.md is decoded by the program. An example is a fenced block
 * whose opening line is '```json KIND'. */
enum { DOCUMENT_MAX = 65536 };

static char document[DOCUMENT_MAX];

static void read_document(void)
{
    FILE *file = fopen(AGENT_DOCUMENT, "rb");
    CHECK(file != NULL);
    size_t len = fread(document, 1, sizeof document - 1, file);
    CHECK(len > 0 && len < sizeof document - 1);
    document[len] = '\0';
    CHECK_EQ(fclose(file), 0);
}

static bool decode_batch(const json_t *json)
{
    static struct batch batch;
    return batch_of_json(json, &batch) == STATUS_OK && batch.count > 0;
}

static bool decode_result(const json_t *json)
{
    static struct batch_result result;
    return batch_result_of_json(json, &result) == STATUS_OK && result.count > 0;
}

static bool decode_report(const json_t *json)
{
    static struct card_report report;
    struct card_identity identity;
    return card_report_of_json(json, &report) == STATUS_OK &&
           card_identity_of_report(&report, &identity) == STATUS_OK &&
           text_equal(identity.guid, "a00102030405060708090a0b0c0d0eff");
}

static bool decode_job(const json_t *json)
{
    static struct job_request request;
    return job_request_of_json(json, &request) == STATUS_OK;
}

/* The example is exactly what the program writes for this failure. */
static bool decode_fault(const json_t *json)
{
    struct fault fault = fault_of_json(json);
    json_t *again = fault_to_json(&fault);
    bool same = json_equal(json, again) == 1;
    json_decref(again);
    return same && fault.status == STATUS_PASSCODE_WRONG;
}

static const struct {
    const char *kind;
    bool (*decode)(const json_t *json);
    int count;
} kinds[] = {
    { "batch", decode_batch, 1 }, { "result", decode_result, 2 }, { "report", decode_report, 1 },
    { "job", decode_job, 1 },     { "fault", decode_fault, 1 },
};

static int check_kind(size_t index)
{
    char opening[32];
    int count = 0;
    CHECK(text_format(opening, sizeof opening, "```json %s\n", kinds[index].kind));
    for (char *at = strstr(document, opening); at != NULL; at = strstr(at, opening)) {
        at += strlen(opening);
        char *end = strstr(at, "```");
        json_t *json = NULL;
        CHECK(end != NULL);
        CHECK_EQ(agent_message_parse(span_of(at, (size_t)(end - at)), &json), STATUS_OK);
        CHECK(kinds[index].decode(json));
        json_decref(json);
        count++;
    }
    return count;
}

TEST(examples__all_of_the_document_decode)
{
    read_document();
    for (size_t i = 0; i < COUNT(kinds); i++) {
        CHECK_EQ(check_kind(i), kinds[i].count);
    }
}

TEST(examples__the_document_has_no_example_of_another_kind)
{
    int all = 0, known = 0;
    read_document();
    for (const char *at = strstr(document, "```json"); at != NULL; at = strstr(at + 1, "```json")) {
        all++;
    }
    for (size_t i = 0; i < COUNT(kinds); i++) {
        known += kinds[i].count;
    }
    CHECK_EQ(all, known);
}
