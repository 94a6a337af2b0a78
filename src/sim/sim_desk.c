/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_desk.h"

#include <stdlib.h>
#include <string.h>

#include "agent/desk_http.h"
#include "agent/job.h"
#include "agent/keeper.h"
#include "agent/worker.h"
#include "base/check.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "sim/sim_clock.h"
#include "sim/sim_http.h"
#include "sim/sim_line.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"

struct place {
    struct desk *desk;
    bool busy, keeping, dead;
};

static struct place places[SIM_DESKS];
static struct sim_http_reply replies[SIM_DESKS];

/* ---- agent/monitor.h ---- */

enum status monitor_open(struct monitor *m)
{
    (void)m;
    return STATUS_OK;
}

void monitor_close(struct monitor *m)
{
    (void)m;
}

void monitor_lock(struct monitor *m)
{
    (void)m;
}

void monitor_unlock(struct monitor *m)
{
    (void)m;
}

void monitor_wake(struct monitor *m)
{
    (void)m;
}

/* Nobody else is there who could change anything but the world's own events, which come at other
 * places: the moment simply comes. */
bool monitor_wait_until(struct monitor *m, int64_t at_ms)
{
    (void)m;
    int64_t now_ms = clock_read_monotonic_ms();
    if (at_ms > now_ms) {
        sim_clock_pass_ms(at_ms - now_ms);
    }
    return true;
}

void monitor_wait(struct monitor *m)
{
    (void)m;
    UNREACHABLE(); /* only a worker without work waits like this */
}

/* ---- an agent ---- */

void sim_desk_start(int desk)
{
    static struct config config;
    struct place *place = &places[desk];
    place->desk = calloc(1, sizeof(*place->desk));
    place->busy = place->keeping = place->dead = false;
    text_take(config.origin, sizeof(config.origin), sim_server_origin());
    REQUIRE(text_format(config.workstation, sizeof(config.workstation), "desk-%d", desk + 1));
    if (place->desk == NULL || desk_open(place->desk, &config) != STATUS_OK) {
        abort();
    }
    place->desk->http = sim_http_loop_new();
    place->desk->worker_client = sim_line_open(desk, job_keep_awake, place->desk);
    place->desk->keeper_client = sim_line_open(desk, NULL, NULL);
    sim_desk_hear_readers(desk);
}

void sim_desk_hear_readers(int desk)
{
    struct pcsc_reader_list list;
    if (places[desk].desk != NULL) {
        sim_reader_list(desk, &list);
        desk_take_readers(places[desk].desk, &list);
    }
}

bool sim_desk_is_busy(int desk)
{
    return places[desk].busy;
}

bool sim_desk_is_keeper(int desk)
{
    return places[desk].keeping;
}

bool sim_desk_has_session(int desk)
{
    return places[desk].desk->session.open;
}

bool sim_desk_is_operator(int desk, int slot)
{
    const struct desk_state *readers = &places[desk].desk->readers;
    return (size_t)slot < readers->count &&
           desk_state_role(readers, (size_t)slot) == DESK_ROLE_OPERATOR;
}

const json_t *sim_desk_identify(int desk)
{
    size_t index;
    struct desk *d = places[desk].desk;
    const struct desk_card *card =
        desk_state_user(&d->readers, &index) == STATUS_OK ? desk_locked_card_at(d, index) : NULL;
    return card != NULL ? card->identify : NULL;
}

int sim_desk_operator_slot(int desk)
{
    int slot = 0;
    while (slot < SIM_SLOTS && !sim_desk_is_operator(desk, slot)) {
        slot++;
    }
    return slot;
}

void sim_desk_pull_operator(int desk)
{
    int slot = sim_desk_operator_slot(desk);
    if (slot < SIM_SLOTS) {
        sim_reader_pull(desk, slot);
    }
}

/* ---- its life ---- */

/* From here on nothing that it does has an effect; what it was at comes to an end by itself. */
void sim_desk_die(int desk)
{
    struct place *place = &places[desk];
    sim_story_tell("desk %d: the agent is killed", desk + 1);
    sim_reader_break_connections(desk);
    place->dead = true;
    https_client_abort(place->desk->worker_client);
    https_client_abort(place->desk->keeper_client);
}

bool sim_desk_is_dead(int desk)
{
    return places[desk].dead;
}

void sim_desk_keep(int desk)
{
    struct place *place = &places[desk];
    place->keeping = true;
    keeper_step(place->desk);
    place->keeping = false;
}

static void work(struct desk *desk)
{
    while (worker_step(desk)) {
        sim_http_loop(desk->http);
    }
    sim_http_loop(desk->http);
}

static void restart_if_dead(int desk)
{
    if (places[desk].dead) {
        sim_desk_start(desk);
    }
}

/* False: it died. */
static bool live(int desk, const struct sim_http_ask *ask, struct sim_http_reply *ret_reply)
{
    struct place *place = &places[desk];
    restart_if_dead(desk);
    place->busy = true;
    sim_desk_keep(desk);
    work(place->desk);
    if (ask != NULL && !place->dead) {
        sim_http_serve(ask, desk_http_serve, place->desk, ret_reply);
        work(place->desk);
    }
    if (!place->dead) {
        sim_desk_keep(desk);
    }
    bool lived = !place->dead;
    restart_if_dead(desk);
    place->busy = false;
    return lived;
}

void sim_desk_run(int desk)
{
    (void)live(desk, NULL, NULL);
}

json_t *sim_desk_last_line(const struct sim_http_reply *reply)
{
    size_t end = reply->len;
    while (end > 0 && reply->bytes[end - 1] == '\n') {
        end--;
    }
    size_t start = end;
    while (start > 0 && reply->bytes[start - 1] != '\n') {
        start--;
    }
    return json_loadb(reply->bytes + start, end - start, 0, NULL);
}

const struct sim_http_reply *sim_desk_reply(int desk)
{
    return &replies[desk];
}

void sim_desk_get(int desk, const char *path, struct sim_http_reply *ret_reply)
{
    const struct sim_http_ask ask = { .method = "GET", .path = path, .local_user = true };
    (void)live(desk, &ask, ret_reply);
}

enum status sim_desk_ask(int desk, const char *path, json_t *body, json_t **ret_answer)
{
    struct sim_http_reply *reply = &replies[desk];
    char *text = json_dumps(body, JSON_COMPACT);
    const struct sim_http_ask ask = { .method = "POST",
                                      .path = path,
                                      .body = span_of_text(text),
                                      .local_user = true,
                                      .body_is_private = true };
    bool lived = live(desk, &ask, reply);
    free(text);
    json_decref(body);
    *ret_answer = lived ? sim_desk_last_line(reply) : NULL;
    return *ret_answer != NULL ? STATUS_OK : STATUS_STOPPED;
}
