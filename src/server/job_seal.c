/* SPDX-License-Identifier: Apache-2.0 */
#include "server/job_seal.h"

#include "crypto/cipher.h"
#include "crypto/kdf.h"

enum { PLACE_MAX = 64 };

enum status job_seal_start(struct server *server)
{
    return kdf_derive(SPAN_OF(server->token_key), SPAN_TEXT("cardwright job step v1"),
                      SPAN_TEXT("server"), server->step_key, sizeof(server->step_key));
}

static void name_place(const char *job, uint32_t step, struct buf *ret_place)
{
    buf_put_field(ret_place, span_of_text(job));
    buf_put_u32(ret_place, step);
}

enum status job_seal_close(struct server *server, const char *job, uint32_t step,
                           struct span answer, struct buf *ret_sealed)
{
    uint8_t nonce[CIPHER_NONCE_LEN], memory[PLACE_MAX];
    struct buf place = BUF(memory);
    name_place(job, step, &place);
    enum status status = entropy_fill(&server->entropy, nonce, sizeof(nonce));
    if (status != STATUS_OK) {
        return status;
    }
    if (!buf_put(ret_sealed, SPAN_OF(nonce))) {
        return STATUS_TOO_LARGE;
    }
    return cipher_seal(SPAN_OF(server->step_key), SPAN_OF(nonce), buf_span(&place), answer,
                       ret_sealed);
}

enum status job_seal_open(const struct server *server, const char *job, uint32_t step,
                          struct span sealed, struct buf *ret_answer)
{
    uint8_t memory[PLACE_MAX];
    struct buf place = BUF(memory);
    name_place(job, step, &place);
    if (sealed.len == 0) {
        return STATUS_JOB_ORDER;
    }
    if (sealed.len < JOB_SEAL_EXTRA) {
        return STATUS_STORE;
    }
    enum status status =
        cipher_open(SPAN_OF(server->step_key), span_part(sealed, 0, CIPHER_NONCE_LEN),
                    buf_span(&place), span_part(sealed, CIPHER_NONCE_LEN, SIZE_MAX), ret_answer);
    return status == STATUS_CRYPTO ? STATUS_STORE : status;
}
