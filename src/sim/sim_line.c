/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_line.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/sim_act.h"
#include "sim/sim_clock.h"
#include "sim/sim_desk.h"
#include "sim/sim_fault.h"
#include "sim/sim_http.h"
#include "sim/sim_intruder.h"
#include "sim/sim_random.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"
#include "sim/sim_visit.h"
#include "sim/sim_watch.h"

/* LONG_DELAYS: of 1000. */
enum {
    LONG_DELAYS = 125,
    ONE_WAY_MS = 10,
    TIMEOUT_MS = 30000,
    IDLE_EVERY_MS = 2000,
    LATE_MAX = 8,
    PATH_LEN = 256
};

struct https_client {
    int desk;
    bool aborted;
    void (*idle)(void *context);
    void *idle_context;
    struct sim_http_reply reply;
};

/* A request that is still on its way when nobody waits for it any more. */
static struct late {
    char path[PATH_LEN], token[1200];
    char *body;
    size_t len;
    bool used, is_post;
} late[LATE_MAX];

struct https_client *sim_line_open(int desk, void (*idle)(void *context), void *context)
{
    struct https_client *client = calloc(1, sizeof(*client));
    if (client == NULL) {
        abort();
    }
    client->desk = desk;
    client->idle = idle;
    client->idle_context = context;
    return client;
}

/* ---- delivering ---- */

static struct sim_http_ask ask_of(const struct https_client_request *request)
{
    bool is_post = request->body.len > 0;
    return (struct sim_http_ask){ .method = request->method != NULL ? request->method
                                            : is_post               ? "POST"
                                                                    : "GET",
                                  .path = request->path,
                                  .headers = request->headers,
                                  .body = request->body };
}

static void keep_late(const struct https_client_request *request)
{
    for (size_t i = 0; i < LATE_MAX; i++) {
        struct late *l = &late[i];
        if (l->used || !text_copy(l->path, sizeof(l->path), request->path)) {
            continue;
        }
        text_take(l->token, sizeof(l->token),
                  request->headers[0] != NULL ? request->headers[0] : "");
        l->len = request->body.len;
        l->is_post = l->len > 0;
        l->body = calloc(1, l->len + 1);
        if (l->body == NULL) {
            abort();
        }
        memcpy(l->body, request->body.ptr, l->len);
        l->used = true;
        return;
    }
}

void sim_line_deliver_late(void)
{
    static struct sim_http_reply nobody;
    for (size_t i = 0; i < LATE_MAX; i++) {
        struct late *l = &late[i];
        if (!l->used) {
            continue;
        }
        l->used = false;
        sim_story_tell("a late %s arrives at the server", l->path);
        const char *const headers[] = { l->token[0] != '\0' ? l->token : NULL, NULL };
        sim_server_serve(&(struct sim_http_ask){ .method = l->is_post ? "POST" : "GET",
                                                 .path = l->path,
                                                 .headers = headers,
                                                 .body = span_of(l->body, l->len) },
                         &nobody);
        free(l->body);
    }
}

/* ---- waiting ---- */

/* The card is kept awake meanwhile, as the client promises. */
static void wait(struct https_client *client, int64_t ms)
{
    int64_t left = ms;
    while (left > 0 && !client->aborted) {
        int64_t step = left < IDLE_EVERY_MS ? left : IDLE_EVERY_MS;
        sim_clock_pass_ms(step);
        left -= step;
        if (step == IDLE_EVERY_MS && client->idle != NULL) {
            client->idle(client->idle_context);
        }
        if (!sim_desk_is_keeper(client->desk)) {
            sim_desk_keep(client->desk);
        }
    }
}

/* Something that is not about the request happens while it is on its way. */
static void meanwhile(struct https_client *client, enum sim_fault fault)
{
    if (fault == SIM_OTHER_DESK) {
        sim_visit_elsewhere(client->desk);
    } else if (fault == SIM_RIGHTS_END) {
        sim_act_end_rights(client->desk);
    } else if (fault == SIM_CLOCK_JUMPS) {
        int64_t by = (int64_t)sim_random_below(7200) - 3600;
        sim_story_tell("the server's clock jumps by %lld s", (long long)by);
        sim_clock_jump(by);
    } else if (fault == SIM_DELAYED) {
        uint32_t most_s = sim_random_chance(LONG_DELAYS) ? 1200 : 60;
        wait(client, 20000 + (int64_t)sim_random_below(most_s) * 1000);
    }
}

static enum status carry(struct https_client *client, const struct https_client_request *request,
                         enum sim_fault fault)
{
    const struct sim_http_ask ask = ask_of(request);
    if (fault == SIM_REQUEST_LOST || fault == SIM_DELIVERED_LATE) {
        if (fault == SIM_DELIVERED_LATE) {
            keep_late(request);
        }
        wait(client, TIMEOUT_MS);
        return STATUS_SERVER_UNREACHABLE;
    }
    sim_watch_before();
    sim_server_serve(&ask, &client->reply);
    sim_watch_answer(client->desk, &ask, &client->reply);
    sim_intruder_hear_server(&ask, &client->reply);
    if (fault == SIM_DELIVERED_TWICE) {
        sim_server_serve(&ask, &client->reply);
    }
    if (fault == SIM_POWER_FAILS) {
        sim_server_lose_power();
    }
    if (fault == SIM_ANSWER_LOST) {
        wait(client, TIMEOUT_MS);
        return STATUS_SERVER_UNREACHABLE;
    }
    if (text_equal(request->path, "/v1/cards/identify")) {
        (void)sim_intruder_embolden(&client->reply);
    } else if (strncmp(request->path, "/v1/jobs", 8) == 0) {
        sim_intruder_knock();
    }
    return client->reply.code != 0 ? STATUS_OK : STATUS_SERVER_UNREACHABLE;
}

/* ---- port/https_client.h ---- */

enum status https_client_send(struct https_client *client,
                              const struct https_client_request *request,
                              struct https_client_answer *ret_answer)
{
    if (client->aborted || sim_desk_is_dead(client->desk)) {
        return STATUS_STOPPED;
    }
    enum sim_fault fault = sim_fault_at(SIM_AT_REQUEST);
    if (fault != SIM_NOTHING) {
        sim_story_tell("desk %d: request %u, %s: %s", client->desk + 1,
                       sim_fault_visits(SIM_AT_REQUEST), request->path, sim_fault_name(fault));
    }
    if (fault == SIM_AGENT_DIES_WAITING) {
        sim_desk_die(client->desk);
    }
    sim_clock_pass_ms(ONE_WAY_MS);
    meanwhile(client, fault);
    enum status status = client->aborted ? STATUS_STOPPED : carry(client, request, fault);
    sim_clock_pass_ms(ONE_WAY_MS);
    if (client->aborted || sim_desk_is_dead(client->desk)) {
        return STATUS_STOPPED;
    }
    ret_answer->code = client->reply.code;
    ret_answer->body = span_of(client->reply.bytes, client->reply.len);
    text_take(ret_answer->content_type, sizeof(ret_answer->content_type),
              client->reply.code == 200 ? "application/json" : "application/problem+json");
    return status;
}

void https_client_abort(struct https_client *client)
{
    client->aborted = true;
}

void https_client_allow(struct https_client *client)
{
    client->aborted = false;
}

void https_client_look(const struct https_client *client, struct https_client_look *ret_look)
{
    (void)client;
    memset(ret_look, 0, sizeof(*ret_look));
}

const char *https_client_trouble_text(enum https_client_trouble trouble)
{
    (void)trouble;
    return "";
}
