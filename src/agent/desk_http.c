/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/desk_http.h"

#include <string.h>

#include "agent/card_test.h"
#include "agent/desk_json.h"
#include "agent/desk_stream.h"
#include "agent/identify.h"
#include "agent/job.h"
#include "agent/json_member.h"
#include "agent/login.h"
#include "agent/page.h"
#include "agent/server_look.h"
#include "agent/server_pass.h"
#include "base/secret.h"
#include "base/text.h"
#include "wire_agent/agent_message.h"

enum { UUID_LEN = 12, QUERY_MAX = 300 };

/* ---- answered at once ---- */

static void serve_state(struct desk *desk, struct http_request *request, json_t **body)
{
    (void)body;
    desk_lock(desk);
    json_t *json = desk_json_locked_state(desk);
    desk_unlock(desk);
    desk_stream_answer_now(request, json);
}

static void serve_events(struct desk *desk, struct http_request *request, json_t **body)
{
    (void)body;
    desk_stream_follow(desk, request);
}

static void serve_logout(struct desk *desk, struct http_request *request, json_t **body)
{
    (void)body;
    login_end(desk);
    desk_stream_answer_now(request, json_object());
}

/* ---- tasks ---- */

static void queue(struct desk *desk, struct http_request *request, json_t **body,
                  struct desk_task *task)
{
    if (task == NULL || !desk_stream_expect(task, request)) {
        desk_task_free(task);
        desk_stream_refuse_with(request, STATUS_OUT_OF_MEMORY, "");
        return;
    }
    if (body != NULL) { /* handed over: a value belongs to one thread at a time */
        task->body = *body;
        *body = NULL;
    }
    if (desk_queue(desk, task) != STATUS_OK) {
        desk_stream_refuse_with(request, STATUS_AGENT_BUSY, "");
    }
}

static void serve_login(struct desk *desk, struct http_request *request, json_t **body)
{
    queue(desk, request, body, desk_task_new(login_task));
}

static void serve_profile(struct desk *desk, struct http_request *request, json_t **body)
{
    queue(desk, request, body, desk_task_new(login_profile_task));
}

static void serve_identify(struct desk *desk, struct http_request *request, json_t **body)
{
    queue(desk, request, body, desk_task_new(identify_task));
}

static void serve_test(struct desk *desk, struct http_request *request, json_t **body)
{
    queue(desk, request, body, desk_task_new(card_test_task));
}

static void serve_server(struct desk *desk, struct http_request *request, json_t **body)
{
    queue(desk, request, body, desk_task_new(server_look_task));
}

static void serve_job(struct desk *desk, struct http_request *request, json_t **body)
{
    job_request(desk, request, *body);
}

static void pass(struct desk *desk, struct http_request *request, const char *path)
{
    struct desk_task *task = desk_task_new(server_pass_task);
    if (task != NULL && !text_copy(task->path, sizeof(task->path), path)) {
        desk_task_free(task);
        desk_stream_refuse_with(request, STATUS_TOO_LARGE, "");
        return;
    }
    queue(desk, request, NULL, task);
}

static void serve_jobs(struct desk *desk, struct http_request *request, json_t **body)
{
    (void)body;
    pass(desk, request, "/v1/jobs");
}

static void serve_people(struct desk *desk, struct http_request *request, json_t **body)
{
    char path[QUERY_MAX + 16];
    (void)body;
    if (!text_format(path, sizeof(path), "/v1/people?%s", request->query)) {
        desk_stream_refuse_with(request, STATUS_TOO_LARGE, "q");
        return;
    }
    pass(desk, request, path);
}

/* /v1/desk/people/{uuid} and /v1/desk/people/{uuid}/photo */
static void serve_person(struct desk *desk, struct http_request *request, json_t **body)
{
    static const char start[] = "/v1/desk/people/";
    char uuid[UUID_LEN + 1] = "", path[64];
    const char *rest = request->path + sizeof(start) - 1;
    (void)body;
    if (strlen(rest) >= UUID_LEN) {
        memcpy(uuid, rest, UUID_LEN);
        rest += UUID_LEN;
    }
    bool known = text_equal(rest, "") || text_equal(rest, "/photo");
    if (!text_is_digits(uuid, UUID_LEN) || !known ||
        !text_format(path, sizeof(path), "/v1/people/%s%s", uuid, rest)) {
        desk_stream_refuse_with(request, STATUS_NOT_FOUND, "person");
        return;
    }
    pass(desk, request, path);
}

/* ---- the table ---- */

enum { MEMBERS_MAX = 5 };

/* Where a route is served. */
enum place {
    SOCKET = 1 << 0, /* to the command line */
    PAGE = 1 << 1,   /* to the page, with its bearer */
    OPEN = 1 << 2    /* without one */
};

