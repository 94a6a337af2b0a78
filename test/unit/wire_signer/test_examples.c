/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "test/lib/test.h"
#include "wire_signer/signer_message.h"

/* Every example in docs/protocol/signer.md is decoded by the program. An example is a fenced block
 * whose opening line is '```json KIND': a whole request, an answer, or an act: a request that lacks
 * its authority, which is taken from the whole one. */
enum { DOCUMENT_MAX = 65536 };

static char document[DOCUMENT_MAX];
static struct signer_request request;
static struct signer_answer answer;

static void read_document(void)
{
    FILE *file = fopen(SIGNER_DOCUMENT, "rb");
    assert_non_null(file);
    size_t len = fread(document, 1, sizeof(document) - 1, file);
    CHECK(len > 0 && len < sizeof(document) - 1);
    document[len] = '\0';
    CHECK_EQ(fclose(file), 0);
}

/* Calls `visit` for each block of that kind; how many there were. */
static size_t each_block(const char *opening, void (*visit)(struct span block))
{
    size_t count = 0;
    const char *at = strstr(document, opening);
    while (at != NULL) {
        const char *start = at + strlen(opening), *end = strstr(start, "```");
        assert_non_null(end);
        visit(span_of(start, (size_t)(end - start)));
        count++;
        at = strstr(end, opening);
    }
    return count;
}

static unsigned seen_requests, seen_answers;
static json_t *authority;

static void visit_request(struct span block)
{
    CHECK_EQ(signer_message_request_decode(block, &request), STATUS_OK);
    seen_requests |= 1u << request.kind;
    if (signer_message_needs_authority(request.kind)) {
        json_t *json = json_loadb((const char *)block.ptr, block.len, 0, NULL);
        assert_null(authority);
        authority = json_incref(json_object_get(json, "authority"));
        json_decref(json);
    }
}

static void visit_act(struct span block)
{
    json_t *json = json_loadb((const char *)block.ptr, block.len, 0, NULL);
    assert_non_null(json);
    CHECK_EQ(signer_message_request_decode(block, &request), STATUS_BAD_MESSAGE);
    CHECK_EQ(json_object_set(json, "authority", authority), 0);
    char *text = json_dumps(json, 0);
    CHECK_EQ(signer_message_request_decode(span_of_text(text), &request), STATUS_OK);
    seen_requests |= 1u << request.kind;
    free(text);
    json_decref(json);
}

static void visit_answer(struct span block)
{
    uint8_t memory[64];
    struct buf crl = BUF(memory);
    CHECK_EQ(signer_message_answer_decode(block, &crl, &answer), STATUS_OK);
    if (answer.status == STATUS_OK) {
        seen_answers |= 1u << answer.kind;
    }
}

TEST(examples__every_kind_is_shown_and_can_be_read)
{
    read_document();

    CHECK_EQ(each_block("```json request\n", visit_request), 7);
    assert_non_null(authority);
    CHECK_EQ(each_block("```json act\n", visit_act), 4);
    CHECK_EQ(each_block("```json answer\n", visit_answer), 11);

    CHECK_EQ(seen_requests, (1u << SIGNER_KIND_MAX) - 1);
    CHECK_EQ(seen_answers, (1u << SIGNER_KIND_MAX) - 1);
    json_decref(authority);
}
