/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_server.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"
#include "port/local_socket.h"
#include "server/server_open.h"
#include "signer/signer_directory.h"
#include "signer/signer_serve.h"
#include "sim/sim_clock.h"
#include "sim/sim_disk.h"
#include "sim/sim_fault.h"
#include "sim/sim_file.h"
#include "sim/sim_intruder.h"
#include "sim/sim_issued.h"
#include "sim/sim_lack.h"
#include "sim/sim_power.h"
#include "sim/sim_story.h"
#include "sim/sim_watch.h"

/* One day's worth; tables are made for it at each start. */
enum { STATEMENTS_MAX = 1024, ISSUED_MAX = 1024, NAMES_MAX = 1024 };

static struct {
    char folder[256];        /* of the organisation as it was founded */
    char signer_folder[256]; /* of this run */
    bool server_runs, server_killed;
    struct server server;
    struct signer_serve signer;
    bool signer_runs;
} world;

static const char *const signer_files[] = { "signer/state/journal", "signer/state/head" };

/* ---- signer ---- */

static bool path_in(const char *folder, const char *name, char ret_path[512])
{
    return text_format(ret_path, 512, "%s/%s", folder, name);
}

/* Its keys stay: unlocking them takes a second. */
static void signer_end(void)
{
    static struct signer_keys keys;
    struct signer *signer = &world.signer.signer;
    state_file_close(&world.signer.state);
    keys = signer->keys;
    memset(&signer->keys, 0, sizeof(signer->keys));
    signer_close(signer);
    signer->keys = keys;
    world.signer_runs = false;
}

static void signer_kill(void)
{
    if (world.signer_runs) {
        signer_end();
    }
}

/* Keys were unlocked once, when the organisation was founded. Whoever is refused a call at the
 * start may end there, and is started again at the next request. */
static bool signer_start(void)
{
    char path[512];
    bool torn = false, lacked = sim_lack_happened();
    static struct signer_keys keys;
    const struct signer_limits limits = { .statements_max = STATEMENTS_MAX,
                                          .issued_max = ISSUED_MAX,
                                          .names_max = NAMES_MAX };
    if (world.signer_runs) {
        return true;
    }
    keys = world.signer.signer.keys;
    world.signer.entropy = entropy_read_system();
    world.signer.broken = false;
    enum status status = signer_open(&world.signer.signer, &keys, &limits, &world.signer.entropy);
    if (status == STATUS_OK && path_in(world.signer_folder, "signer", path)) {
        status = state_file_open(path, &world.signer.state);
    }
    if (status == STATUS_OK) {
        status =
            state_file_load(&world.signer.state, &world.signer.signer, clock_read_now(), &torn);
    }
    world.signer_runs = status == STATUS_OK;
    if (!world.signer_runs) {
        signer_end();
    }
    if (!world.signer_runs && lacked == sim_lack_happened()) {
        sim_story_break("I9", "the signer does not start: %s", status_entry(status)->name);
    }
    return world.signer_runs;
}

bool sim_server_ask_signer(const struct signer_request *request, struct signer_answer *ret_answer)
{
    static uint8_t request_memory[SIGNER_REQUEST_MAX], answer_memory[SIGNER_REQUEST_MAX];
    struct buf frame = BUF(request_memory);
    struct buf answer = BUF(answer_memory);
    struct buf no_memory = { 0 };
    return signer_start() && signer_message_request_encode(request, &frame) == STATUS_OK &&
           signer_serve_frame(&world.signer, 1, buf_span(&frame), &answer) == STATUS_OK &&
           signer_message_answer_decode(buf_span(&answer), &no_memory, ret_answer) == STATUS_OK &&
           ret_answer->status == STATUS_OK;
}

/* What an intruder in the server hears. */
static void hear(struct span request, struct span answer)
{
    static struct signer_request asked;
    static struct signer_answer answered;
    struct buf no_memory = { 0 };
    if (signer_message_request_decode(request, &asked) == STATUS_OK &&
        signer_message_needs_authority(asked.kind) &&
        signer_message_answer_decode(answer, &no_memory, &answered) == STATUS_OK) {
        sim_intruder_hear_signer(&asked, answered.status == STATUS_OK);
        if (asked.kind == SIGNER_CERTIFICATE && answered.status == STATUS_OK) {
            sim_issued_see(&asked.certificate.key,
                           span_of(answered.certificate.der, answered.certificate.len));
        }
        signer_message_answer_wipe(&answered);
    }
}

static enum status serve_signer(struct span request, struct buf *answer)
{
    enum status status = signer_serve_frame(&world.signer, 1, request, answer);
    hear(request, buf_span(answer));
    return status;
}

/* No room for its journal; it ends itself, and whether it has answered by then is its own matter.
 */
static enum status serve_without_room(struct span request, struct buf *answer)
{
    struct state_file *state = &world.signer.state;
    int journal_fd = state->journal_fd;
    state->journal_fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    enum status status = serve_signer(request, answer);
    (void)close(state->journal_fd);
    state->journal_fd = journal_fd;
    return status;
}

/* ---- port/local_socket.h: the server asks the signer ---- */

enum status local_socket_init(struct local_socket *s, const struct local_socket_options *options)
{
    s->options = *options;
    s->fd = -1;
    return STATUS_OK;
}

void local_socket_close(struct local_socket *s)
{
    s->fd = -1;
}

