/* SPDX-License-Identifier: Apache-2.0 */
/* Between the programs and what they call. The linker sends each call of X here, to __wrap_X, and
 * knows the X behind it as __real_X; the list of them stands in meson.build. */
#include <jansson.h>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include "base/check.h"
#include "crypto/cipher.h"
#include "crypto/evp_key.h"
#include "crypto/kdf.h"
#include "crypto/mac.h"
#include "crypto/weak_key.h"
#include "crypto/x509_build.h"
#include "crypto/x509_crl.h"
#include "port/https_client.h"
#include "port/https_server.h"
#include "port/local_socket.h"
#include "port/memory_reserve.h"
#include "port/pcsc_reader.h"
#include "sim/sim_lack.h"

/* Agent and server have types of the same names, so neither's headers are read. */
struct desk;
struct fault;
struct server;
struct signer;
struct signer_serve;
struct state_file;

/* Declares what stands between, and the function behind it. */
#define REAL(type, name, parameters)                                                               \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;

/* ---- memory ---- */

REAL(void *, malloc, (size_t len))
REAL(void *, calloc, (size_t count, size_t len))
REAL(void *, realloc, (void *at, size_t len))
REAL(char *, strdup, (const char *text))

void *__wrap_malloc(size_t len)
{
    return sim_lack_takes(SIM_LACK_MEMORY, "malloc") ? NULL : __real_malloc(len);
}

void *__wrap_calloc(size_t count, size_t len)
{
    return sim_lack_takes(SIM_LACK_MEMORY, "calloc") ? NULL : __real_calloc(count, len);
}

void *__wrap_realloc(void *at, size_t len)
{
    return sim_lack_takes(SIM_LACK_MEMORY, "realloc") ? NULL : __real_realloc(at, len);
}

char *__wrap_strdup(const char *text)
{
    return sim_lack_takes(SIM_LACK_MEMORY, "strdup") ? NULL : __real_strdup(text);
}

static void *json_memory(size_t len)
{
    return sim_lack_takes(SIM_LACK_MEMORY_JSON, "jansson") ? memory_reserve_take(len)
                                                           : __real_malloc(len);
}

static void *openssl_memory(size_t len, const char *file, int line)
{
    (void)line;
    return sim_lack_takes(SIM_LACK_MEMORY_OPENSSL, file) ? NULL : __real_malloc(len);
}

static void *openssl_more(void *at, size_t len, const char *file, int line)
{
    (void)line;
    return sim_lack_takes(SIM_LACK_MEMORY_OPENSSL, file) ? NULL : __real_realloc(at, len);
}

static void openssl_free(void *at, const char *file, int line)
{
    (void)file;
    (void)line;
    free(at);
}

static sqlite3_mem_methods sqlite_real;

static void *sqlite_memory(int len)
{
    return sim_lack_takes(SIM_LACK_MEMORY_SQLITE, "SQLite") ? NULL : sqlite_real.xMalloc(len);
}

static void *sqlite_more(void *at, int len)
{
    return sim_lack_takes(SIM_LACK_MEMORY_SQLITE, "SQLite") ? NULL : sqlite_real.xRealloc(at, len);
}

/* SQLite's own small pool is left out: every allocation is one that can fail. */
static bool install_sqlite(void)
{
    sqlite3_mem_methods ours;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_real) != SQLITE_OK) {
        return false;
    }
    ours = sqlite_real;
    ours.xMalloc = sqlite_memory;
    ours.xRealloc = sqlite_more;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) == SQLITE_OK &&
           sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK;
}

void sim_lack_install(void)
{
    REQUIRE(CRYPTO_set_mem_functions(openssl_memory, openssl_more, openssl_free) == 1);
    REQUIRE(install_sqlite());
    json_set_alloc_funcs(json_memory, memory_reserve_free);
}

/* ---- random bytes and cryptography ---- */

