/* SPDX-License-Identifier: Apache-2.0 */
#include "port/pcsc_reader.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/patience.h"
#include "port/pcsc_platform.h"

/* Names of all readers, each ended by a zero: 16 of 128 bytes with pcsc-lite, more on Windows. */
enum { NAMES_MAX = 16384, VANISHED_MAX = 16 };

/* The pseudo reader that reports readers being attached and detached. */
static const char plug_and_play[] = "\\\\?PnP?\\Notification";

struct pcsc_reader_watch {
    SCARDCONTEXT context;
    atomic_bool cancelled;
    atomic_bool waiting;
    size_t count;
    size_t left_out;
    char names[PCSC_READERS_MAX][PCSC_READER_NAME_MAX];
    DWORD known[PCSC_READERS_MAX]; /* the state last reported, event counter included */
    DWORD plug_known;
};

/* SCardTransmit waits for a card for ever, and neither SCardCancel nor a second connection ends it:
 * only the card's answer, or its removal. So a thread of its own makes the call, on memory of its
 * own, and is left with it when the card takes too long. */
struct pcsc_reader_card {
    SCARDCONTEXT context;
    SCARDHANDLE handle;
    DWORD protocol;
    bool touched; /* something was sent that can open the card */
    bool silent;  /* it took too long: `patience` is at work with all of this */
    char name[PCSC_READER_NAME_MAX];
    struct patience *patience;
    LONG code; /* of the last call */
    DWORD command_len, answer_len;
    uint8_t command[PCSC_COMMAND_MAX];
    uint8_t answer[PCSC_ANSWER_MAX];
};

/* Making an RSA key of 3,072 bits takes half a minute on an ordinary card, and may take several. */
enum { PATIENCE_MS = 20000, PATIENCE_GENERATE_MS = 300000, INS_GENERATE = 0x47 };

/* Readers whose card does not answer: every call on them would wait too. */
static struct {
    atomic_flag lock;
    char names[PCSC_READERS_MAX][PCSC_READER_NAME_MAX];
} silent = { .lock = ATOMIC_FLAG_INIT };

static const struct {
    LONG code;
    enum status status;
} meanings[] = {
    { (LONG)SCARD_E_NO_SERVICE, STATUS_READER_SERVICE },
    { (LONG)SCARD_E_SERVICE_STOPPED, STATUS_READER_SERVICE },
    { (LONG)SCARD_E_INVALID_HANDLE, STATUS_READER_SERVICE }, /* the daemon was started anew */
    { (LONG)SCARD_F_COMM_ERROR, STATUS_READER_SERVICE },
    { (LONG)SCARD_E_NO_READERS_AVAILABLE, STATUS_READER_NONE },
    { (LONG)SCARD_E_UNKNOWN_READER, STATUS_READER_NONE },
    { (LONG)SCARD_E_READER_UNAVAILABLE, STATUS_READER_NONE },
    { (LONG)SCARD_E_NO_SMARTCARD, STATUS_CARD_ABSENT },
    { (LONG)SCARD_E_SHARING_VIOLATION, STATUS_CARD_BUSY },
    { (LONG)SCARD_W_REMOVED_CARD, STATUS_CARD_REMOVED },
    { (LONG)SCARD_W_RESET_CARD, STATUS_CARD_REMOVED },
    { (LONG)SCARD_W_UNRESPONSIVE_CARD, STATUS_CARD_ANSWER },
    { (LONG)SCARD_W_UNPOWERED_CARD, STATUS_CARD_ANSWER },
    { (LONG)SCARD_W_UNSUPPORTED_CARD, STATUS_CARD_ANSWER },
    { (LONG)SCARD_E_PROTO_MISMATCH, STATUS_CARD_ANSWER },
    { (LONG)SCARD_E_INSUFFICIENT_BUFFER, STATUS_CARD_LIMIT },
    { (LONG)SCARD_E_CANCELLED, STATUS_STOPPED },
    { (LONG)SCARD_E_NO_MEMORY, STATUS_OUT_OF_MEMORY },
};

static enum status meaning_of(LONG code, enum status otherwise)
{
    if (code == SCARD_S_SUCCESS) {
        return STATUS_OK;
    }
    for (size_t i = 0; i < COUNT(meanings); i++) {
        if (meanings[i].code == code) {
            return meanings[i].status;
        }
    }
    return otherwise;
}

