/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "port/log_write.h"
#include "port/memory_reserve.h"
#include "server/audit.h"
#include "server/crl.h"
#include "server/server.h"
#include "wire_agent/agent_message.h"

/* route: from a request to its handler, and from a handler's status to the answer. */
enum { ARGUMENT_MAX = 64, RAW_MAX = 4 * 1024 * 1024, MEMBERS_MAX = 6 };

#define LOGIN_MEMBERS                                                                              \
    {                                                                                              \
        "nonce", "report", "ephemeral_key", "signature", "workstation"                             \
    }

/* `{}` in a path stands for one part of it. */
static const struct route {
    const char *method, *path;
    bool session;
    server_handler handler;
    const char *members[MEMBERS_MAX]; /* of the body; a job request is read by its own reader */
} routes[] = {
    { "GET", "/", false, public_start, { NULL } },
    { "GET", "/start.css", false, public_style, { NULL } },
    { "GET", "/v1/health", false, public_health, { NULL } },
    { "GET", "/v1/policy", true, public_policy, { NULL } },
    { "GET", "/v1/ca/{}", false, public_ca, { NULL } },
    { "GET", "/v1/crl/{}", false, public_crl, { NULL } },
    { "GET", "/v1/audit", true, public_audit, { NULL } },
    { "POST", "/v1/login/challenge", false, login_challenge, { NULL } },
    { "POST", "/v1/login", false, login_check, LOGIN_MEMBERS },
    { "POST", "/v1/session", false, session_open, { "ticket", "profile" } },
    { "POST", "/v1/session/lease", true, session_lease, { "signature" } },
    { "POST", "/v1/session/end", true, session_end, { "reason" } },
    { "POST", "/v1/cards/identify", true, identify_card, { "report", "person" } },
    { "GET", "/v1/jobs", true, job_list, { NULL } },
    { "POST", "/v1/jobs", true, job_begin, { NULL } },
    { "POST", "/v1/jobs/{}/steps", true, job_step, { "step", "result" } },
    { "GET", "/v1/people", true, person_search, { NULL } },
    { "GET", "/v1/people/{}", true, person_show, { NULL } },
    { "GET", "/v1/people/{}/photo", true, person_photo, { NULL } },
};

static bool path_matches(const char *pattern, const char *path, char *ret_argument)
{
    const char *hole = strstr(pattern, "{}");
    if (hole == NULL) {
        return text_equal(pattern, path);
    }
    size_t before = (size_t)(hole - pattern);
    if (strncmp(pattern, path, before) != 0) {
        return false;
    }
    size_t len = strcspn(path + before, "/");
    if (len == 0 || len >= ARGUMENT_MAX || !text_equal(hole + 2, path + before + len)) {
        return false;
    }
    memcpy(ret_argument, path + before, len);
    ret_argument[len] = '\0';
    return true;
}

static const struct route *find_route(const struct http_request *request, char *ret_argument)
{
    for (size_t i = 0; i < COUNT(routes); i++) {
        if (text_equal(routes[i].method, request->method) &&
            path_matches(routes[i].path, request->path, ret_argument)) {
            return &routes[i];
        }
    }
    return NULL;
}

static void send_json(struct http_request *http, int code, const char *type, json_t *json)
{
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    if (text == NULL) {
        http_request_refuse(http, status_http(STATUS_OUT_OF_MEMORY), STATUS_OUT_OF_MEMORY);
        return;
    }
    http_request_answer_header(http, "Cache-Control", "no-store");
    http_request_answer(http, code, type, span_of_text(text));
    memory_reserve_free(text);
}

static void send_fault(struct call *call)
{
    json_t *problem = fault_to_json(&call->fault);
    send_json(call->http, status_http(call->fault.status), "application/problem+json", problem);
    json_decref(problem);
    log_write_fault(LOG_LEVEL_INFO, call->http->path, &call->fault);
}

/* Every refusal is audited, once; a peer that nobody knows must not fill the audit, so only with a
 * session. What failed here (store, signer) is no refusal. */