#define FAILS(kind, failure, name, parameters, arguments)                                          \
    REAL(enum status, name, parameters)                                                            \
    enum status __wrap_##name parameters                                                           \
    {                                                                                              \
        return sim_lack_takes(kind, #name) ? (failure) : __real_##name arguments;                  \
    }
#define CRYPTO_FAILS(name, parameters, arguments)                                                  \
    FAILS(SIM_LACK_CRYPTO, STATUS_CRYPTO, name, parameters, arguments)

FAILS(SIM_LACK_ENTROPY, STATUS_CRYPTO, entropy_fill,
      (const struct entropy *entropy, uint8_t *ret, size_t len), (entropy, ret, len))
CRYPTO_FAILS(digest_sha256, (struct span message, uint8_t ret_hash[DIGEST_SHA256_LEN]),
             (message, ret_hash))
CRYPTO_FAILS(digest_sha256_parts,
             (const struct span *parts, size_t count, uint8_t ret_hash[DIGEST_SHA256_LEN]),
             (parts, count, ret_hash))
CRYPTO_FAILS(digest_make,
             (enum digest_kind kind, struct span message, uint8_t ret_hash[DIGEST_LEN_MAX]),
             (kind, message, ret_hash))
CRYPTO_FAILS(digest_make_parts,
             (enum digest_kind kind, const struct span *parts, size_t count,
              uint8_t ret_hash[DIGEST_LEN_MAX]),
             (kind, parts, count, ret_hash))
CRYPTO_FAILS(mac_sha256, (struct span key, struct span message, uint8_t ret_tag[MAC_LEN]),
             (key, message, ret_tag))
CRYPTO_FAILS(mac_sha256_parts,
             (struct span key, const struct span *parts, size_t count, uint8_t ret_tag[MAC_LEN]),
             (key, parts, count, ret_tag))
CRYPTO_FAILS(cipher_seal,
             (struct span key, struct span nonce, struct span aad, struct span plain,
              struct buf *ret_sealed),
             (key, nonce, aad, plain, ret_sealed))
CRYPTO_FAILS(cipher_open,
             (struct span key, struct span nonce, struct span aad, struct span sealed,
              struct buf *ret_plain),
             (key, nonce, aad, sealed, ret_plain))
CRYPTO_FAILS(cipher_encrypt_block,
             (enum management_algorithm algorithm, struct span key, struct span block,
              uint8_t ret_block[CIPHER_BLOCK_MAX]),
             (algorithm, key, block, ret_block))
CRYPTO_FAILS(cipher_decrypt_block,
             (enum management_algorithm algorithm, struct span key, struct span block,
              uint8_t ret_block[CIPHER_BLOCK_MAX]),
             (algorithm, key, block, ret_block))
CRYPTO_FAILS(kdf_derive,
             (struct span key, struct span label, struct span context, uint8_t *ret_output,
              size_t len),
             (key, label, context, ret_output, len))
CRYPTO_FAILS(kdf_card_management_key,
             (const struct secret *master, const uint8_t card_id[KDF_CARD_ID_LEN], uint32_t version,
              enum management_algorithm algorithm, struct secret *ret_key),
             (master, card_id, version, algorithm, ret_key))
CRYPTO_FAILS(kdf_card_puk,
             (const struct secret *master, const uint8_t card_id[KDF_CARD_ID_LEN], uint32_t version,
              struct secret *ret_puk),
             (master, card_id, version, ret_puk))
CRYPTO_FAILS(private_key_generate,
             (enum key_type type, const struct entropy *entropy, struct private_key **ret_key),
             (type, entropy, ret_key))
CRYPTO_FAILS(private_key_sign,
             (const struct private_key *key, enum digest_kind kind, struct span digest,
              struct buf *ret_signature),
             (key, kind, digest, ret_signature))
CRYPTO_FAILS(private_key_sign_message,
             (const struct private_key *key, struct span message, struct buf *ret_signature),
             (key, message, ret_signature))
CRYPTO_FAILS(x509_build,
             (const struct x509_build_options *options, const struct private_key *signer,
              struct buf *ret_der),
             (options, signer, ret_der))
CRYPTO_FAILS(x509_crl_build,
             (const struct x509_crl_options *options, const struct private_key *signer,
              struct buf *ret_der),
             (options, signer, ret_der))
FAILS(SIM_LACK_CRYPTO, STATUS_SIGNATURE_WRONG, signature_verify,
      (const struct public_key *key, enum digest_kind kind, struct span digest,
       struct span signature),
      (key, kind, digest, signature))
CRYPTO_FAILS(evp_key_of_public, (const struct public_key *key, EVP_PKEY **ret_pkey),
             (key, ret_pkey))
FAILS(SIM_LACK_CRYPTO, STATUS_KEY_UNUSABLE, public_key_hash,
      (const struct public_key *key, uint8_t ret_hash[DIGEST_SHA256_LEN]), (key, ret_hash))
REAL(enum weak_key, weak_key_find, (const struct public_key *key))

enum weak_key __wrap_weak_key_find(const struct public_key *key)
{
    return sim_lack_takes(SIM_LACK_CRYPTO, "weak_key_find") ? WEAK_KEY_UNKNOWN
                                                            : __real_weak_key_find(key);
}

/* ---- the data base ---- */

REAL(int, sqlite3_step, (sqlite3_stmt * statement))
REAL(int, sqlite3_prepare_v3,
     (sqlite3 * handle, const char *text, int len, unsigned flags, sqlite3_stmt **ret_statement,
      const char **ret_rest))

static int store_result(void)
{
    static const int results[] = { SQLITE_BUSY, SQLITE_FULL, SQLITE_IOERR_WRITE };
    return results[sim_lack_way()];
}

/* On a failure of input and output SQLite may have given up the whole transaction
 * (sqlite.org/lang_transaction.html, 3.1). */
int __wrap_sqlite3_step(sqlite3_stmt *statement)
{
    if (!sim_lack_takes(SIM_LACK_STORE, sqlite3_sql(statement))) {
        return __real_sqlite3_step(statement);
    }
    int result = store_result();
    sqlite3 *handle = sqlite3_db_handle(statement);
    if (result == SQLITE_IOERR_WRITE && sqlite3_get_autocommit(handle) == 0) {
        (void)sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
    }
    return result;
}

int __wrap_sqlite3_prepare_v3(sqlite3 *handle, const char *text, int len, unsigned flags,
                              sqlite3_stmt **ret_statement, const char **ret_rest)
{
    return sim_lack_takes(SIM_LACK_STORE, text)
               ? store_result()
               : __real_sqlite3_prepare_v3(handle, text, len, flags, ret_statement, ret_rest);
}

/* ---- cards ---- */

REAL(enum status, pcsc_reader_connect, (const char *name, struct pcsc_reader_card **ret_card))
REAL(enum status, pcsc_reader_transmit,
     (struct pcsc_reader_card * card, struct span command, struct buf *answer))
REAL(void, pcsc_reader_disconnect, (struct pcsc_reader_card * *card, enum pcsc_end end))

enum status __wrap_pcsc_reader_connect(const char *name, struct pcsc_reader_card **ret_card)
{
    static const enum status failures[] = { STATUS_CARD_BUSY, STATUS_CARD_ABSENT,
                                            STATUS_READER_SERVICE, STATUS_OUT_OF_MEMORY };
    if (sim_lack_takes(SIM_LACK_CARD, "connect")) {
        return failures[sim_lack_way()];
    }
    bool was_inside = sim_lack_inside(false);
    enum status status = __real_pcsc_reader_connect(name, ret_card);
    (void)sim_lack_inside(was_inside);
    return status;
}

/* The last way: the card has done it, and only the answer is lost. */
enum status __wrap_pcsc_reader_transmit(struct pcsc_reader_card *card, struct span command,
                                        struct buf *answer)
{
    static const enum status failures[] = { STATUS_CARD_REMOVED, STATUS_CARD_SILENT,
                                            STATUS_CARD_LIMIT, STATUS_CARD_UNKNOWN_OUTCOME };
    bool fails = sim_lack_takes(SIM_LACK_CARD, "transmit");
    enum status failure = fails ? failures[sim_lack_way()] : STATUS_OK;
    if (fails && failure != STATUS_CARD_UNKNOWN_OUTCOME) {
        return failure;
    }
    size_t before = answer->len;
    bool was_inside = sim_lack_inside(false);
    enum status status = __real_pcsc_reader_transmit(card, command, answer);
    (void)sim_lack_inside(was_inside);
    if (fails) {
        answer->len = before;
        return failure;
    }
    return status;
}

void __wrap_pcsc_reader_disconnect(struct pcsc_reader_card **card, enum pcsc_end end)
{
    bool was_inside = sim_lack_inside(false);
    __real_pcsc_reader_disconnect(card, end);
    (void)sim_lack_inside(was_inside);
}

/* ---- requests ---- */

REAL(enum status, https_client_send,
     (struct https_client * client, const struct https_client_request *request,
      struct https_client_answer *ret_answer))
REAL(enum status, local_socket_call,
     (struct local_socket * s, struct span request, struct buf *answer))

/* The last way: it has arrived, and the answer is lost. */
enum status __wrap_https_client_send(struct https_client *client,
                                     const struct https_client_request *request,
                                     struct https_client_answer *ret_answer)
{
    static const enum status failures[] = { STATUS_SERVER_UNREACHABLE, STATUS_BAD_MESSAGE,
                                            STATUS_TOO_LARGE, STATUS_SERVER_UNREACHABLE };
    bool fails = sim_lack_takes(SIM_LACK_LINE, request->path);
    bool arrives = !fails || sim_lack_way() == COUNT(failures) - 1;
    bool was_inside = sim_lack_inside(false);
    enum status status =
        arrives ? __real_https_client_send(client, request, ret_answer) : STATUS_OK;
    (void)sim_lack_inside(was_inside);
    return fails ? failures[sim_lack_way()] : status;
}

enum status __wrap_local_socket_call(struct local_socket *s, struct span request,
                                     struct buf *answer)
{
    const enum status failures[] = { s->options.unreachable, STATUS_TOO_LARGE,
                                     s->options.unreachable, s->options.unreachable };
    bool fails = sim_lack_takes(SIM_LACK_LINE, "the signer");
    bool arrives = !fails || sim_lack_way() == COUNT(failures) - 1;
    size_t before = answer->len;
    bool was_inside = sim_lack_inside(false);
    enum status status = arrives ? __real_local_socket_call(s, request, answer) : STATUS_OK;
    (void)sim_lack_inside(was_inside);
    if (fails) {
        answer->len = before;
        return failures[sim_lack_way()];
    }
    return status;
}

REAL(bool, https_server_post,
     (struct https_server * server, https_callback callback, void *context))
REAL(struct http_stream *, http_stream_begin,
     (struct http_request * request, int code, const char *content_type,
      void (*closed)(void *context), void *context))

bool __wrap_https_server_post(struct https_server *server, https_callback callback, void *context)
{
    return !sim_lack_takes(SIM_LACK_MEMORY, "https_server_post") &&
           __real_https_server_post(server, callback, context);
}

struct http_stream *__wrap_http_stream_begin(struct http_request *request, int code,
                                             const char *content_type,
                                             void (*closed)(void *context), void *context)
{
    bool was_inside = sim_lack_inside(false);
    struct http_stream *stream =
        __real_http_stream_begin(request, code, content_type, closed, context);
    (void)sim_lack_inside(was_inside);
    return stream;
}

/* ---- where the world hands over to a program ---- */

#define ENTERS(name, parameters, arguments)                                                        \
    REAL(void, name, parameters)                                                                   \
    void __wrap_##name parameters                                                                  \
    {                                                                                              \
        bool was_inside = sim_lack_inside(true);                                                   \
        __real_##name arguments;                                                                   \
        (void)sim_lack_inside(was_inside);                                                         \
    }

ENTERS(desk_take_readers, (struct desk * desk, const struct pcsc_reader_list *list), (desk, list))
ENTERS(desk_http_serve, (void *context, struct http_request *request), (context, request))
ENTERS(keeper_step, (struct desk * desk), (desk))
ENTERS(job_keep_awake, (void *desk), (desk))
ENTERS(route_request, (void *server, struct http_request *request), (server, request))
ENTERS(sim_http_loop, (struct https_server * loop), (loop))

#define ENTERS_AND_TELLS(type, name, parameters, arguments)                                        \
    REAL(type, name, parameters)                                                                   \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        bool was_inside = sim_lack_inside(true);                                                   \
        type told = __real_##name arguments;                                                       \
        (void)sim_lack_inside(was_inside);                                                         \
        return told;                                                                               \
    }

ENTERS_AND_TELLS(bool, worker_step, (struct desk * desk), (desk))
ENTERS_AND_TELLS(enum status, server_open,
                 (struct server * server, const char *path, struct fault *reterr_fault),
                 (server, path, reterr_fault))
ENTERS_AND_TELLS(enum status, server_begin, (struct server * server), (server))
ENTERS_AND_TELLS(enum status, state_file_open, (const char *directory, struct state_file *ret_file),
                 (directory, ret_file))
ENTERS_AND_TELLS(enum status, state_file_load,
                 (struct state_file * file, struct signer *signer, instant now, bool *ret_torn),
                 (file, signer, now, ret_torn))
ENTERS_AND_TELLS(enum status, signer_serve_frame,
                 (struct signer_serve * serve, int32_t peer_pid, struct span request,
                  struct buf *answer),
                 (serve, peer_pid, request, answer))