bool pcsc_reader_is_contactless(struct span atr)
{
    /* T0 = 8n: TD1 follows, n historical bytes; TD1 = 80, TD2 = 01; then a check byte. */
    return atr.len >= 5 && atr.ptr[0] == 0x3B && (atr.ptr[1] & 0xF0) == 0x80 &&
           atr.ptr[2] == 0x80 && atr.ptr[3] == 0x01 && atr.len == 5 + (atr.ptr[1] & 0x0Fu);
}

static bool state_same(const struct pcsc_reader_state *a, const struct pcsc_reader_state *b)
{
    return text_equal(a->name, b->name) && a->present == b->present && a->mute == b->mute &&
           a->event_count == b->event_count &&
           span_equal(span_of(a->atr, a->atr_len), span_of(b->atr, b->atr_len));
}

bool pcsc_reader_same(const struct pcsc_reader_list *a, const struct pcsc_reader_list *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!state_same(&a->readers[i], &b->readers[i])) {
            return false;
        }
    }
    return true;
}

void pcsc_reader_never_wait(void)
{
    pcsc_platform_never_wait();
}

const char *pcsc_reader_daemon(void)
{
    return pcsc_platform_daemon();
}

enum status pcsc_reader_watch_open(struct pcsc_reader_watch **ret_watch)
{
    struct pcsc_reader_watch *watch = calloc(1, sizeof(*watch));
    if (watch == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &watch->context);
    if (code != SCARD_S_SUCCESS) {
        free(watch);
        return meaning_of(code, STATUS_READER_SERVICE);
    }
    *ret_watch = watch;
    return STATUS_OK;
}

void pcsc_reader_watch_close(struct pcsc_reader_watch **watch)
{
    if (*watch != NULL) {
        (void)SCardReleaseContext((*watch)->context);
        free(*watch);
        *watch = NULL;
    }
}

static DWORD state_known_of(const struct pcsc_reader_watch *watch, const char *name)
{
    for (size_t i = 0; i < watch->count; i++) {
        if (text_equal(watch->names[i], name)) {
            return watch->known[i];
        }
    }
    return SCARD_STATE_UNAWARE;
}

static bool name_is_usable(const char *name, size_t len)
{
    char safe[PCSC_READER_NAME_MAX];
    if (len >= PCSC_READER_NAME_MAX) {
        return false;
    }
    text_print_safe(span_of(name, len), safe, sizeof(safe));
    return text_equal(safe, name) && !text_equal(name, plug_and_play);
}

/* Takes over a list of names, and what is known of those that stay. */
static void names_take(struct pcsc_reader_watch *watch, const char *names, size_t names_len)
{
    char kept[PCSC_READERS_MAX][PCSC_READER_NAME_MAX] = { 0 };
    DWORD known[PCSC_READERS_MAX] = { 0 };
    size_t count = 0;
    size_t left_out = 0;
    size_t len = 0;
    for (size_t at = 0; at < names_len && names[at] != '\0'; at += len + 1) {
        len = strnlen(names + at, names_len - at);
        if (at + len >= names_len) {
            break;
        }
        if (count == PCSC_READERS_MAX || !name_is_usable(names + at, len)) {
            left_out++;
            continue;
        }
        memcpy(kept[count], names + at, len + 1);
        known[count] = state_known_of(watch, kept[count]);
        count++;
    }
    memcpy(watch->names, kept, sizeof(kept));
    memcpy(watch->known, known, sizeof(known));
    watch->count = count;
    watch->left_out = left_out;
}

static enum status names_refresh(struct pcsc_reader_watch *watch)
{
    char names[NAMES_MAX] = { 0 };
    DWORD len = sizeof(names);
    LONG code = PCSC_PLATFORM_LIST(watch->context, NULL, names, &len);
    if (code == (LONG)SCARD_E_NO_READERS_AVAILABLE) {
        len = 0;
        code = SCARD_S_SUCCESS;
    }
    if (code != SCARD_S_SUCCESS) {
        return meaning_of(code, STATUS_READER_SERVICE);
    }
    names_take(watch, names, len < sizeof(names) ? len : sizeof(names));
    return STATUS_OK;
}

