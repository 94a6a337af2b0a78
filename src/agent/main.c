/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "agent/config_file.h"
#include "agent/desk_http.h"
#include "agent/desk_stream.h"
#include "agent/job.h"
#include "agent/json_member.h"
#include "agent/keeper.h"
#include "agent/login.h"
#include "agent/page.h"
#include "agent/watcher.h"
#include "agent/worker.h"
#include "base/text.h"
#include "port/ca_file.h"
#include "port/clock_read.h"
#include "port/file_write.h"
#include "port/log_write.h"
#include "port/memory_libraries.h"
#include "port/ready_notify.h"
#include "port/sandbox.h"

/* The agent: readers on one side, the server on the other, command line on a
 * unix socket and page on 127.0.0.1.
 * desk.h tells which thread does what. */

enum { IDLE_MS = 2000, PARTING_MS = 5000, ANSWER_MAX = 1024 * 1024, PING_MS = 15000 };

struct options {
    const char *config, *home, *socket;
    int ready_fd;
    bool no_sandbox;
};

static const char usage[] =
    "cardwright-agent --config FILE [--home DIR] [--socket PATH] [--ready-fd N] [--no-sandbox]";

static int fail(enum status status, const char *detail)
{
    const struct fault fault = fault_of(status, detail);
    log_write_fault(LOG_LEVEL_ERROR, "agent", &fault);
    return status == STATUS_USAGE ? 2 : 1;
}

static enum status take_option(int code, struct options *o)
{
    switch (code) {
    case 'c':
        o->config = optarg;
        return STATUS_OK;
    case 'h':
        o->home = optarg;
        return STATUS_OK;
    case 's':
        o->socket = optarg;
        return STATUS_OK;
    case 'r':
        return ready_notify_parse(optarg, &o->ready_fd);
    case 'n':
        o->no_sandbox = true;
        return STATUS_OK;
    default:
        return STATUS_USAGE;
    }
}

static enum status parse_options(int argc, char **argv, struct options *ret_options)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' }, { "home", required_argument, NULL, 'h' },
        { "socket", required_argument, NULL, 's' }, { "ready-fd", required_argument, NULL, 'r' },
        { "no-sandbox", no_argument, NULL, 'n' },   { NULL, 0, NULL, 0 },
    };
    int code;
    enum status status = STATUS_OK;
    opterr = 0;
    while (status == STATUS_OK && (code = getopt_long(argc, argv, "", known, NULL)) != -1) {
        status = take_option(code, ret_options);
    }
    return status == STATUS_OK && ret_options->config != NULL && optind == argc ? STATUS_OK
                                                                                : STATUS_USAGE;
}

/* ---- configuration ---- */

/* "dir/agent.sock", the folder made if need be. */
static enum status socket_in(const char *folder, const char *sub, char *ret_path)
{
    char path[LOCAL_PATH_MAX];
    if (!text_format(path, sizeof(path), "%s%s", folder, sub)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = file_write_private_directory(path);
    if (status != STATUS_OK) {
        return status;
    }
    return text_format(ret_path, LOCAL_PATH_MAX, "%s/agent.sock", path) ? STATUS_OK
                                                                        : STATUS_BAD_VALUE;
}

static enum status choose_socket(const struct options *o, struct config *config)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    if (o->socket != NULL) {
        bool fits = text_copy(config->socket, sizeof(config->socket), o->socket);
        return fits ? STATUS_OK : STATUS_BAD_VALUE;
    }
    if (config->socket[0] != '\0') {
        return STATUS_OK;
    }
    if (o->home != NULL) {
        return socket_in(o->home, "", config->socket);
    }
    return runtime != NULL ? socket_in(runtime, "/cardwright", config->socket) : STATUS_BAD_VALUE;
}

static enum status check_ca_file(const char *path, char *reterr_detail)
{
    const struct fault fault = fault_at(ca_file_check(path), "ca_file", path);
    text_take(reterr_detail, FAULT_DETAIL_MAX, fault.detail);
    return fault.status;
}

