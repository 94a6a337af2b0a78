/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* apdu: command and response as values (ISO/IEC 7816-4, clause 5).
 *
 *     struct apdu_command select = { .ins = INS_SELECT, .p1 = 4, .data = aid, .le = 256 };
 *
 * `data` is borrowed. `le` 0 means: no answer data expected; 256 or 65536: all there is.
 * Tests: test/unit/card/test_apdu.c */
enum {
    INS_VERIFY = 0x20,
    INS_CHANGE_REFERENCE = 0x24,
    INS_RESET_RETRY = 0x2C,
    INS_GENERATE = 0x47,
    INS_AUTHENTICATE = 0x87,
    INS_SELECT = 0xA4,
    INS_GET_RESPONSE = 0xC0,
    INS_GET_DATA = 0xCB,
    INS_PUT_DATA = 0xDB,
    INS_MOVE_KEY = 0xF6,      /* not in SP 800-73: Yubico */
    INS_GET_METADATA = 0xF7,  /* Yubico */
    INS_GET_SERIAL = 0xF8,    /* Yubico */
    INS_ATTEST = 0xF9,        /* Yubico */
    INS_RESET = 0xFB,         /* Yubico */
    INS_GET_VERSION = 0xFD,   /* Yubico */
    INS_SET_MANAGEMENT = 0xFF /* Yubico */
};

enum {
    SW_OK = 0x9000,
    SW_MORE = 0x6100,   /* 61xx: GET RESPONSE fetches xx more bytes, 00 = 256 or more */
    SW_FAILED = 0x6300, /* verification failed; 630x: x tries left (early YubiKey NEO) */
    SW_TRIES = 0x63C0,  /* 63Cx: the same as the standard has it */
    SW_WRONG_LENGTH = 0x6700,
    SW_SECURITY_STATUS = 0x6982, /* security status not satisfied */
    SW_BLOCKED = 0x6983,
    SW_NOT_USABLE = 0x6984, /* reference data not usable */
    SW_CONDITIONS = 0x6985,
    SW_WRONG_DATA = 0x6A80,
    SW_NOT_SUPPORTED = 0x6A81,
    SW_NOT_FOUND = 0x6A82,
    SW_NO_MEMORY = 0x6A84, /* not enough memory space in the file */
    SW_WRONG_P1P2 = 0x6A86,
    SW_REFERENCE_NOT_FOUND = 0x6A88,
    SW_WRONG_LE = 0x6C00, /* 6Cxx: repeat with Le = xx */
    SW_INS_UNKNOWN = 0x6D00,
    SW_NONE = 0 /* no status word arrived: the outcome is unknown */
};

enum {
    APDU_SHORT_DATA_MAX = 255,
    APDU_DATA_MAX = 4096,                 /* the largest data field that we ever send */
    APDU_COMMAND_MAX = APDU_DATA_MAX + 9, /* header, extended Lc and Le */
    APDU_ANSWER_MAX = 8192                /* the most answer data that we take from a card */
};

struct apdu_command {
    uint8_t cla, ins, p1, p2;
    struct span data;
    uint32_t le;
};

/* Short form when data <= 255 and le <= 256, extended form otherwise. STATUS_TOO_LARGE when it
 * fits neither or not into `ret_bytes`. */
MUST_USE enum status apdu_encode(const struct apdu_command *command, struct buf *ret_bytes);
/* Splits what a card sent into data and status word. Fewer than 2 bytes:
 * STATUS_CARD_UNKNOWN_OUTCOME, the command may have taken effect. */
MUST_USE enum status apdu_decode_answer(struct span answer, struct span *ret_data,
                                        uint16_t *ret_sw);
/* A passcode or PUK that is wrong or blocked: 63Cx, 630x, 6983. */
bool sw_refuses_secret(uint16_t sw);
/* The tries left that a 63Cx or 630x tells, 0 for 6983, -1 for 6300 and any other status word. */
int sw_tries_left(uint16_t sw);
