/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"
#include "port/file_read.h"
#include "port/file_write.h"
#include "port/local_socket.h"
#include "signer/issue_request.h"
#include "signer/signer_directory.h"
#include "test/lib/test.h"

/* The real cardwright-signer (its path is in SIGNER_PROGRAM), a real folder, real sockets. */

static const char profile_authentication[] =
    "{\"name\":\"authentication\",\"subject\":\"CN={uuid}\",\"key_usage\":[\"digitalSignature\"],"
    "\"key_usage_critical\":true,\"life_days\":730,\"key_types\":[\"P-256\"]}";
static const char profile_signing[] =
    "{\"name\":\"content-signing\",\"subject\":\"CN={uuid}_{given}_{family}\","
    "\"key_usage\":[\"nonRepudiation\"],\"key_usage_critical\":true,\"life_days\":730,"
    "\"key_types\":[\"P-256\"]}";

static char top[64], directory[96], socket_path[96], passphrase_path[96], wrong_path[96];
static struct secret passphrase;
static struct entropy entropy;
static struct signer_directory_made made;
static struct signer_request request;
static struct signer_answer answer;
static uint8_t crl_memory[65536], frame_memory[SIGNER_REQUEST_MAX];
static uint8_t answer_memory[2 * sizeof(crl_memory)];

