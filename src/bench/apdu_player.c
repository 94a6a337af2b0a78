/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/apdu_player.h"

#include <winscard.h>

#include "port/clock_read.h"

enum { ANSWER_MAX = 65538 };

struct playing {
    struct apdu_player *player;
    const struct apdu_script *script;
    SCARDCONTEXT context;
    struct {
        SCARDHANDLE handle;
        DWORD protocol;
    } cards[SCRIPT_READERS_MAX];
};

static enum status open_reader(struct playing *p, const struct script_step *step)
{
    LONG code = SCardConnect(p->context, p->player->readers[step->reader], SCARD_SHARE_SHARED,
                             SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &p->cards[step->reader].handle,
                             &p->cards[step->reader].protocol);
    if (code == SCARD_S_SUCCESS) {
        code = SCardBeginTransaction(p->cards[step->reader].handle);
    }
    return code == SCARD_S_SUCCESS ? STATUS_OK : STATUS_READER_NONE;
}

static enum status reset_reader(struct playing *p, const struct script_step *step)
{
    SCARDHANDLE card = p->cards[step->reader].handle;
    LONG code = SCardEndTransaction(card, SCARD_RESET_CARD);
    (void)SCardDisconnect(card, SCARD_LEAVE_CARD);
    return code == SCARD_S_SUCCESS ? STATUS_OK : STATUS_READER_NONE;
}

static enum status send_command(struct playing *p, const struct script_step *step)
{
    static uint8_t answer[ANSWER_MAX];
    struct apdu_player *player = p->player;
    struct span command = apdu_script_command(p->script, step);
    DWORD len = sizeof(answer);
    int64_t start_us = clock_read_monotonic_us();
    DWORD protocol = p->cards[step->reader].protocol;
    LONG code = SCardTransmit(p->cards[step->reader].handle,
                              protocol == SCARD_PROTOCOL_T1 ? SCARD_PCI_T1 : SCARD_PCI_T0,
                              command.ptr, (DWORD)command.len, NULL, answer, &len);
    player->card_us += clock_read_monotonic_us() - start_us;
    if (code != SCARD_S_SUCCESS || len < 2) {
        return STATUS_CARD_UNKNOWN_OUTCOME;
    }
    player->apdus++;
    player->sent_bytes += command.len;
    player->received_bytes += len;
    if (!span_equal(span_of(answer, len), apdu_script_answer(p->script, step))) {
        player->different++;
    }
    return STATUS_OK;
}

static enum status play_steps(struct playing *p)
{
    static enum status (*const acts[])(struct playing * p, const struct script_step *step) = {
        [SCRIPT_OPEN] = open_reader, [SCRIPT_SEND] = send_command, [SCRIPT_RESET] = reset_reader
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < p->script->count && status == STATUS_OK; i++) {
        const struct script_step *step = &p->script->steps[i];
        status = acts[step->kind](p, step);
    }
    return status;
}

enum status apdu_player_run(struct apdu_player *player, const struct apdu_script *script)
{
    struct playing playing = { .player = player, .script = script };
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &playing.context) !=
        SCARD_S_SUCCESS) {
        return STATUS_READER_SERVICE;
    }
    int64_t start_us = clock_read_monotonic_us();
    enum status status = play_steps(&playing);
    player->wall_us = clock_read_monotonic_us() - start_us;
    /* A connection that is still open goes with the context; the daemon resets the card then. */
    (void)SCardReleaseContext(playing.context);
    return status;
}
