/* SPDX-License-Identifier: Apache-2.0 */
#include "server/server_open.h"

#include <string.h>

#include "crypto/digest.h"
#include "crypto/x509_chain.h"
#include "crypto/x509_pem.h"
#include "policy/policy_file.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"
#include "port/file_read.h"
#include "port/log_write.h"
#include "server/attest_roots.h"
#include "server/audit.h"
#include "server/crl.h"
#include "server/job_seal.h"
#include "server/key_sweep.h"
#include "server/sweep.h"

static enum status failed(struct fault *reterr_fault, enum status status, const char *what)
{
    *reterr_fault = fault_of(status, what);
    return status;
}

/* A file that a member of the configuration names. */
static enum status failed_file(struct fault *reterr_fault, enum status status, const char *member,
                               const char *path)
{
    *reterr_fault = fault_at(status == STATUS_TOO_LARGE ? STATUS_BAD_FILE : status, member, path);
    return reterr_fault->status;
}

struct ca_member {
    const char *name, *path;
    enum server_ca which;
};

static enum status load_ca(struct server *server, const struct ca_member *member,
                           struct fault *reterr_fault)
{
    uint8_t text_memory[8192], der_memory[8192];
    struct buf text = BUF(text_memory);
    struct buf der = BUF(der_memory);
    struct span ders[1];
    size_t count = 0;
    enum status status = file_read(member->path, &text);
    if (status == STATUS_OK) {
        status = x509_pem_decode(X509_PEM_CERTIFICATE, buf_span(&text), &der, ders, 1, &count);
    }
    if (status == STATUS_OK && (count != 1 || ders[0].len > SERVER_DER_MAX)) {
        status = STATUS_BAD_FILE;
    }
    if (status != STATUS_OK) {
        return failed_file(reterr_fault, status, member->name, member->path);
    }
    memcpy(server->cas[member->which], ders[0].ptr, ders[0].len);
    server->ca_lens[member->which] = ders[0].len;
    return STATUS_OK;
}

/* Each file is a certificate; do they stand where they belong? The root has issued the other two,
 * of which each is one of its own. */
static enum status check_cas(const struct server *server, struct fault *reterr_fault)
{
    const struct span root = server_ca_der(server, SERVER_CA_ROOT);
    const struct span authentication = server_ca_der(server, SERVER_CA_AUTHENTICATION);
    const struct span signing = server_ca_der(server, SERVER_CA_SIGNING);
    if (!x509_chain_issued_by(root, root)) {
        return failed_file(reterr_fault, STATUS_BAD_FILE, "root_ca", server->config.root_ca);
    }
    if (!x509_chain_issued_by(authentication, root) || span_equal(authentication, root)) {
        return failed_file(reterr_fault, STATUS_BAD_FILE, "authentication_ca",
                           server->config.authentication_ca);
    }
    bool own = !span_equal(signing, root) && !span_equal(signing, authentication);
    return x509_chain_issued_by(signing, root) && own
               ? STATUS_OK
               : failed_file(reterr_fault, STATUS_BAD_FILE, "signing_ca",
                             server->config.signing_ca);
}

static enum status load_keys(struct server *server, struct fault *reterr_fault)
{
    struct buf key = BUF(server->token_key);
    enum status status = file_read_secret(server->config.token_key, &key);
    if (status == STATUS_TOO_LARGE ||
        (status == STATUS_OK && key.len != sizeof(server->token_key))) {
        status = STATUS_KEY_FILE;
    }
    if (status != STATUS_OK) {
        return failed_file(reterr_fault, status, "token_key", server->config.token_key);
    }
    status = job_seal_start(server);
    if (status != STATUS_OK) {
        return failed(reterr_fault, status, "key of the answers");
    }
    const struct ca_member cas[] = {
        { "authentication_ca", server->config.authentication_ca, SERVER_CA_AUTHENTICATION },
        { "signing_ca", server->config.signing_ca, SERVER_CA_SIGNING },
        { "root_ca", server->config.root_ca, SERVER_CA_ROOT },
    };
    for (size_t i = 0; i < COUNT(cas) && status == STATUS_OK; i++) {
        status = load_ca(server, &cas[i], reterr_fault);
    }
    return status == STATUS_OK ? check_cas(server, reterr_fault) : status;
}