/* ---- one folder for the whole run ---- */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void clean(void)
{
    (void)nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void set_paths(void)
{
    CHECK(text_copy(top, sizeof(top), "/tmp/signer-process-XXXXXX"));
    assert_non_null(mkdtemp(top));
    CHECK_EQ(atexit(clean), 0);
    CHECK_EQ(chmod(top, 0711), 0); /* another uid must reach the socket, to be refused there */
    CHECK(text_format(directory, sizeof(directory), "%s/signer", top));
    CHECK(text_format(socket_path, sizeof(socket_path), "%s/signer.sock", top));
    CHECK(text_format(passphrase_path, sizeof(passphrase_path), "%s/passphrase", top));
    CHECK(text_format(wrong_path, sizeof(wrong_path), "%s/wrong", top));
}

static void set_up(void)
{
    char root_key[96];
    struct secret root_passphrase;
    if (top[0] != '\0') {
        return;
    }
    set_paths();
    entropy = entropy_read_system();
    CHECK(secret_set(&passphrase, SPAN_TEXT("correct horse")));
    CHECK(secret_set(&root_passphrase, SPAN_TEXT("battery staple")));
    CHECK(text_format(root_key, sizeof(root_key), "%s/root.key", top));
    CHECK_EQ(file_write_new(passphrase_path, SPAN_TEXT("correct horse\n"), 0600), STATUS_OK);
    CHECK_EQ(file_write_new(wrong_path, SPAN_TEXT("incorrect horse\n"), 0600), STATUS_OK);
    const struct signer_directory_options options = {
        .directory = directory,
        .root_key_path = root_key,
        .passphrase = &passphrase,
        .root_passphrase = &root_passphrase,
        .profiles = { SPAN_TEXT(profile_authentication), SPAN_TEXT(profile_signing) },
        .organisation_name = "nhs",
        .now = clock_read_now(),
        .entropy = &entropy,
    };
    CHECK_EQ(signer_directory_create(&options, &made), STATUS_OK);
}

/* ---- the process ---- */

struct process {
    pid_t pid;
    bool ready;
};

/* In the child: becomes the signer. A leak check at exit wants /proc and ptrace, which the sandbox
 * has taken away: it is switched off for the confined process (the unit tests have it). */
static void become_signer(int ready_fd, const char *passphrase_file, const char *client_uid)
{
    char ready[16], sanitizer[512];
    const char *program = getenv("SIGNER_PROGRAM"), *before = getenv("ASAN_OPTIONS");
    if (program == NULL || !text_format(ready, sizeof(ready), "%d", ready_fd) ||
        !text_format(sanitizer, sizeof(sanitizer), "%s:detect_leaks=0",
                     before == NULL ? "" : before) ||
        setenv("ASAN_OPTIONS", sanitizer, 1) != 0) {
        _exit(99);
    }
    (void)execl(program, program, "--dir", directory, "--socket", socket_path, "--passphrase-file",
                passphrase_file, "--ready-fd", ready, "--client-uid", client_uid, (char *)NULL);
    _exit(99);
}

/* Waits for the ready line, or for the end of the process without one. */
static struct process start_with(const char *passphrase_file, uint32_t client_uid)
{
    char uid[16], line[16] = "";
    int pipes[2];
    set_up();
    CHECK(text_format(uid, sizeof(uid), "%u", client_uid));
    CHECK_EQ(pipe2(pipes, O_CLOEXEC), 0);
    struct process p = { .pid = fork() };
    CHECK(p.pid >= 0);
    if (p.pid == 0) {
        (void)fcntl(pipes[1], F_SETFD, 0);
        become_signer(pipes[1], passphrase_file, uid);
    }
    CHECK_EQ(close(pipes[1]), 0);
    p.ready = read(pipes[0], line, sizeof(line) - 1) > 0 && strncmp(line, "ready", 5) == 0;
    CHECK_EQ(close(pipes[0]), 0);
    return p;
}

static struct process start(void)
{
    struct process p = start_with(passphrase_path, geteuid());
    CHECK(p.ready);
    return p;
}

/* The exit status, or minus the signal. */
static int end(struct process *p, int signal_number)
{
    int status = 0;
    if (signal_number != 0) {
        CHECK_EQ(kill(p->pid, signal_number), 0);
    }
    CHECK_EQ(waitpid(p->pid, &status, 0), p->pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* ---- asking ---- */

static enum status ask(void)
{
    struct local_socket client;
    struct buf frame = BUF(frame_memory), reply = BUF(answer_memory), crl = BUF(crl_memory);
    const struct local_socket_options options = { .path = socket_path,
                                                  .unreachable = STATUS_SIGNER_UNREACHABLE };
    CHECK_EQ(signer_message_request_encode(&request, &frame), STATUS_OK);
    CHECK_EQ(local_socket_init(&client, &options), STATUS_OK);
    enum status status = local_socket_call(&client, buf_span(&frame), &reply);
    local_socket_close(&client);
    if (status != STATUS_OK) {
        return status;
    }
    CHECK_EQ(signer_message_answer_decode(buf_span(&reply), &crl, &answer), STATUS_OK);
    return answer.status;
}

static enum status ask_status(void)
{
    request = (struct signer_request){ .kind = SIGNER_STATUS };
    return ask();
}

TEST(signer_process__answers_and_ends_cleanly)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    struct process p = start();

    CHECK_EQ(ask_status(), STATUS_OK);
    CHECK_EQ(digest_sha256(span_of(made.issuers[0].der, made.issuers[0].len), hash), STATUS_OK);
    CHECK_BYTES(answer.state.issuers[0], hash, sizeof(hash));

    CHECK_EQ(end(&p, SIGTERM), 0);
    CHECK_EQ(ask_status(), STATUS_SIGNER_UNREACHABLE);
}

/* A signal that came after the server had gone found it all the same: a use after free. */
TEST(signer_process__told_to_end_again_and_again_it_ends_cleanly)
{
    int status = 0;
    struct process p = start();

    while (waitpid(p.pid, &status, WNOHANG) == 0) {
        (void)kill(p.pid, SIGTERM);
    }

    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
}

TEST(signer_process__wrong_passphrase_does_not_start)
{
    struct process p = start_with(wrong_path, geteuid());

    CHECK(!p.ready);
    CHECK_EQ(end(&p, 0), EXIT_FAILURE);
    CHECK_EQ(ask_status(), STATUS_SIGNER_UNREACHABLE);
}

TEST(signer_process__second_one_on_the_same_folder_does_not_start)
{
    struct process first = start();
    struct process second = start_with(passphrase_path, geteuid());

    CHECK(!second.ready);
    CHECK_EQ(end(&second, 0), EXIT_FAILURE);
    CHECK_EQ(ask_status(), STATUS_OK); /* the first one was not disturbed */
    CHECK_EQ(end(&first, SIGTERM), 0);
}

/* ---- confinement ---- */

/* What /proc/PID/NAME holds behind `label`, as a number; -1: nothing. */
static long proc_number(pid_t pid, const char *name, const char *label)
{
    static char text[16384];
    char path[64];
    CHECK(text_format(path, sizeof(path), "/proc/%d/%s", (int)pid, name));
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    ssize_t len = read(fd, text, sizeof(text) - 1);
    CHECK_EQ(close(fd), 0);
    CHECK(len > 0);
    text[len] = '\0';
    const char *at = strstr(text, label);
    return at == NULL ? -1 : strtol(at + strlen(label), NULL, 10);
}

/* The two state files, the socket and its lock stay open; nothing that was read to get the keys. */
static void check_no_key_file_is_open(pid_t pid)
{
    char path[128], target[256];
    for (int fd = 0; fd < 64; fd++) {
        CHECK(text_format(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd));
        ssize_t len = readlink(path, target, sizeof(target) - 1);
        target[len > 0 ? len : 0] = '\0';
        CHECK(strstr(target, ".key") == NULL);
        CHECK(strstr(target, "passphrase") == NULL);
    }
}

TEST(signer_process__is_confined)
{
    struct process p = start();

    /* seccomp in filter mode: no open, connect, exec, ptrace (test/unit/port/test_sandbox.c tries
     * each call under this very rule set). */
    CHECK_EQ(proc_number(p.pid, "status", "Seccomp:"), 2);
    CHECK_EQ(proc_number(p.pid, "status", "NoNewPrivs:"), 1);
    CHECK_EQ(proc_number(p.pid, "limits", "Max core file size"), 0);
    check_no_key_file_is_open(p.pid);

    CHECK_EQ(ask_status(), STATUS_OK);
    CHECK_EQ(end(&p, SIGTERM), 0);
}

/* ---- who may ask ---- */

enum { NOBODY = 65534 };

/* Asks as another user; true when an answer came. */
static bool served_as(uint32_t uid)
{
    int status = 0;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        bool changed = setgid(uid) == 0 && setuid(uid) == 0;
        _exit(!changed ? 98 : ask_status() == STATUS_OK ? 0 : 1);
    }
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) != 98);
    return WEXITSTATUS(status) == 0;
}

