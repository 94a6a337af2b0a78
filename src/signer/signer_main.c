/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "port/clock_read.h"
#include "port/entropy_read.h"
#include "port/file_read.h"
#include "port/log_write.h"
#include "port/memory_libraries.h"
#include "port/memory_lock.h"
#include "port/ready_notify.h"
#include "port/sandbox.h"
#include "signer/signer_directory.h"
#include "signer/signer_options.h"
#include "signer/signer_serve.h"

/* cardwright-signer: holds the keys, answers typed requests. The order in `run` is the point:
 * everything that needs a file or a new socket happens before the sandbox is entered, and the first
 * byte of a client is read after it. */

struct program {
    struct signer_options options;
    struct signer_serve serve;
    struct local_server *server;
};

/* Signal handlers have no argument. */
static struct local_server *stop_server;

static void stop(int number)
{
    (void)number;
    local_server_stop(stop_server);
}

/* The server is about to go: a second signal must not find it. */
static void ignore_stop(void)
{
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    (void)sigaction(SIGTERM, &ignore, NULL);
    (void)sigaction(SIGINT, &ignore, NULL);
}

static bool fail(const char *event, enum status status, const char *detail)
{
    const struct fault fault = fault_of(status, detail);
    log_write_fault(LOG_LEVEL_ERROR, event, &fault);
    return false;
}

static bool read_passphrase(const char *path, struct secret *ret_passphrase)
{
    struct buf bytes = BUF(ret_passphrase->bytes);
    enum status status = file_read_secret(path, &bytes);
    size_t len = bytes.len;
    while (len > 0 && (bytes.ptr[len - 1] == '\n' || bytes.ptr[len - 1] == '\r')) {
        len--;
    }
    ret_passphrase->len = len;
    if (status != STATUS_OK || len == 0) {
        return fail("passphrase", status == STATUS_OK ? STATUS_KEY_FILE : status, path);
    }
    return true;
}

/* Keys in swap would outlive the process. ONFAULT: the large tables take memory as they fill. A
 * user with a small limit keeps the key pages of the libraries unlocked; the unit file lifts it. */
static void lock_memory(void)
{
    struct rlimit limit;
    bool unlimited = geteuid() == 0 ||
                     (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY);
    if (!unlimited || mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) {
        log_write(LOG_LEVEL_WARNING, "memory is not locked; see LimitMEMLOCK", LOG_NO_FIELDS);
    }
}

static bool load_keys(struct program *p)
{
    struct secret passphrase SCOPED_SECRET = { 0 };
    struct signer_keys keys = { 0 };
    char name[SIGNER_DIRECTORY_NAME_MAX] = "";
    if (!read_passphrase(p->options.passphrase_file, &passphrase)) {
        return false;
    }
    enum status status = signer_directory_load(p->options.directory, &passphrase, &keys, name);
    if (status != STATUS_OK) {
        return fail("keys", status, name);
    }
    status = signer_open(&p->serve.signer, &keys, &p->options.limits, &p->serve.entropy);
    return status == STATUS_OK || fail("keys", status, "certificates and keys");
}

/* Before the slow work on the keys: a second signer on the same folder ends here. */
static bool open_state(struct program *p)
{
    enum status status = state_file_open(p->options.directory, &p->serve.state);
    return status == STATUS_OK || fail("state", status, p->options.directory);
}

static bool load_state(struct program *p)
{
    bool torn = false;
    enum status status =
        state_file_load(&p->serve.state, &p->serve.signer, clock_read_now(), &torn);
    if (torn) {
        log_write(LOG_LEVEL_WARNING, "the last record was torn and is dropped", LOG_NO_FIELDS);
    }
    return status == STATUS_OK || fail("state", status, p->options.directory);
}

static bool listen_on(struct program *p)
{
    struct local_server_options options = {
        .path = p->options.socket,
        .mode = p->options.client_uids_count > 0 ? 0666 : 0600,
        .peer_uids_count = p->options.client_uids_count,
        .message_max = SIGNER_ANSWER_MAX,
        .request_max = SIGNER_REQUEST_MAX,
    };
    memcpy(options.peer_uids, p->options.client_uids, sizeof(options.peer_uids));
    enum status status = local_server_open(&options, &p->server);
    if (status != STATUS_OK) {
        return fail("socket", status, p->options.socket);
    }
    stop_server = p->server;
    const struct sigaction action = { .sa_handler = stop }, ignore = { .sa_handler = SIG_IGN };
    if (sigaction(SIGTERM, &action, NULL) != 0 || sigaction(SIGINT, &action, NULL) != 0 ||
        sigaction(SIGPIPE, &ignore, NULL) != 0) {
        return fail("signals", STATUS_INTERNAL, "");
    }
    return true;
}

/* Not a path is left: the files that are needed are open. */
static bool enter_sandbox(void)
{
    const struct sandbox_paths none = { 0 };
    struct sandbox_result result;
    enum status status = sandbox_enter(SANDBOX_SIGNER, &none, &result);
    if (status != STATUS_OK) {
        return fail("sandbox", status, "");
    }
    sandbox_log(&result);
    return true;
}

static enum status answer_frame(void *context, const struct process_peer *peer, struct span request,
                                struct buf *answer)
{
    struct program *p = context;
    enum status status = signer_serve_frame(&p->serve, peer->pid, request, answer);
    if (p->serve.broken) {
        (void)fail("state", status, p->options.directory);
        local_server_stop(p->server);
    }
    return status;
}

static bool run(struct program *p)
{
    lock_memory();
    if (!open_state(p) || !load_keys(p) || !load_state(p) || !listen_on(p) || !enter_sandbox()) {
        return false;
    }
    enum status status = ready_notify(p->options.ready_fd, "ready\n");
    if (status != STATUS_OK) {
        return fail("ready", status, "");
    }
    log_write(LOG_LEVEL_INFO, "listening", LOG_FIELDS(LOG_TEXT("socket", p->options.socket)));
    status = local_server_run(p->server, answer_frame, p);
    return !p->serve.broken && (status == STATUS_OK || fail("socket", status, p->options.socket));
}

int main(int argc, char *argv[])
{
    static struct program program = { .serve.state = { .journal_fd = -1, .head_fd = -1 } };
    const char *detail = "";
    memory_libraries_set();
    enum status status = memory_lock_process();
    if (status != STATUS_OK) {
        (void)fail("process", status, "");
        return EXIT_FAILURE;
    }
    program.serve.entropy = entropy_read_system();
    status = signer_options_parse(argc, argv, getenv("CREDENTIALS_DIRECTORY"), &program.options,
                                  &detail);
    if (status != STATUS_OK) {
        (void)fail("arguments", status, detail);
        return 2;
    }
    if (program.options.help) {
        (void)fputs(signer_options_help(), stdout);
        return EXIT_SUCCESS;
    }
    bool good = run(&program);
    ignore_stop();
    local_server_close(&program.server);
    state_file_close(&program.serve.state);
    signer_close(&program.serve.signer);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
