/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "port/local_socket.h"
#include "wire_signer/signer_message.h"

/* signer_client: one typed question to the signer and its answer.
 *
 *     request.kind = SIGNER_NONCE; ...
 *     status = signer_client_ask(&client, &request, &answer);
 *
 * Memory: the client keeps one request and one answer frame; both are wiped after each call.
 * Errors: what the signer refused, SIGNER_UNREACHABLE.
 * Tests: test/e2e */
struct signer_client {
    struct local_socket socket;
    uint8_t *frame; /* SIGNER_ANSWER_MAX bytes */
};

MUST_USE enum status signer_client_open(struct signer_client *client, const char *path, int uid);
/* `crl` takes the DER of a CRL, else NULL. `ret_answer` may hold secrets: wipe it. */
MUST_USE enum status signer_client_ask(struct signer_client *client,
                                       const struct signer_request *request, struct buf *crl,
                                       struct signer_answer *ret_answer);
void signer_client_close(struct signer_client *client);
