/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/x509_pem.h"
#include "policy/policy_file.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"
#include "port/file_read.h"
#include "port/log_write.h"
#include "port/memory_lock.h"
#include "port/ready_notify.h"
#include "port/sandbox.h"
#include "server/audit.h"
#include "server/crl.h"
#include "server/job_seal.h"
#include "server/key_sweep.h"
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

static enum status load_ca(const char *path, enum server_ca which)
{
    uint8_t text_memory[8192], der_memory[8192];
    struct buf text = BUF(text_memory);
    struct buf der = BUF(der_memory);
    struct span ders[1];
    size_t count = 0;
    enum status status = file_read(path, &text);
    if (status == STATUS_OK) {
        status = x509_pem_decode(X509_PEM_CERTIFICATE, buf_span(&text), &der, ders, 1, &count);
    }
    if (status == STATUS_OK && (count != 1 || ders[0].len > SERVER_DER_MAX)) {
        status = STATUS_BAD_FILE;
    }
    if (status != STATUS_OK) {
        return failed(status, path);
    }
    memcpy(server.cas[which], ders[0].ptr, ders[0].len);
    server.ca_lens[which] = ders[0].len;
    return STATUS_OK;
}

static enum status load_keys(void)
{
    struct buf key = BUF(server.token_key);
    enum status status = file_read_secret(server.config.token_key, &key);
    if (status == STATUS_OK && key.len != sizeof(server.token_key)) {
        status = STATUS_KEY_FILE;
    }
    if (status != STATUS_OK) {
        return failed(status, server.config.token_key);
    }
    status = job_seal_start(&server);
    if (status == STATUS_OK) {
        status = load_ca(server.config.authentication_ca, SERVER_CA_AUTHENTICATION);
    }
    if (status == STATUS_OK) {
        status = load_ca(server.config.signing_ca, SERVER_CA_SIGNING);
    }
    return status == STATUS_OK ? load_ca(server.config.root_ca, SERVER_CA_ROOT) : status;
}

/* None are needed, unless the policy requires that cards attest. */
static enum status load_roots(void)
{
    const char *path = server.config.attestation_roots;
    if (path[0] != '\0') {
        enum status status = attest_roots_load(path, &server.roots);
        return status == STATUS_OK ? STATUS_OK : failed(status, path);
    }
    bool required = server.policy.values.attestation == POLICY_ATTESTATION_REQUIRED;
    return required ? failed(STATUS_BAD_FILE, "the policy requires attestation: attestation_roots")
                    : STATUS_OK;
}

/* The active policy stands in the data base: activating one is an audited act. */
static enum status load_policy(void)
{
    struct policy_file_error error;
    struct buf text = BUF((uint8_t *)server.policy_text);
    text.max = sizeof(server.policy_text);
    enum status status = store_setting_get(server.store, "policy", &text);
    if (status != STATUS_OK) {
        return failed(status, "policy");
    }
    status = policy_file_load(buf_span(&text), &server.policy, &error);
    if (status != STATUS_OK) {
        return failed(status, error.what);
    }
    server.policy_text_len = text.len;
    return digest_sha256(buf_span(&text), server.policy.hash);
}

static enum status open_parts(const char *config_path)
{
    char detail[CONFIG_DETAIL_MAX];
    enum status status = config_load(config_path, &server.config, detail);
    if (status != STATUS_OK) {
        return failed(status, detail);
    }
    server.entropy = entropy_read_system();
    status = load_keys();
    if (status != STATUS_OK) {
        return status;
    }
    status = store_open(&(struct store_options){ .path = server.config.store, .must_exist = true },
                        &server.store);
    if (status != STATUS_OK) {
        return failed(status, server.config.store);
    }
    status = load_policy();
    if (status == STATUS_OK) {
        status = load_roots();
    }
    if (status != STATUS_OK) {
        return status;
    }
    return signer_client_open(&server.signer, server.config.signer_socket,
                              server.config.signer_uid);
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
    return status == STATUS_OK ? STATUS_OK : failed(status, server.config.address);
}

static void stop(void *context)
{
    (void)context;
    https_server_stop(server.http);
}

static void make_crls(void *context)
{
    (void)context;
    server.crl_due = true;
    crl_later(&server);
}

static void sweep_posted(void *context)
{
    (void)context;
    enum status status = sweep_now(&server, clock_read_now());
    if (status != STATUS_OK) {
        (void)failed(status, "sweep");
    }
    status = key_sweep_now(&server, clock_read_now());
    if (status != STATUS_OK) {
        (void)failed(status, "sweep of the keys");
    }
    audit_checkpoint_later(&server);
    crl_later(&server);
}