static void reader_describe(const pcsc_platform_state *from, const char *name,
                            struct pcsc_reader_state *ret)
{
    struct pcsc_reader_state state = { 0 };
    DWORD flags = from->dwEventState;
    memcpy(state.name, name, sizeof(state.name));
    state.present = (flags & SCARD_STATE_PRESENT) != 0;
    state.mute = (flags & SCARD_STATE_MUTE) != 0;
    state.in_use = (flags & SCARD_STATE_INUSE) != 0;
    state.exclusive = (flags & SCARD_STATE_EXCLUSIVE) != 0;
    state.event_count = (uint16_t)(flags >> 16 & 0xFFFFu);
    if (state.present && from->cbAtr <= sizeof(state.atr)) {
        state.atr_len = (size_t)from->cbAtr;
        memcpy(state.atr, from->rgbAtr, state.atr_len);
    }
    state.contactless = pcsc_reader_is_contactless(span_of(state.atr, state.atr_len));
    *ret = state;
}

static void list_fill(struct pcsc_reader_watch *watch, const pcsc_platform_state *states,
                      struct pcsc_reader_list *ret_list)
{
    memset(ret_list, 0, sizeof(*ret_list));
    ret_list->count = watch->count;
    ret_list->left_out = watch->left_out;
    for (size_t i = 0; i < watch->count; i++) {
        watch->known[i] = states[i].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
        reader_describe(&states[i], watch->names[i], &ret_list->readers[i]);
    }
    watch->plug_known = states[watch->count].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
}

/* One look that lasts until something is other than known, or the time is over. */
static enum status look_once(struct pcsc_reader_watch *watch, DWORD timeout,
                             struct pcsc_reader_list *ret_list, bool *ret_vanished)
{
    pcsc_platform_state states[PCSC_READERS_MAX + 1] = { 0 };
    enum status status = names_refresh(watch);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < watch->count; i++) {
        states[i].szReader = watch->names[i];
        states[i].dwCurrentState = watch->known[i];
    }
    states[watch->count].szReader = plug_and_play;
    states[watch->count].dwCurrentState = watch->plug_known;
    LONG code = PCSC_PLATFORM_CHANGE(watch->context, timeout, states, (DWORD)(watch->count + 1));
    *ret_vanished = code == (LONG)SCARD_E_UNKNOWN_READER;
    if (*ret_vanished) {
        return STATUS_OK;
    }
    if (code != SCARD_S_SUCCESS && code != (LONG)SCARD_E_TIMEOUT) {
        return meaning_of(code, STATUS_READER_SERVICE);
    }
    list_fill(watch, states, ret_list);
    return STATUS_OK;
}

/* A reader may go between being listed and being asked about: list again. */
static enum status look(struct pcsc_reader_watch *watch, DWORD timeout,
                        struct pcsc_reader_list *ret_list)
{
    for (int i = 0; i < VANISHED_MAX; i++) {
        bool vanished = false;
        enum status status = look_once(watch, timeout, ret_list, &vanished);
        if (status != STATUS_OK || !vanished) {
            return status;
        }
    }
    return STATUS_READER_SERVICE;
}

enum status pcsc_reader_now(struct pcsc_reader_watch *watch, struct pcsc_reader_list *ret_list)
{
    struct pcsc_reader_list list;
    memset(watch->known, 0, sizeof(watch->known)); /* unaware: each reader reports at once */
    enum status status = look(watch, 0, &list);
    if (status == STATUS_OK) {
        *ret_list = list;
    }
    return status;
}

static DWORD time_left(int timeout_ms, int64_t start_ms)
{
    if (timeout_ms < 0) {
        return INFINITE;
    }
    int64_t left_ms = timeout_ms - (clock_read_monotonic_ms() - start_ms);
    return left_ms > 0 ? (DWORD)left_ms : 0;
}

static enum status wait_for_change(struct pcsc_reader_watch *watch, int timeout_ms,
                                   struct pcsc_reader_list *list)
{
    int64_t start_ms = clock_read_monotonic_ms();
    struct pcsc_reader_list now;
    enum status status = pcsc_reader_now(watch, &now);
    DWORD left = time_left(timeout_ms, start_ms);
    while (status == STATUS_OK && left > 0 && pcsc_reader_same(&now, list)) {
        if (atomic_load(&watch->cancelled)) {
            return STATUS_STOPPED;
        }
        status = look(watch, left, &now);
        left = time_left(timeout_ms, start_ms);
    }
    if (status == STATUS_OK) {
        *list = now;
    }
    return status;
}

