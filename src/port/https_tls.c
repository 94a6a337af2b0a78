/* SPDX-License-Identifier: Apache-2.0 */
#include "port/https_tls.h"

#include <openssl/err.h>

static const unsigned char session_name[] = "cardwright";

static bool settings_apply(SSL_CTX *tls)
{
    SSL_CTX_set_options(tls, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
    return SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set1_groups_list(tls, "X25519:P-256:P-384") == 1 &&
           SSL_CTX_set_cipher_list(tls, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
           SSL_CTX_set_session_id_context(tls, session_name, sizeof(session_name) - 1) == 1;
}

enum status https_tls_blame(enum status of_file)
{
    bool lacked = false;
    unsigned long error = 0;
    while ((error = ERR_get_error()) != 0) {
        lacked = lacked || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
    }
    return lacked ? STATUS_OUT_OF_MEMORY : of_file;
}

static enum status files_load(SSL_CTX *tls, const char *certificate_file, const char *key_file)
{
    if (SSL_CTX_use_certificate_chain_file(tls, certificate_file) != 1) {
        return https_tls_blame(STATUS_BAD_FILE);
    }
    if (SSL_CTX_use_PrivateKey_file(tls, key_file, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(tls) != 1) {
        return https_tls_blame(STATUS_KEY_FILE);
    }
    return STATUS_OK;
}

enum status https_tls_open(const char *certificate_file, const char *key_file, SSL_CTX **ret_tls)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    if (tls == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    enum status status = settings_apply(tls) ? files_load(tls, certificate_file, key_file)
                                             : https_tls_blame(STATUS_CRYPTO);
    ERR_clear_error();
    if (status != STATUS_OK) {
        SSL_CTX_free(tls);
        return status;
    }
    *ret_tls = tls;
    return STATUS_OK;
}

void https_tls_close(SSL_CTX **tls)
{
    SSL_CTX_free(*tls);
    *tls = NULL;
}