static bool hash_kept(struct store *store, const char *name, uint8_t ret_hash[DIGEST_SHA256_LEN])
{
    struct buf hash = buf_of(ret_hash, DIGEST_SHA256_LEN);
    return store_setting_get(store, name, &hash) == STATUS_OK && hash.len == DIGEST_SHA256_LEN;
}

/* A statement that was signed under the policy before this one is told from a wrong one. */
static enum status remember_policy(struct server *server)
{
    uint8_t last[DIGEST_SHA256_LEN];
    const struct span now = SPAN_OF(server->policy.hash);
    bool known = hash_kept(server->store, "policy_hash", last);
    enum status status = STATUS_OK;
    if (known && !span_equal(SPAN_OF(last), now)) {
        status = store_setting_put(server->store, "policy_hash_before", SPAN_OF(last));
    }
    if (status == STATUS_OK && !(known && span_equal(SPAN_OF(last), now))) {
        status = store_setting_put(server->store, "policy_hash", now);
    }
    server->has_policy_before =
        hash_kept(server->store, "policy_hash_before", server->policy_before);
    return status;
}

/* The active policy stands in the data base: activating one is an audited act. */
static enum status load_policy(struct server *server, struct fault *reterr_fault)
{
    struct policy_file_error error;
    struct buf text = BUF((uint8_t *)server->policy_text);
    text.max = sizeof(server->policy_text);
    enum status status = store_setting_get(server->store, "policy", &text);
    if (status != STATUS_OK) {
        return failed(reterr_fault, status, "policy");
    }
    status = policy_file_load(buf_span(&text), &server->policy, &error);
    if (status != STATUS_OK) {
        return failed(reterr_fault, status, error.what);
    }
    server->policy_text_len = text.len;
    status = digest_sha256(buf_span(&text), server->policy.hash);
    if (status == STATUS_OK) {
        status = remember_policy(server);
    }
    return status == STATUS_OK ? STATUS_OK : failed(reterr_fault, status, "policy");
}

/* None are needed, unless the policy requires that cards attest. */
static enum status load_roots(struct server *server, struct fault *reterr_fault)
{
    const char *path = server->config.attestation_roots;
    if (path[0] != '\0') {
        enum status status = attest_roots_load(path, &server->roots);
        return status == STATUS_OK ? STATUS_OK
                                   : failed_file(reterr_fault, status, "attestation_roots", path);
    }
    bool required = server->policy.values.attestation == POLICY_ATTESTATION_REQUIRED;
    return required ? failed(reterr_fault, STATUS_BAD_FILE,
                             "the policy requires attestation: attestation_roots")
                    : STATUS_OK;
}

