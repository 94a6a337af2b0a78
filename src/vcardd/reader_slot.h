/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <limits.h>
#include <stdio.h>

#include "vcard/vcard.h"

/* reader_slot: one virtual reader: a card, its file and the TCP connection to the reader's driver.
 *
 *     reader_slot_init(&slot, 1, 35963);
 *     status = reader_slot_insert(&slot, "/tmp/alice.card");
 *     poll slot.fd -> reader_slot_readable(&slot); poll slot.timer_fd -> reader_slot_timer(&slot);
 *     reader_slot_pull(&slot, "pulled");
 *
 * vpcd's frames: 16-bit length, then that many bytes. One byte is control: 0 power off, 1 power
 * on, 2 reset, 4 send the ATR. Anything else is a command APDU. The driver sends length and body
 * apart, so TCP_QUICKACK is set before every read: without it each command waits for a delayed
 * acknowledgement.
 * With `replay` the card draws the randomness of an earlier trace, line after line, and the
 * system's when that has come to its end: the same card with the same commands gives the same
 * answers. A change of the card is durable before the answer leaves; if it cannot be written, the
 * card is pulled and nothing is answered. Memory: about 350 KB each; the descriptors are closed by
 * pull and close. Tests: test/unit/vcardd/test_reader_slot.c */
enum { SLOT_FRAME_MAX = 2 + 65535 };

enum slot_state { SLOT_EMPTY, SLOT_UP, SLOT_STALLED, SLOT_STATES };

struct reader_slot {
    int number; /* from 1 */
    uint16_t port;
    int fd;       /* -1: empty */
    int timer_fd; /* readable when a delayed answer is due */
    enum slot_state state;
    uint32_t changes; /* of the state, since the program began */
    bool like_a_card; /* answers take a real card's time */
    struct vcard card;
    char path[PATH_MAX];
    uint32_t apdus; /* since the insertion */
    int64_t inserted_us, received_us;
    size_t in_len;
    uint8_t in[SLOT_FRAME_MAX];
    bool answer_waits; /* for the timer or for a release */
    size_t command_len;
    uint8_t entropy[VCARD_ENTROPY_LEN];
    uint8_t answer_memory[VCARD_ANSWER_MAX];
    struct buf answer;
    FILE *trace;          /* NULL: none */
    FILE *replay;         /* a trace whose entropy is drawn again; NULL: the system's */
    bool entropy_is_kept; /* of the replay: the last command drew none */
};

void reader_slot_init(struct reader_slot *slot, int number, uint16_t port);
/* CARD_BUSY: a card is in. BAD_FILE. READER_SERVICE: nobody listens on the reader's port. */
MUST_USE enum status reader_slot_insert(struct reader_slot *slot, const char *path);
void reader_slot_pull(struct reader_slot *slot, const char *why);
void reader_slot_readable(struct reader_slot *slot);
void reader_slot_timer(struct reader_slot *slot);
/* Gives the answer that a stalled card kept; false when it is not stalled. */
MUST_USE bool reader_slot_release(struct reader_slot *slot);
/* NULL path: the system's randomness again. NOT_FOUND when the trace cannot be read. */
MUST_USE enum status reader_slot_replay(struct reader_slot *slot, const char *path);
/* Pulls the card and closes traces and timer. */
void reader_slot_close(struct reader_slot *slot);
const char *reader_slot_state_name(enum slot_state state);