/* The time of the newest audit entry: a server that is started with a clock from before it must not
 * date anything earlier. */
static enum status newest_stored(instant *ret_at)
{
    static uint8_t memory[AUDIT_LINE_MAX];
    static struct audit_memory blobs;
    struct buf line = BUF(memory);
    struct audit_head head;
    struct audit_entry entry;
    enum status status = store_audit_head(server.store, &head);
    if (status != STATUS_OK || head.sequence == 0) {
        return status;
    }
    status = store_audit_line(server.store, head.sequence, &line);
    if (status == STATUS_OK) {
        status = audit_event_decode(buf_span(&line), &blobs, &entry);
    }
    if (status == STATUS_OK) {
        *ret_at = entry.at;
    }
    return status;
}

static enum status audit_start(void)
{
    instant newest = 0;
    struct call call = { .server = &server };
    enum status status = newest_stored(&newest);
    if (status != STATUS_OK) {
        return status;
    }
    clock_watch_start(&server.clock, newest);
    status = clock_watch_take(&server.clock, clock_read_now(), &call.now);
    if (status != STATUS_OK) {
        return status;
    }
    return audit_act(
        &call, &(struct audit_act){ .event = AUDIT_SERVER_STARTED, .detail = CARDWRIGHT_VERSION });
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
        status = https_server_every(server.http, SWEEP_EVERY_MS, sweep_posted, NULL);
    }
    if (status == STATUS_OK) {
        status = audit_start();
    }
    if (status != STATUS_OK || !text_format(ready, sizeof(ready), "port=%u\n", port)) {
        return failed(status, "start");
    }
    sweep_posted(NULL);
    make_crls(NULL);
    log_write(LOG_LEVEL_INFO, "listening",
              LOG_FIELDS(LOG_TEXT("address", server.config.address), LOG_NUMBER("port", port)));
    status = ready_notify(ready_fd, ready);
    return status == STATUS_OK ? https_server_run(server.http) : status;
}

static enum status confine(const char *config_path)
{
    char folder[CONFIG_PATH_MAX];
    struct sandbox_result result;
    const char *slash = strrchr(server.config.store, '/');
    if (slash == NULL || !text_format(folder, sizeof(folder), "%.*s",
                                      (int)(slash - server.config.store), server.config.store)) {
        return STATUS_BAD_FILE;
    }
    char signer_folder[CONFIG_PATH_MAX];
    slash = strrchr(server.config.signer_socket, '/');
    if (slash == NULL ||
        !text_format(signer_folder, sizeof(signer_folder), "%.*s",
                     (int)(slash - server.config.signer_socket), server.config.signer_socket)) {
        return STATUS_BAD_FILE;
    }
    const struct sandbox_paths paths = { .read = { config_path },
                                         .write = { folder, signer_folder } };
    return sandbox_enter(SANDBOX_SERVER, &paths, &result);
}

static void close_parts(void)
{
    enum status status = audit_checkpoint_now(&server);
    if (status != STATUS_OK) {
        (void)failed(status, "last checkpoint");
    }
    https_server_close(&server.http);
    signer_client_close(&server.signer);
    store_close(&server.store);
    wipe(server.token_key, sizeof(server.token_key));
    wipe(server.step_key, sizeof(server.step_key));
}

static int usage(void)
{
    log_write(LOG_LEVEL_ERROR,
              "usage: cardwright-server --config FILE [--ready-fd N] [--no-sandbox]",
              LOG_NO_FIELDS);
    return 2;
}

int main(int argc, char **argv)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "ready-fd", required_argument, NULL, 'r' },
                                             { "no-sandbox", no_argument, NULL, 'n' },
                                             { NULL, 0, NULL, 0 } };
    const char *config_path = NULL;
    int ready_fd = -1, option;
    bool sandbox = true;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'c') {
            config_path = optarg;
        } else if (option == 'n') {
            sandbox = false;
        } else if (option != 'r' || ready_notify_parse(optarg, &ready_fd) != STATUS_OK) {
            return usage();
        }
    }
    if (config_path == NULL || optind != argc) {
        return usage();
    }
    uint16_t port = 0;
    json_set_alloc_funcs(malloc, memory_lock_wiping_free); /* PUKs stand in batches */
    enum status status = memory_lock_process();
    if (status == STATUS_OK) {
        status = open_parts(config_path);
    }
    if (status == STATUS_OK) {
        status = listen_there(&port);
    }
    if (status == STATUS_OK && sandbox) {
        status = confine(config_path);
    }
    if (status == STATUS_OK) {
        status = serve(ready_fd, port);
        close_parts();
    }
    return status == STATUS_OK ? 0 : 1;
}