enum status server_open(struct server *server, const char *config_path, struct fault *reterr_fault)
{
    char detail[CONFIG_DETAIL_MAX];
    enum status status = config_load(config_path, &server->config, detail);
    if (status != STATUS_OK) {
        return failed(reterr_fault, status, detail);
    }
    server->entropy = entropy_read_system();
    status = load_keys(server, reterr_fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = store_open(&(struct store_options){ .path = server->config.store, .must_exist = true },
                        &server->store);
    if (status != STATUS_OK) {
        return failed_file(reterr_fault, status, "store", server->config.store);
    }
    status = load_policy(server, reterr_fault);
    if (status == STATUS_OK) {
        status = load_roots(server, reterr_fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = signer_client_open(&server->signer, server->config.signer_socket,
                                server->config.signer_uid);
    return status == STATUS_OK
               ? STATUS_OK
               : failed_file(reterr_fault, status, "signer_socket", server->config.signer_socket);
}

/* Its blobs are good until the next call. */
static enum status read_entry(struct server *server, uint64_t sequence,
                              struct audit_entry *ret_entry)
{
    static uint8_t memory[AUDIT_LINE_MAX];
    static struct audit_memory blobs;
    struct buf line = BUF(memory);
    enum status status = store_audit_line(server->store, sequence, &line);
    return status == STATUS_OK ? audit_event_decode(buf_span(&line), &blobs, ret_entry) : status;
}

/* An entry is durable before it is signed. A data base that does not lead through the head that was
 * signed last has lost what was acknowledged: an old copy, a disk that lied, or somebody's hand.
 * Cards and their PUKs are ahead of it, so it must not be worked with. */
static enum status audit_check_signed(struct server *server)
{
    static struct signer_request request;
    static struct signer_answer answer;
    memset(&request, 0, sizeof(request));
    request.kind = SIGNER_STATUS;
    if (signer_client_ask(&server->signer, &request, NULL, &answer) != STATUS_OK) {
        return STATUS_OK; /* it may be started later; it refuses to sign then */
    }
    return store_audit_holds(server->store, &answer.state.head);
}

/* The time of the newest audit entry: a server that is started with a clock from before it must not
 * date anything earlier. */
static enum status newest_stored(struct server *server, instant *ret_at)
{
    struct audit_head head;
    struct audit_entry entry;
    enum status status = store_audit_head(server->store, &head);
    if (status != STATUS_OK || head.sequence == 0) {
        return status;
    }
    status = read_entry(server, head.sequence, &entry);
    if (status == STATUS_OK) {
        *ret_at = entry.at;
    }
    return status;
}

/* A clock that was ahead has dated entries in the future, and nothing may be dated before them
 * until somebody says that it is right now: that is an act of its own. */
static enum status clock_set_back(struct call *call, instant newest)
{
    char text[INSTANT_TEXT_MAX];
    instant_text(newest, text);
    if (!call->server->clock_is_right) {
        log_write(LOG_LEVEL_ERROR, "the clock is behind", LOG_FIELDS(LOG_TEXT("newest", text)));
        return STATUS_CLOCK_BACK;
    }
    clock_watch_start(&call->server->clock, call->now);
    return audit_act(call, &(struct audit_act){ .event = AUDIT_CLOCK_JUMPED, .detail = text });
}

static enum status audit_start(struct server *server)
{
    instant newest = 0;
    struct call call = { .server = server, .now = clock_read_now() };
    enum status status = newest_stored(server, &newest);
    if (status != STATUS_OK) {
        return status;
    }
    clock_watch_start(&server->clock, newest);
    if (clock_watch_take(&server->clock, call.now, &call.now) == STATUS_CLOCK_BACK) {
        status = clock_set_back(&call, newest);
    }
    if (status != STATUS_OK) {
        return status;
    }
    return audit_act(
        &call, &(struct audit_act){ .event = AUDIT_SERVER_STARTED, .detail = CARDWRIGHT_VERSION });
}

void server_sweep(struct server *server)
{
    instant now = clock_read_now();
    enum status status = sweep_now(server, now);
    if (status != STATUS_OK) {
        log_write_fault(LOG_LEVEL_ERROR, "sweep", &(struct fault){ .status = status });
    }
    status = key_sweep_now(server, now);
    if (status != STATUS_OK) {
        log_write_fault(LOG_LEVEL_ERROR, "sweep of the keys", &(struct fault){ .status = status });
    }
    audit_checkpoint_later(server);
    crl_later(server);
}

void server_renew_crls(struct server *server)
{
    server->crl_due = true;
    crl_later(server);
}

enum status server_begin(struct server *server)
{
    enum status status = audit_check_signed(server);
    if (status == STATUS_OK) {
        status = audit_start(server);
    }
    if (status == STATUS_OK) {
        server_sweep(server);
        server_renew_crls(server);
    }
    return status;
}

void server_close(struct server *server)
{
    signer_client_close(&server->signer);
    store_close(&server->store);
    wipe(server->token_key, sizeof(server->token_key));
    wipe(server->step_key, sizeof(server->step_key));
}