enum status pcsc_reader_wait(struct pcsc_reader_watch *watch, int timeout_ms,
                             struct pcsc_reader_list *list)
{
    atomic_store(&watch->waiting, true);
    enum status status =
        atomic_load(&watch->cancelled) ? STATUS_STOPPED : wait_for_change(watch, timeout_ms, list);
    atomic_store(&watch->waiting, false);
    return status;
}

void pcsc_reader_cancel(struct pcsc_reader_watch *watch)
{
    atomic_store(&watch->cancelled, true);
    /* SCardCancel ends a wait that has begun in the daemon; one that is just about to begin would
     * miss it. So it is repeated until the other thread is out. */
    while (atomic_load(&watch->waiting)) {
        (void)SCardCancel(watch->context);
        pcsc_platform_pause();
    }
}

static bool silent_change(const char *from, const char *to)
{
    bool found = false;
    while (atomic_flag_test_and_set(&silent.lock)) {
    }
    for (size_t i = 0; i < PCSC_READERS_MAX && !found; i++) {
        found = text_equal(silent.names[i], from);
        if (found) {
            text_take(silent.names[i], PCSC_READER_NAME_MAX, to);
        }
    }
    atomic_flag_clear(&silent.lock);
    return found;
}

static enum status transaction_begin(struct pcsc_reader_card *card)
{
    LONG code = SCardBeginTransaction(card->handle);
    if (code == (LONG)SCARD_W_RESET_CARD) {
        /* Another program reset the card before our transaction: nothing of ours was open yet. */
        code =
            SCardReconnect(card->handle, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                           SCARD_LEAVE_CARD, &card->protocol);
        if (code == SCARD_S_SUCCESS) {
            code = SCardBeginTransaction(card->handle);
        }
    }
    return meaning_of(code, STATUS_READER_SERVICE);
}

static enum status card_connect(const char *name, struct pcsc_reader_card *card)
{
    LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &card->context);
    if (code != SCARD_S_SUCCESS) {
        return meaning_of(code, STATUS_READER_SERVICE);
    }
    code = PCSC_PLATFORM_CONNECT(card->context, name, SCARD_SHARE_SHARED,
                                 SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card->handle,
                                 &card->protocol);
    if (code != SCARD_S_SUCCESS) {
        (void)SCardReleaseContext(card->context);
        bool absent = code == (LONG)SCARD_W_REMOVED_CARD;
        return absent ? STATUS_CARD_ABSENT : meaning_of(code, STATUS_READER_SERVICE);
    }
    enum status status = transaction_begin(card);
    if (status != STATUS_OK) {
        (void)SCardDisconnect(card->handle, SCARD_LEAVE_CARD);
        (void)SCardReleaseContext(card->context);
    }
    return status;
}

