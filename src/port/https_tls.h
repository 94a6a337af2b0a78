/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/ssl.h>

#include "base/status.h"

/* https_tls: the TLS settings of our servers.
 *
 *     SSL_CTX *tls = NULL;
 *     status = https_tls_open("chain.pem", "key.pem", &tls);
 *     https_tls_close(&tls);
 *
 * TLS 1.2 with forward secrecy and AEAD only, 1.3 preferred; X25519, then P-256, P-384; session
 * tickets; no compression, no renegotiation.
 * Errors: BAD_FILE (certificate), KEY_FILE (key, or not the certificate's), CRYPTO.
 * Tests: test/unit/port/test_https_server.c */
MUST_USE enum status https_tls_open(const char *certificate_file, const char *key_file,
                                    SSL_CTX **ret_tls);
void https_tls_close(SSL_CTX **tls);
/* Forgets the library's errors: OUT_OF_MEMORY if one of them was that, else `of_file`. */
MUST_USE enum status https_tls_blame(enum status of_file);
