/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/signer_serve.h"

#include "port/clock_read.h"
#include "port/log_write.h"

static void log_answer(int32_t peer_pid, const struct signer_answer *answer)
{
    enum log_level level = answer->status == STATUS_OK ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING;
    log_write(level, "answer",
              LOG_FIELDS(LOG_TEXT("kind", signer_message_kind_name(answer->kind)),
                         LOG_TEXT("status", status_entry(answer->status)->name),
                         LOG_TEXT("detail", answer->detail), LOG_NUMBER("pid", peer_pid)));
}

static enum status answer_request(struct signer_serve *serve)
{
    struct buf crl = BUF(serve->crl);
    const struct signer_moment moment = { .now = clock_read_now(), .entropy = &serve->entropy };
    signer_answer(&serve->signer, &serve->request, &moment, &crl, &serve->answer);
    return state_file_save(&serve->state, &serve->signer);
}

enum status signer_serve_frame(struct signer_serve *serve, int32_t peer_pid, struct span request,
                               struct buf *answer)
{
    enum status status = signer_message_request_decode(request, &serve->request);
    if (status != STATUS_OK) {
        serve->answer = (struct signer_answer){ .kind = SIGNER_STATUS, .status = status };
    } else {
        status = answer_request(serve);
        serve->broken = status != STATUS_OK;
        if (serve->broken) {
            return status;
        }
    }
    log_answer(peer_pid, &serve->answer);
    status = signer_message_answer_encode(&serve->answer, answer);
    signer_message_answer_wipe(&serve->answer);
    return status;
}