static void audit_refusal(struct call *call)
{
    enum status_class class = status_entry(call->fault.status)->class;
    if (!call->has_session || call->refusal_audited || class == CLASS_INTERNAL ||
        class == CLASS_IO || class == CLASS_BLOCKED) {
        return;
    }
    enum audit_event event = class == CLASS_DENIED ? AUDIT_SERVICE_REFUSED : AUDIT_BAD_MESSAGE;
    enum status status = audit_act(call, &(struct audit_act){ .event = event,
                                                              .status = call->fault.status,
                                                              .detail = call->http->path });
    if (status != STATUS_OK) {
        struct fault fault = fault_of(status, "audit");
        log_write_fault(LOG_LEVEL_ERROR, "refusal not audited", &fault);
    }
}

/* Written down once for each jump, dated as late as what was stored last. */
static void audit_jump(struct call *call)
{
    call->now = call->server->clock.latest;
    log_write(LOG_LEVEL_ERROR, "the clock jumped back", LOG_NO_FIELDS);
    enum status status = audit_act(
        call, &(struct audit_act){ .event = AUDIT_CLOCK_JUMPED, .status = STATUS_CLOCK_BACK });
    if (status != STATUS_OK) {
        struct fault fault = fault_of(status, "audit");
        log_write_fault(LOG_LEVEL_ERROR, "jump not audited", &fault);
    }
}

static enum status check_clock(struct call *call)
{
    struct clock_watch *clock = &call->server->clock;
    enum status status = clock_watch_take(clock, call->now, &call->now);
    if (status != STATUS_OK && clock->is_news) {
        audit_jump(call);
    }
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, "");
}

/* docs/protocol/agent.md: readers are strict. */
static enum status read_body(struct call *call, const struct route *route)
{
    enum status status = agent_message_parse(call->http->body, &call->body);
    if (status == STATUS_OK && route->handler != job_begin && !call_only(call, route->members)) {
        status = STATUS_BAD_MESSAGE;
    }
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, call->http->path);
}

/* As at the start (server_open.c), for a server that found no signer then. */
static enum status check_audit(struct call *call)
{
    return call->server->audit_lost ? call_fail(call, STATUS_AUDIT_HEAD, "") : STATUS_OK;
}

static enum status run(struct call *call, const struct route *route, json_t **ret_answer)
{
    enum status status = check_clock(call);
    if (status == STATUS_OK) {
        status = check_audit(call);
    }
    if (status == STATUS_OK && route->session) {
        status = session_authenticate(call);
    }
    if (status == STATUS_OK && call->http->body.len > 0) {
        status = read_body(call, route);
    }
    return status == STATUS_OK ? route->handler(call, ret_answer) : status;
}

static void answer(struct call *call, enum status status, json_t *json)
{
    if (status == STATUS_OK && call->content_type != NULL) {
        http_request_answer(call->http, 200, call->content_type, buf_span(call->raw));
    } else if (status == STATUS_OK && json != NULL) {
        send_json(call->http, 200, "application/json", json);
    } else {
        if (call->fault.status == STATUS_OK) { /* an answer that could not be made whole */
            (void)call_fail(call, status != STATUS_OK ? status : STATUS_OUT_OF_MEMORY, "");
        }
        audit_refusal(call);
        send_fault(call);
    }
}

void route_request(void *context, struct http_request *request)
{
    static uint8_t raw_memory[RAW_MAX];
    struct server *server = context;
    struct buf raw = BUF(raw_memory);
    char argument[ARGUMENT_MAX] = "";
    struct call call = { .server = server,
                         .http = request,
                         .argument = argument,
                         .now = clock_read_now(),
                         .raw = &raw };
    const struct route *route = find_route(request, argument);
    json_t *json = NULL;
    if (route == NULL) {
        http_request_refuse(request, status_http(STATUS_METHOD_UNKNOWN), STATUS_METHOD_UNKNOWN);
        return;
    }
    enum status status = run(&call, route, &json);
    answer(&call, status, json);
    json_decref(json);
    json_decref(call.body);
    audit_checkpoint_later(server);
    crl_later(server);
}