enum status pcsc_reader_connect(const char *name, struct pcsc_reader_card **ret_card)
{
    if (silent_change(name, name)) {
        return STATUS_CARD_SILENT;
    }
    struct pcsc_reader_card *card = calloc(1, sizeof(*card));
    if (card == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    text_take(card->name, sizeof(card->name), name);
    enum status status = patience_open(&card->patience);
    if (status == STATUS_OK) {
        status = card_connect(name, card);
    }
    if (status != STATUS_OK) {
        patience_close(&card->patience);
        free(card);
        return status;
    }
    *ret_card = card;
    return STATUS_OK;
}

/* Only these instructions leave the security status of a card as it is (ISO/IEC 7816-4, 11). */
static bool instruction_is_harmless(uint8_t ins)
{
    static const uint8_t harmless[] = { 0xA4, 0xB0, 0xB2, 0xC0, 0xCA, 0xCB, 0xF7, 0xF8, 0xFD };
    return memchr(harmless, ins, sizeof(harmless)) != NULL;
}

/* What the answer means when the call failed: the command may have reached the card. */
static enum status transmit_failure(LONG code)
{
    enum status status = meaning_of(code, STATUS_CARD_UNKNOWN_OUTCOME);
    if (status == STATUS_READER_NONE || status == STATUS_CARD_ABSENT) {
        return STATUS_CARD_REMOVED;
    }
    bool is_unknown = status == STATUS_READER_SERVICE || status == STATUS_CARD_ANSWER ||
                      status == STATUS_CARD_LIMIT;
    return is_unknown ? STATUS_CARD_UNKNOWN_OUTCOME : status;
}

static void transmit_now(void *context)
{
    struct pcsc_reader_card *card = context;
    const SCARD_IO_REQUEST *protocol =
        card->protocol == SCARD_PROTOCOL_T1 ? SCARD_PCI_T1 : SCARD_PCI_T0;
    card->code = SCardTransmit(card->handle, protocol, card->command, card->command_len, NULL,
                               card->answer, &card->answer_len);
}

/* False: the card is silent, and nothing of `card` is ours any more but the pointer. */
static bool call_card(struct pcsc_reader_card *card, void (*call)(void *context), int timeout_ms)
{
    if (!card->silent && !patience_call(card->patience, timeout_ms, call, card)) {
        card->silent = true;
        (void)silent_change("", card->name);
    }
    return !card->silent;
}

static enum status take_answer(const struct pcsc_reader_card *card, size_t room, struct buf *answer)
{
    if (card->code != SCARD_S_SUCCESS) {
        return transmit_failure(card->code);
    }
    /* pcsc-lite reports success with nothing received when the card goes in the middle. */
    if (card->answer_len < 2 || card->answer_len > room ||
        !buf_put(answer, span_of(card->answer, card->answer_len))) {
        return STATUS_CARD_UNKNOWN_OUTCOME;
    }
    return STATUS_OK;
}

enum status pcsc_reader_transmit(struct pcsc_reader_card *card, struct span command,
                                 struct buf *answer)
{
    if (command.len < 4 || command.len > PCSC_COMMAND_MAX) {
        return STATUS_BAD_VALUE;
    }
    size_t room = answer->max - answer->len;
    if (answer->full || room < 2) {
        return STATUS_CARD_LIMIT; /* found before anything is sent */
    }
    card->touched = card->touched || !instruction_is_harmless(command.ptr[1]);
    memcpy(card->command, command.ptr, command.len);
    card->command_len = (DWORD)command.len;
    card->answer_len = (DWORD)(room < PCSC_ANSWER_MAX ? room : PCSC_ANSWER_MAX);
    if (!call_card(card, transmit_now,
                   command.ptr[1] == INS_GENERATE ? PATIENCE_GENERATE_MS : PATIENCE_MS)) {
        return STATUS_CARD_SILENT;
    }
    enum status status = take_answer(card, room, answer);
    wipe(card->command, card->command_len);
    wipe(card->answer, card->answer_len <= PCSC_ANSWER_MAX ? card->answer_len : PCSC_ANSWER_MAX);
    return status;
}

static void reset_now(void *context)
{
    struct pcsc_reader_card *card = context;
    card->code =
        SCardReconnect(card->handle, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                       SCARD_RESET_CARD, &card->protocol);
}

enum status pcsc_reader_reset(struct pcsc_reader_card *card)
{
    if (!call_card(card, reset_now, PATIENCE_MS)) {
        return STATUS_CARD_SILENT;
    }
    if (card->code == SCARD_S_SUCCESS) {
        card->touched = false;
    }
    return meaning_of(card->code, STATUS_READER_SERVICE);
}

static void disconnect_now(struct pcsc_reader_card *c, bool leave)
{
    DWORD disposition = leave ? SCARD_LEAVE_CARD : SCARD_RESET_CARD;
    /* The reset comes with the end of the transaction, so that no other program gets in between;
     * if that failed, the card is reset without one. */
    if (SCardEndTransaction(c->handle, disposition) == SCARD_S_SUCCESS) {
        disposition = SCARD_LEAVE_CARD;
    }
    (void)SCardDisconnect(c->handle, disposition);
    (void)SCardReleaseContext(c->context);
}

/* The answer has come after all, or the card is out. */
static void disconnect_late(void *context)
{
    struct pcsc_reader_card *c = context;
    disconnect_now(c, false);
    (void)silent_change(c->name, "");
    wipe(c, sizeof(*c));
    free(c);
}

void pcsc_reader_disconnect(struct pcsc_reader_card **card, enum pcsc_end end)
{
    struct pcsc_reader_card *c = *card;
    if (c == NULL) {
        return;
    }
    *card = NULL;
    if (c->silent) {
        struct patience *patience = c->patience;
        patience_leave(&patience, disconnect_late, c);
        return;
    }
    patience_close(&c->patience);
    disconnect_now(c, end == PCSC_END_LEAVE && !c->touched);
    wipe(c, sizeof(*c));
    free(c);
}