static const struct route {
    const char *method, *path;
    bool is_prefix;
    unsigned places;
    void (*serve)(struct desk *desk, struct http_request *request, json_t **body);
    const char *members[MEMBERS_MAX]; /* of the body; the job reads its own */
} routes[] = {
    { "GET", "/", false, PAGE | OPEN, page_serve_file, { NULL } },
    { "GET", "/app.js", false, PAGE | OPEN, page_serve_file, { NULL } },
    { "GET", "/app.css", false, PAGE | OPEN, page_serve_file, { NULL } },
    { "GET", "/inter.woff2", false, PAGE | OPEN, page_serve_file, { NULL } },
    { "GET", "/mark.svg", false, PAGE | OPEN, page_serve_file, { NULL } },
    { "POST", "/v1/page", false, PAGE | OPEN, page_serve_token, { "token" } },
    { "POST", "/v1/desk/page", false, SOCKET, page_serve_address, { NULL } },
    { "GET", "/v1/desk/server", false, SOCKET, serve_server, { NULL } },
    { "GET", "/v1/desk", false, SOCKET | PAGE, serve_state, { NULL } },
    { "GET", "/v1/desk/events", false, SOCKET | PAGE, serve_events, { NULL } },
    { "POST",
      "/v1/desk/login",
      false,
      SOCKET | PAGE,
      serve_login,
      { "passcode", "card", "use_last_try", "profile" } },
    { "POST", "/v1/desk/profile", false, SOCKET | PAGE, serve_profile, { "profile" } },
    { "POST", "/v1/desk/logout", false, SOCKET | PAGE, serve_logout, { NULL } },
    { "POST", "/v1/desk/identify", false, SOCKET | PAGE, serve_identify, { "person" } },
    { "POST", "/v1/desk/test", false, SOCKET | PAGE, serve_test, { "passcode", "use_last_try" } },
    { "POST", "/v1/desk/jobs", false, SOCKET | PAGE, serve_job, { NULL } },
    { "GET", "/v1/desk/jobs", false, SOCKET | PAGE, serve_jobs, { NULL } },
    { "GET", "/v1/desk/people", false, SOCKET | PAGE, serve_people, { NULL } },
    { "GET", "/v1/desk/people/", true, SOCKET | PAGE, serve_person, { NULL } },
};

static bool path_matches(const struct route *route, const char *path)
{
    return route->is_prefix ? strncmp(path, route->path, strlen(route->path)) == 0
                            : text_equal(path, route->path);
}

static const struct route *find_route(const struct http_request *request)
{
    unsigned place = page_is_peer(request) ? PAGE : SOCKET;
    for (size_t i = 0; i < COUNT(routes); i++) {
        if ((routes[i].places & place) != 0 && text_equal(routes[i].method, request->method) &&
            path_matches(&routes[i], request->path)) {
            return &routes[i];
        }
    }
    return NULL;
}

/* Nobody learns without a bearer which requests of the desk there are. */
static bool is_open(const struct route *route, const struct http_request *request)
{
    static const char desk[] = "/v1/desk";
    return route != NULL ? (route->places & OPEN) != 0
                         : strncmp(request->path, desk, sizeof(desk) - 1) != 0;
}

static enum status admit(const struct desk *desk, const struct http_request *request,
                         const struct route *route)
{
    enum status status = STATUS_OK;
    if (page_is_peer(request)) {
        status = page_admits(desk, request, is_open(route, request),
                             route != NULL && route->serve == serve_events);
    }
    return status == STATUS_OK && route == NULL ? STATUS_METHOD_UNKNOWN : status;
}

static enum status read_body(const struct route *route, const struct http_request *request,
                             json_t **ret_body)
{
    if (text_equal(route->method, "GET")) {
        return STATUS_OK;
    }
    json_t *body = NULL;
    enum status status =
        agent_message_parse(request->body.len > 0 ? request->body : SPAN_TEXT("{}"), &body);
    if (status != STATUS_OK) {
        return status;
    }
    if (route->serve != serve_job && !json_member_only(body, route->members)) {
        json_decref(body);
        return STATUS_BAD_MESSAGE;
    }
    *ret_body = body;
    return STATUS_OK;
}

void desk_http_serve(void *context, struct http_request *request)
{
    struct desk *desk = context;
    json_t *body = NULL;
    const char *detail = "body";
    const struct route *route = find_route(request);
    enum status status = admit(desk, request, route);
    if (status != STATUS_OK) {
        detail = status == STATUS_METHOD_UNKNOWN ? request->path : "";
    } else {
        status = read_body(route, request, &body);
    }
    if (request->body.len > 0) {
        wipe((void *)(uintptr_t)request->body.ptr, request->body.len);
    }
    if (status != STATUS_OK) {
        const struct fault fault = fault_of(status, detail);
        desk_stream_refuse(request, &fault);
        return;
    }
    route->serve(desk, request, &body);
    json_decref(body);
}