static enum status complete_config(const struct options *o, struct config *config,
                                   char *reterr_detail)
{
    if (config->workstation[0] == '\0' &&
        gethostname(config->workstation, sizeof(config->workstation) - 1) != 0) {
        text_print_safe(span_of_text("workstation"), config->workstation,
                        sizeof(config->workstation));
    }
    enum status status = choose_socket(o, config);
    if (status != STATUS_OK) {
        text_print_safe(span_of_text("path of the socket"), reterr_detail, FAULT_DETAIL_MAX);
        return status;
    }
    return config->ca_file[0] != '\0' ? check_ca_file(config->ca_file, reterr_detail) : STATUS_OK;
}

/* ---- what is open before the sandbox ---- */

static enum status open_clients(struct desk *desk)
{
    const char *ca_file = desk->config.ca_file[0] != '\0' ? desk->config.ca_file : NULL;
    const struct https_client_options worker = { .base_url = desk->config.origin,
                                                 .ca_file = ca_file,
                                                 .answer_max = ANSWER_MAX,
                                                 .idle_ms = IDLE_MS,
                                                 .idle = job_keep_awake,
                                                 .idle_context = desk };
    const struct https_client_options keeper = { .base_url = desk->config.origin,
                                                 .ca_file = ca_file,
                                                 .timeout_ms = PARTING_MS };
    enum status status = https_client_open(&worker, &desk->worker_client);
    return status == STATUS_OK ? https_client_open(&keeper, &desk->keeper_client) : status;
}

/* Logs out, and lets a job stop between two commands. What is to be said to peers is sent before
 * the loop ends. */
static void on_signal(void *context)
{
    struct desk *desk = context;
    desk_lock(desk);
    desk_locked_stop_work(desk, STATUS_STOPPED);
    desk_unlock(desk);
    login_end(desk);
    desk_stream_end_all(desk);
    https_server_stop(desk->http);
}

static enum status open_server(struct desk *desk)
{
    enum status status = https_server_open(&(struct https_server_options){ 0 }, &desk->http);
    if (status == STATUS_OK) {
        status = https_server_listen(desk->http,
                                     &(struct https_listener){ .unix_path = desk->config.socket,
                                                               .unix_mode = 0600,
                                                               .peer_uid_only = true,
                                                               .handler = desk_http_serve,
                                                               .context = desk },
                                     NULL);
    }
    if (status == STATUS_OK) {
        status = https_server_every(desk->http, PING_MS, desk_stream_ping, desk);
    }
    if (status == STATUS_OK) {
        status = https_server_on_signal(desk->http, SIGTERM, on_signal, desk);
    }
    return status == STATUS_OK ? https_server_on_signal(desk->http, SIGINT, on_signal, desk)
                               : status;
}

static enum status enter_sandbox(const struct options *o, const struct config *config)
{
    char folder[LOCAL_PATH_MAX];
    struct sandbox_result result;
    if (o->no_sandbox) {
        sandbox_log_off();
        return STATUS_OK;
    }
    text_print_safe(span_of_text(config->socket), folder, sizeof(folder));
    char *slash = strrchr(folder, '/');
    if (slash == NULL) {
        return STATUS_BAD_VALUE;
    }
    *slash = '\0';
    const char *ca_file = config->ca_file[0] != '\0' ? config->ca_file : NULL;
    struct sandbox_paths paths = { .read = { ca_file }, .write = { folder } };
    https_client_ports(config->origin, paths.ports, COUNT(paths.ports));
    enum status status = sandbox_enter(SANDBOX_AGENT, &paths, &result);
    if (status == STATUS_OK) {
        sandbox_log(&result);
    }
    return status;
}

/* ---- threads ---- */

struct threads {
    pthread_t worker, keeper, watcher;
    struct watcher watching;
};

