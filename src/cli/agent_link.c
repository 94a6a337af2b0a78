/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/agent_link.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "port/https_client.h"
#include "port/memory_reserve.h"

static enum status failed(enum status status, const char *what, struct fault *reterr_fault)
{
    *reterr_fault = fault_of(status, what);
    return status;
}

const char *agent_link_path(const char *path, char memory[AGENT_LINK_PATH_MAX])
{
    const char *named = path != NULL ? path : getenv("CARDWRIGHT_AGENT");
    const char *folder = getenv("XDG_RUNTIME_DIR");
    if (named != NULL) {
        return named;
    }
    if (folder == NULL ||
        !text_format(memory, AGENT_LINK_PATH_MAX, "%s/cardwright/agent.sock", folder)) {
        return "/run/cardwright/agent.sock";
    }
    return memory;
}

enum status agent_link_open(const char *path, enum agent_text text, struct agent_link *ret_link,
                            struct fault *reterr_fault)
{
    char memory[AGENT_LINK_PATH_MAX];
    const char *socket = agent_link_path(path, memory);
    ret_link->text = text;
    enum status status =
        https_client_open(&(struct https_client_options){ .base_url = "http://agent",
                                                          .unix_path = socket,
                                                          .timeout_ms = HTTPS_CLIENT_TIMEOUT_NONE,
                                                          .answer_max = 4 * 1024 * 1024 },
                          &ret_link->client);
    return status == STATUS_OK ? STATUS_OK : failed(status, socket, reterr_fault);
}

enum status agent_link_call(struct agent_link *link, const char *method, const char *path,
                            const json_t *body, json_t **ret_json, struct fault *reterr_fault)
{
    struct https_client_answer answer;
    char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    const struct https_client_request request = { .method = method,
                                                  .path = path,
                                                  .body = span_of_text(text) };
    enum status status = https_client_send(link->client, &request, &answer);
    if (text != NULL) {
        memory_reserve_free(text);
    }
    return status == STATUS_OK
               ? agent_answer_take(answer.code, answer.body, link->text, ret_json, reterr_fault)
               : failed(status, "agent", reterr_fault);
}

struct lines {
    bool (*line)(void *context, json_t *json);
    void *context;
    enum agent_text text;
    enum status status;
};

static bool take_line(void *context, struct span text)
{
    struct lines *lines = context;
    if (text.len == 0) { /* the agent says that it is still there */
        return true;
    }
    json_t *json = NULL;
    lines->status = agent_answer_read(text, lines->text, &json);
    if (lines->status != STATUS_OK) {
        return false;
    }
    bool more = lines->line(lines->context, json);
    json_decref(json);
    return more;
}

enum status agent_link_stream(struct agent_link *link, const char *path, const json_t *body,
                              bool (*line)(void *context, json_t *json), void *context,
                              struct fault *reterr_fault)
{
    struct https_client_answer answer;
    struct lines lines = { .line = line, .context = context, .text = link->text };
    json_t *json = NULL;
    char *text = json_dumps(body, JSON_COMPACT);
    if (text == NULL) {
        return failed(STATUS_OUT_OF_MEMORY, "", reterr_fault);
    }
    const struct https_client_request request = { .method = "POST",
                                                  .path = path,
                                                  .body = span_of_text(text) };
    enum status status = https_client_stream(link->client, &request, take_line, &lines, &answer);
    memory_reserve_free(text);
    if (status == STATUS_OK) {
        status = lines.status;
    }
    if (status != STATUS_OK) {
        return failed(status, "agent", reterr_fault);
    }
    if (answer.code != 200) {
        status = agent_answer_take(answer.code, answer.body, link->text, &json, reterr_fault);
        json_decref(json);
    }
    return status;
}

void agent_link_close(struct agent_link *link)
{
    https_client_close(&link->client);
}
