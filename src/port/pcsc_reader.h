/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/status.h"

/* pcsc_reader: card readers through PC/SC (pcsc-lite, or winscard on Windows), bytes in, bytes out.
 *
 *     struct pcsc_reader_watch *watch = NULL;
 *     enum status status = pcsc_reader_watch_open(&watch);
 *     struct pcsc_reader_list list = { 0 };
 *     while (status == STATUS_OK) {
 *         status = pcsc_reader_wait(watch, PCSC_WAIT_FOR_EVER, &list);   ... look at list ...
 *     }
 *     pcsc_reader_watch_close(&watch);
 *
 *     struct pcsc_reader_card *card = NULL;
 *     if (pcsc_reader_connect(list.readers[0].name, &card) == STATUS_OK) { pcsc_reader_transmit() }
 *     pcsc_reader_disconnect(&card, PCSC_END_RESET);
 *
 * A watch and each connected card have a PC/SC context of their own, so that a thread that waits
 * does not hold up one that transmits. One thread at a time for each of them, except
 * pcsc_reader_cancel, which any thread may call. PCSCLITE_CSOCK_NAME chooses the daemon.
 * Memory: watch and card are allocated here; the lists belong to the caller.
 * Limits: PCSC_READERS_MAX readers (further ones are counted in `left_out`), a command of 4 to
 *         PCSC_COMMAND_MAX bytes (ISO/IEC 7816-3, 12.1.3), an answer of PCSC_ANSWER_MAX.
 * Errors: READER_SERVICE (no daemon; open anew), READER_NONE (that reader is gone), CARD_ABSENT,
 *         CARD_BUSY (held by another program), CARD_REMOVED (also: reset by another program),
 *         CARD_SILENT (no answer within 20 s, 5 min for a new key: the outcome is unknown, and the
 *         reader is given up until the card answers or is taken out),
 *         CARD_UNKNOWN_OUTCOME (nobody knows whether the command was carried out), CARD_ANSWER
 *         (mute), CARD_LIMIT (no room for an answer: nothing was sent), STOPPED (cancelled).
 * Tests: test/unit/port/test_pcsc_reader.c without a daemon; with cards in the end-to-end tests,
 *        each call refused in test/e2e/test_pcsc_refused.py. */
enum {
    PCSC_READERS_MAX = 16,
    PCSC_READER_NAME_MAX = 128,
    PCSC_ATR_MAX = 33, /* ISO/IEC 7816-3, 8.2.1 */
    PCSC_COMMAND_MAX = 4 + 3 + 65535 + 3,
    PCSC_ANSWER_MAX = 65536 + 2,
    PCSC_WAIT_FOR_EVER = -1
};

struct pcsc_reader_state {
    char name[PCSC_READER_NAME_MAX]; /* printable: safe to show, and what connect takes */
    bool present;                    /* a card is in it */
    bool mute;                       /* ... that does not answer */
    bool in_use;                     /* a program has a connection to it */
    bool exclusive;                  /* ... and lets nobody else in */
    bool contactless;     /* the ATR is one that readers make up (PC/SC part 3, 3.1.3.2.3) */
    uint16_t event_count; /* differs: a card came or went since, even the same one */
    uint8_t atr[PCSC_ATR_MAX];
    size_t atr_len;
};

struct pcsc_reader_list {
    size_t count;
    size_t left_out; /* readers past the limit, or with a name that cannot be used */
    struct pcsc_reader_state readers[PCSC_READERS_MAX];
};

struct pcsc_reader_watch;
struct pcsc_reader_card;

/* How a connection ends. RESET closes what a passcode or key had opened. LEAVE is honoured only if
 * no command was sent that could have opened anything (VERIFY, GENERAL AUTHENTICATE, ...). */
enum pcsc_end { PCSC_END_RESET, PCSC_END_LEAVE };

/* For the whole process, before anything is opened: connect and transmit answer CARD_BUSY at once
 * where they would wait until another program's transaction is over. */
void pcsc_reader_never_wait(void);
/* The socket that programs reach the daemon through; NULL: this system has none. */
const char *pcsc_reader_daemon(void);
MUST_USE enum status pcsc_reader_watch_open(struct pcsc_reader_watch **ret_watch);
/* Cancel first if another thread may wait. */
void pcsc_reader_watch_close(struct pcsc_reader_watch **watch);
/* What is there now. Never waits. */
MUST_USE enum status pcsc_reader_now(struct pcsc_reader_watch *watch,
                                     struct pcsc_reader_list *ret_list);
/* Returns when what is there differs from `*list` (readers, cards, event counters), which then is
 * brought up to date; or when the time is over, with the list as it is. */
MUST_USE enum status pcsc_reader_wait(struct pcsc_reader_watch *watch, int timeout_ms,
                                      struct pcsc_reader_list *list);
/* The waiting thread returns with STOPPED, and every later wait too. Safe at any moment; returns
 * when nobody waits any more. */
void pcsc_reader_cancel(struct pcsc_reader_watch *watch);
MUST_USE bool pcsc_reader_same(const struct pcsc_reader_list *a, const struct pcsc_reader_list *b);
/* PC/SC part 3, 3.1.3.2.3: 3B 8n 80 01 ... is made by the reader for a contactless card. */
MUST_USE bool pcsc_reader_is_contactless(struct span atr);

/* Shared, T=0 or T=1, inside a transaction. Waits while another program has a transaction. */
MUST_USE enum status pcsc_reader_connect(const char *name, struct pcsc_reader_card **ret_card);
/* Appends the answer, status word included, 2 bytes at least. */
MUST_USE enum status pcsc_reader_transmit(struct pcsc_reader_card *card, struct span command,
                                          struct buf *answer);
/* Resets the card and goes on in the same transaction. */
MUST_USE enum status pcsc_reader_reset(struct pcsc_reader_card *card);
/* NULL is fine. The card is reset even when the connection is already broken, if it can be. */
void pcsc_reader_disconnect(struct pcsc_reader_card **card, enum pcsc_end end);