enum status local_socket_call(struct local_socket *s, struct span request, struct buf *answer)
{
    enum sim_fault fault = sim_fault_at(SIM_AT_SIGNER);
    if (fault != SIM_NOTHING) {
        sim_story_tell("the signer, request %u: %s", sim_fault_visits(SIM_AT_SIGNER),
                       sim_fault_name(fault));
    }
    if (sim_disk_is_dead()) { /* nobody asks any more */
        return s->options.unreachable;
    }
    if (!signer_start() || fault == SIM_SIGNER_KILLED_BEFORE) {
        signer_kill();
        return s->options.unreachable;
    }
    size_t before = answer->len;
    enum status status = fault == SIM_SIGNER_DISK_FULL ? serve_without_room(request, answer)
                                                       : serve_signer(request, answer);
    bool answered = status == STATUS_OK && fault != SIM_SIGNER_KILLED_AFTER;
    if (world.signer.broken || !answered) {
        signer_kill();
    }
    answer->len = answered ? answer->len : before;
    return answered ? STATUS_OK : s->options.unreachable;
}

/* ---- server ---- */

struct signer *sim_signer(void)
{
    (void)signer_start();
    return &world.signer.signer;
}

static bool server_start(void)
{
    char path[512];
    struct fault fault = { 0 };
    if (world.server_runs) {
        return true;
    }
    struct https_server *loop = world.server.http;
    sim_disk_revive();
    memset(&world.server, 0, sizeof(world.server));
    world.server.http = loop != NULL ? loop : sim_http_loop_new();
    sim_http_loop_drop(world.server.http);
    enum status status = path_in(world.folder, "server/server.json", path)
                             ? server_open(&world.server, path, &fault)
                             : STATUS_BAD_FILE;
    if (status == STATUS_OK) {
        status = server_begin(&world.server);
    }
    if (status == STATUS_OK) {
        sim_http_loop(world.server.http);
    }
    world.server_runs = status == STATUS_OK && !sim_disk_is_dead();
    if (world.server_runs) {
        sim_watch_start();
    }
    if (!world.server_runs) {
        sim_story_tell("the server does not start: %s %s", status_entry(status)->name,
                       fault.detail);
        server_close(&world.server);
    }
    return world.server_runs;
}

static void server_kill(void)
{
    sim_story_tell("the server is gone");
    server_close(&world.server);
    world.server_runs = false;
}

struct server *sim_server_running(void)
{
    return world.server_runs ? &world.server : NULL;
}

struct server *sim_server(void)
{
    for (int i = 0; i < 5 && !server_start(); i++) {
        sim_clock_pass_ms(1000);
    }
    return world.server_runs ? &world.server : NULL;
}

/* A byte of a record that was never acknowledged, as a power cut leaves it. */
static void tear_journal(void)
{
    if (world.signer_runs && write(world.signer.state.journal_fd, "C", 1) != 1) {
        sim_story_break("setup", "the signer's journal cannot be written");
    }
}

void sim_server_stop(bool is_torn)
{
    if (is_torn) {
        tear_journal();
    }
    signer_kill();
    if (world.server_runs) {
        server_kill();
    }
}

void sim_server_serve(const struct sim_http_ask *ask, struct sim_http_reply *ret_reply)
{
    ret_reply->code = 0;
    if (!server_start()) {
        return;
    }
    sim_http_serve(ask, route_request, &world.server, ret_reply);
    sim_http_loop(world.server.http);
    if (sim_disk_is_dead()) {
        ret_reply->code = 0;
        server_kill();
    }
}

void sim_server_lose_power(void)
{
    char path[512];
    sim_story_tell("server and signer lose their power");
    sim_disk_die();
    if (world.server_runs) {
        server_kill();
    }
    signer_kill();
    sim_file_lose_unsynced();
    for (size_t i = 0; i < COUNT(signer_files); i++) {
        if (!path_in(world.signer_folder, signer_files[i], path) || !sim_power_fail(path)) {
            sim_story_break("setup", "%s cannot be put back", signer_files[i]);
        }
    }
}

void sim_server_sweep(void)
{
    struct server *server = sim_server();
    if (server != NULL) {
        server_sweep(server);
        sim_http_loop(server->http);
    }
    if (sim_disk_is_dead() && world.server_runs) {
        server_kill();
    }
}

const char *sim_server_origin(void)
{
    return world.server.config.origin;
}

bool sim_server_enter(const char *folder)
{
    return text_copy(world.folder, sizeof(world.folder), folder) &&
           text_copy(world.signer_folder, sizeof(world.signer_folder), folder) && signer_start() &&
           sim_server() != NULL;
}

static bool watch_signer(void)
{
    char path[512];
    for (size_t i = 0; i < COUNT(signer_files); i++) {
        if (!path_in(world.signer_folder, signer_files[i], path)) {
            return false;
        }
        sim_power_watch(path);
    }
    return true;
}

bool sim_server_part(const char *own)
{
    char from[512], to[512];
    sim_file_part();
    state_file_close(&world.signer.state);
    return path_in(world.folder, "signer", from) && path_in(own, "signer", to) &&
           mkdir(own, 0700) == 0 && sim_disk_copy(from, to) &&
           text_copy(world.signer_folder, sizeof(world.signer_folder), own) &&
           state_file_open(to, &world.signer.state) == STATUS_OK && watch_signer();
}

/* The keys as the signer has them in memory. */
bool sim_server_unlock(const char *folder, const struct secret *passphrase)
{
    char path[512], name[SIGNER_DIRECTORY_NAME_MAX];
    return text_format(path, sizeof(path), "%s/signer", folder) &&
           signer_directory_load(path, passphrase, &world.signer.signer.keys, name) == STATUS_OK;
}
