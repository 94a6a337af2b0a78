/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/signer.h"
#include "signer/state_file.h"

/* signer_serve: one frame of the socket in, one out; what it changes is on the disk in between.
 *
 *     status = signer_serve_frame(&serve, peer_pid, request, &answer);
 *     if (serve.broken) { memory is ahead of the disk: the process ends without answering }
 *
 * signer, state and entropy are opened by the caller. A frame that cannot be read gets an answer.
 * Logs kind and outcome only: statements and names are the server's audit.
 * Memory: `answer` takes SIGNER_ANSWER_MAX bytes. Tests: test/unit/signer/test_signer_process.c */
struct signer_serve {
    struct signer signer;
    struct state_file state;
    struct entropy entropy;
    bool broken;
    /* private */
    struct signer_request request;
    struct signer_answer answer;
    uint8_t crl[SIGNER_CRL_MAX];
};

MUST_USE enum status signer_serve_frame(struct signer_serve *serve, int32_t peer_pid,
                                        struct span request, struct buf *answer);
