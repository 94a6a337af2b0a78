/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "port/log_write.h"
#include "port/memory_libraries.h"
#include "port/memory_lock.h"
#include "port/ready_notify.h"
#include "port/sandbox.h"
#include "server/audit.h"
#include "server/server_open.h"
#include "server/sweep.h"

/* cardwright-server: requests in, decisions from the modules below, effects out. */
enum { CRL_EVERY_MS = 24 * 3600 * 1000 };

static struct server server;

static enum status failed(enum status status, const char *what)
{
    struct fault fault = fault_of(status, what);
    log_write_fault(LOG_LEVEL_ERROR, "not started", &fault);
    return status;
}

static enum status open_parts(const char *config_path)
{
    struct fault fault = { 0 };
    enum status status = server_open(&server, config_path, &fault);
    return status == STATUS_OK ? STATUS_OK : failed(status, fault.detail);
}

/* Names the member of the configuration that is to blame (https_tls.h). */
static enum status failed_listening(enum status status)
{
    const struct config *config = &server.config;
    const struct fault fault =
        status == STATUS_BAD_FILE   ? fault_at(status, "certificate", config->certificate)
        : status == STATUS_KEY_FILE ? fault_at(status, "key", config->key)
                                    : fault_at(status, "address", config->address);
    return failed(status, fault.detail);
}

static enum status listen_there(uint16_t *ret_port)
{
    enum status status =
        https_server_open(&(struct https_server_options){ .body_max = 512 * 1024 }, &server.http);
    if (status != STATUS_OK) {
        return failed(status, "listener");
    }
    const struct https_listener listener = { .address = server.config.address,
                                             .port = (uint16_t)server.config.port,
                                             .certificate_file = server.config.certificate,
                                             .key_file = server.config.key,
                                             .handler = route_request,
                                             .context = &server };
    status = https_server_listen(server.http, &listener, ret_port);
    return status == STATUS_OK ? STATUS_OK : failed_listening(status);
}

static void stop(void *context)
{
    (void)context;
    https_server_stop(server.http);
}

static void make_crls(void *context)
{
    (void)context;
    server_renew_crls(&server);
}

static void sweep(void *context)
{
    (void)context;
    server_sweep(&server);
}

static enum status serve(int ready_fd, uint16_t port)
{
    char ready[64];
    enum status status = https_server_on_signal(server.http, SIGTERM, stop, NULL);
    if (status == STATUS_OK) {
        status = https_server_on_signal(server.http, SIGINT, stop, NULL);
    }
    if (status == STATUS_OK) {
        status = https_server_every(server.http, CRL_EVERY_MS, make_crls, NULL);
    }
    if (status == STATUS_OK) {
        status = https_server_every(server.http, SWEEP_EVERY_MS, sweep, NULL);
    }
    if (status == STATUS_OK) {
        status = server_begin(&server);
    }
    if (status != STATUS_OK || !text_format(ready, sizeof(ready), "port=%u\n", port)) {
        return failed(status, "start");
    }
    log_write(LOG_LEVEL_INFO, "listening",
              LOG_FIELDS(LOG_TEXT("address", server.config.address), LOG_NUMBER("port", port)));
    status = ready_notify(ready_fd, ready);
    return status == STATUS_OK ? https_server_run(server.http) : status;
}

/* The signer's socket is reached by its path: no right on files is needed for that. */
static enum status confine(const char *config_path)
{
    char folder[CONFIG_PATH_MAX];
    struct sandbox_result result;
    const char *slash = strrchr(server.config.store, '/');
    if (slash == NULL || !text_format(folder, sizeof(folder), "%.*s",
                                      (int)(slash - server.config.store), server.config.store)) {
        return STATUS_BAD_FILE;
    }
    const struct sandbox_paths paths = { .read = { config_path }, .write = { folder } };
    enum status status = sandbox_enter(SANDBOX_SERVER, &paths, &result);
    if (status == STATUS_OK) {
        sandbox_log(&result);
    }
    return status;
}

static void close_parts(void)
{
    enum status status = audit_checkpoint_now(&server);
    if (status != STATUS_OK) {
        (void)failed(status, "last checkpoint");
    }
    https_server_close(&server.http);
    server_close(&server);
}

static int usage(void)
{
    log_write(
        LOG_LEVEL_ERROR,
        "usage: cardwright-server --config FILE [--ready-fd N] [--no-sandbox] [--clock-is-right]",
        LOG_NO_FIELDS);
    return 2;
}

int main(int argc, char **argv)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "ready-fd", required_argument, NULL, 'r' },
                                             { "no-sandbox", no_argument, NULL, 'n' },
                                             { "clock-is-right", no_argument, NULL, 't' },
                                             { NULL, 0, NULL, 0 } };
    const char *config_path = NULL;
    int ready_fd = -1, option;
    bool sandbox = true;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'c') {
            config_path = optarg;
        } else if (option == 'n') {
            sandbox = false;
        } else if (option == 't') {
            server.clock_is_right = true;
        } else if (option != 'r' || ready_notify_parse(optarg, &ready_fd) != STATUS_OK) {
            return usage();
        }
    }
    if (config_path == NULL || optind != argc) {
        return usage();
    }
    uint16_t port = 0;
    memory_libraries_set();
    enum status status = memory_lock_process();
    if (status == STATUS_OK) {
        status = open_parts(config_path);
    }
    if (status == STATUS_OK) {
        status = listen_there(&port);
    }
    if (status == STATUS_OK && sandbox) {
        status = confine(config_path);
    } else if (!sandbox) {
        sandbox_log_off();
    }
    if (status == STATUS_OK) {
        status = serve(ready_fd, port);
        close_parts();
    }
    return status == STATUS_OK ? 0 : 1;
}