TEST(signer_process__only_the_named_uid_is_served)
{
    struct process p = start_with(passphrase_path, NOBODY);
    CHECK(p.ready);

    CHECK_EQ(ask_status(), geteuid() == NOBODY ? STATUS_OK : STATUS_SIGNER_UNREACHABLE);
    if (geteuid() == 0) { /* only then can this test be somebody else */
        CHECK(served_as(NOBODY));
        CHECK(!served_as(NOBODY - 1));
    }
    CHECK_EQ(end(&p, SIGTERM), 0);
}

/* ---- what may be sent ---- */

static int connect_raw(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    CHECK(text_copy(address.sun_path, sizeof(address.sun_path), socket_path));
    CHECK_EQ(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* Sends the bytes and half-closes; the answer's length, 0 when the connection was just closed. */
static size_t send_raw(struct span bytes, struct buf *ret_answer)
{
    int fd = connect_raw();
    ssize_t put = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
    CHECK(put == (ssize_t)bytes.len || errno == EPIPE || errno == ECONNRESET);
    (void)shutdown(fd, SHUT_WR);
    ssize_t got = recv(fd, ret_answer->ptr, ret_answer->max, 0);
    ret_answer->len = got > 0 ? (size_t)got : 0;
    CHECK_EQ(close(fd), 0);
    return ret_answer->len;
}

static void send_frame(const char *text, const char *expected)
{
    uint8_t memory[512], reply_memory[1024];
    struct buf frame = BUF(memory), reply = BUF(reply_memory);
    CHECK(buf_put_field(&frame, span_of_text(text)));
    CHECK(send_raw(buf_span(&frame), &reply) > 4);
    CHECK(memmem(reply.ptr, reply.len, expected, strlen(expected)) != NULL);
}

TEST(signer_process__garbage_frames_are_answered_or_closed)
{
    static const uint8_t huge[] = { 0xFF, 0xFF, 0xFF, 0xFF, 'x' }, half[] = { 0, 0, 1, 0, '{' },
                         head[] = { 0, 0 };
    uint8_t memory[64];
    struct buf reply = BUF(memory);
    struct process p = start();

    send_frame("", "\"BAD_MESSAGE\"");
    send_frame("{", "\"BAD_MESSAGE\"");
    send_frame("\xFF\xFE", "\"BAD_MESSAGE\"");
    send_frame("{\"kind\":\"sign\",\"bytes\":\"00\"}", "\"METHOD_UNKNOWN\"");
    send_frame("{\"kind\":\"puk\"}", "\"BAD_MESSAGE\"");
    CHECK_EQ(send_raw(SPAN_OF(huge), &reply), 0);
    CHECK_EQ(send_raw(SPAN_OF(half), &reply), 0);
    CHECK_EQ(send_raw(SPAN_OF(head), &reply), 0);

    CHECK_EQ(ask_status(), STATUS_OK);
    CHECK_EQ(end(&p, SIGTERM), 0);
}

/* ---- kill -9 ---- */

static enum status revoke_serial(const char *serial)
{
    request = (struct signer_request){ .kind = SIGNER_REVOKE_AND_CRL };
    if (serial != NULL) {
        request.crl.count = 1;
        request.crl.entries[0] = (struct x509_crl_entry){ .revoked_at = clock_read_now(),
                                                          .reason = X509_REASON_SUPERSEDED };
        CHECK(text_copy(request.crl.entries[0].serial, X509_SERIAL_TEXT_MAX, serial));
    }
    return ask();
}

static enum status checkpoint(uint8_t first)
{
    request = (struct signer_request){ .kind = SIGNER_CHECKPOINT };
    request.checkpoint.from = 1;
    request.checkpoint.count = 2;
    request.checkpoint.entries[0][0] = first;
    return ask();
}

TEST(signer_process__killed_and_started_again_it_has_forgotten_nothing)
{
    struct x509_crl_entry entry;
    bool listed = false;
    struct process p = start();
    CHECK_EQ(revoke_serial("3f"), STATUS_OK);
    uint64_t number = answer.crl.number;
    CHECK_EQ(checkpoint(1), STATUS_OK);
    const struct audit_head head = answer.checkpoint.head;

    CHECK_EQ(end(&p, SIGKILL), -SIGKILL);
    p = start();

    CHECK_EQ(ask_status(), STATUS_OK);
    CHECK_EQ(answer.state.head.sequence, head.sequence);
    CHECK_BYTES(answer.state.head.hash, head.hash, sizeof(head.hash));
    CHECK_EQ(checkpoint(2), STATUS_AUDIT_HEAD);
    CHECK_EQ(revoke_serial(NULL), STATUS_OK);
    CHECK_EQ(answer.crl.number, number + 1);
    CHECK_EQ(x509_crl_find(answer.crl.der, "3f", &entry, &listed), STATUS_OK);
    CHECK(listed);
    CHECK_EQ(end(&p, SIGTERM), 0);
}

/* ---- an act, from nonce to certificate ---- */

struct card {
    struct private_key *key;
    struct signer_certificate_answer certificate;
};

static void set_certificate(struct signer_certificate_request *c, const char *person,
                            enum signer_purpose purpose, const struct private_key *key)
{
    *c = (struct signer_certificate_request){ .purpose = purpose,
                                              .given = "Ada",
                                              .family = "Lake",
                                              .key = *private_key_public(key),
                                              .proof_slot = 0x9A };
    CHECK(text_copy(c->uuid, sizeof(c->uuid), person));
}

/* As init does: with the keys open in this process, the signer not running. */
static void make_operator(struct card *operator)
{
    struct signer_keys keys;
    static struct signer signer;
    char name[SIGNER_DIRECTORY_NAME_MAX];
    const struct signer_moment moment = { .now = clock_read_now(), .entropy = &entropy };
    CHECK_EQ(private_key_generate(KEY_TYPE_P256, &entropy, &operator->key), STATUS_OK);
    CHECK_EQ(signer_directory_load(directory, &passphrase, &keys, name), STATUS_OK);
    CHECK_EQ(signer_open(&signer, &keys, &(struct signer_limits){ 0 }, &entropy), STATUS_OK);
    set_certificate(&request.certificate, "500000000011", SIGNER_CONTENT_SIGNING, operator->key);
    CHECK_EQ(issue_request_first(&signer, &request.certificate, &moment, &operator->certificate),
             STATUS_OK);
    signer_close(&signer);
}

static void sign_statement(struct signer_authority *a, const struct card *operator)
{
    uint8_t digest[DIGEST_SHA256_LEN];
    struct buf signature = BUF(a->signature);
    CHECK_EQ(statement_digest(&a->statement, digest), STATUS_OK);
    CHECK_EQ(private_key_sign(operator->key, DIGEST_SHA256, SPAN_OF(digest), &signature),
             STATUS_OK);
    a->signature_len = signature.len;
    a->certificate_len = operator->certificate.len;
    memcpy(a->certificate, operator->certificate.der, a->certificate_len);
}

/* A request for `holder`'s certificate under a fresh statement. */
static void set_act(const struct card *operator, const struct private_key * holder)
{
    uint8_t hash[DIGEST_SHA256_LEN], digest[DIGEST_SHA256_LEN];
    struct statement *s = &request.authority.statement;
    struct buf proof_bytes = BUF(request.certificate.proof);
    request = (struct signer_request){ .kind = SIGNER_NONCE };
    CHECK_EQ(ask(), STATUS_OK);
    request = (struct signer_request){ .kind = SIGNER_CERTIFICATE };
    *s = (struct statement){ .origin = "https://ra.example",
                             .job = "00112233445566778899aabbccddeeff",
                             .nonce_len = SIGNER_NONCE_LEN,
                             .at = clock_read_now(),
                             .operation = "renew",
                             .person = "500000000022",
                             .operator_person = "500000000011" };
    memcpy(s->nonce, answer.nonce.nonce, SIGNER_NONCE_LEN);
    sign_statement(&request.authority, operator);
    set_certificate(&request.certificate, s->person, SIGNER_AUTHENTICATION, holder);
    CHECK_EQ(public_key_hash(&request.certificate.key, hash), STATUS_OK);
    const struct proof proof = { .origin = s->origin,
                                 .job = s->job,
                                 .slot = 0x9A,
                                 .subject = SPAN_OF(hash),
                                 .nonce = span_of(s->nonce, s->nonce_len) };
    CHECK_EQ(proof_digest(&proof, sizeof(digest), digest), STATUS_OK);
    CHECK_EQ(private_key_sign(holder, DIGEST_SHA256, SPAN_OF(digest), &proof_bytes), STATUS_OK);
    request.certificate.proof_len = proof_bytes.len;
}

TEST(signer_process__killed_after_a_certificate_it_gives_the_same_one_again)
{
    struct card operator= { 0 };
    struct private_key *holder = NULL;
    set_up();
    make_operator(&operator);
    CHECK_EQ(private_key_generate(KEY_TYPE_P256, &entropy, &holder), STATUS_OK);
    struct process p = start();
    set_act(&operator, holder);
    CHECK_EQ(ask(), STATUS_OK);
    const struct signer_certificate_answer first = answer.certificate;

    CHECK_EQ(end(&p, SIGKILL), -SIGKILL);
    p = start();
    CHECK_EQ(ask(), STATUS_STATEMENT_NONCE); /* the old nonce died with the old boot */
    set_act(&operator, holder);
    CHECK_EQ(ask(), STATUS_OK);

    CHECK_SPAN(span_of(answer.certificate.der, answer.certificate.len),
               span_of(first.der, first.len));
    CHECK_EQ(end(&p, SIGTERM), 0);
    private_key_free(&operator.key);
    private_key_free(&holder);
}