static bool start_threads(struct desk *desk, struct threads *threads)
{
    threads->watching.desk = desk;
    return pthread_create(&threads->worker, NULL, worker_main, desk) == 0 &&
           pthread_create(&threads->keeper, NULL, keeper_main, desk) == 0 &&
           pthread_create(&threads->watcher, NULL, watcher_main, &threads->watching) == 0;
}

/* Logs out, lets a job stop between two commands, resets cards. A card that never answers cannot
 * hold the program: false, and the threads are left to the end of the process. */
static bool stop_threads(struct desk *desk, struct threads *threads)
{
    int64_t until_ms = clock_read_monotonic_ms() + PARTING_MS;
    bool over = false;
    login_end(desk);
    desk_lock(desk);
    desk->stopping = true;
    desk_locked_stop_work(desk, STATUS_STOPPED);
    monitor_wake(&desk->monitor);
    desk_unlock(desk);
    watcher_stop(&threads->watching);
    desk_lock(desk);
    while (!over && !(desk->worker_ended && desk->keeper_ended && desk->watcher_ended)) {
        over = monitor_wait_until(&desk->monitor, until_ms);
    }
    desk_unlock(desk);
    return !over && pthread_join(threads->worker, NULL) == 0 &&
           pthread_join(threads->keeper, NULL) == 0 && pthread_join(threads->watcher, NULL) == 0;
}

static enum status serve(struct desk *desk, const struct options *o)
{
    static struct threads threads;
    if (!start_threads(desk, &threads)) {
        return STATUS_OUT_OF_MEMORY;
    }
    log_write(LOG_LEVEL_INFO, "ready",
              LOG_FIELDS(LOG_TEXT("socket", desk->config.socket),
                         LOG_NUMBER("page_port", desk->page_port),
                         LOG_TEXT("server", desk->config.origin)));
    enum status status = ready_notify(o->ready_fd, "ready\n");
    if (status == STATUS_OK) {
        status = https_server_run(desk->http);
    }
    if (!stop_threads(desk, &threads)) {
        log_write(LOG_LEVEL_WARNING, "a card or the server did not answer in time", LOG_NO_FIELDS);
        _exit(status == STATUS_OK ? 0 : 1);
    }
    return status;
}

static enum status run(struct desk *desk, const struct options *o, const char **ret_detail)
{
    *ret_detail = "address of the server";
    enum status status = open_clients(desk);
    if (status == STATUS_OK) {
        *ret_detail = desk->config.socket;
        status = open_server(desk);
    }
    if (status == STATUS_OK) {
        *ret_detail = "page_port";
        status = page_listen(desk);
    }
    if (status == STATUS_OK) {
        *ret_detail = "sandbox";
        status = enter_sandbox(o, &desk->config);
    }
    if (status == STATUS_OK) {
        *ret_detail = "";
        status = serve(desk, o);
    }
    desk_stream_end_all(desk);
    https_server_close(&desk->http);
    https_client_close(&desk->worker_client);
    https_client_close(&desk->keeper_client);
    return status;
}

static enum status harden(void)
{
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    memory_libraries_set();
    json_object_seed(0);
    return sigaction(SIGPIPE, &ignore, NULL) == 0 ? memory_lock_process() : STATUS_INTERNAL;
}

int main(int argc, char **argv)
{
    static struct desk desk;
    struct options options = { .ready_fd = -1 };
    struct config config;
    char detail[FAULT_DETAIL_MAX] = "";
    const char *where = detail;
    if (parse_options(argc, argv, &options) != STATUS_OK) {
        return fail(STATUS_USAGE, usage);
    }
    enum status status = harden();
    if (status == STATUS_OK) {
        status = config_file_read(options.config, &config, detail);
    }
    if (status == STATUS_OK) {
        status = complete_config(&options, &config, detail);
    }
    if (status == STATUS_OK) {
        status = desk_open(&desk, &config);
    }
    if (status != STATUS_OK) {
        return fail(status, detail);
    }
    status = run(&desk, &options, &where);
    desk_close(&desk);
    return status == STATUS_OK ? 0 : fail(status, where);
}
