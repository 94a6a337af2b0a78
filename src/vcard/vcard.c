/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard.h"

#include "base/check.h"
#include "base/secret.h"
#include "vcard/vcard_command.h"
#include "vcard/vcard_factory.h"
#include "vcard/vcard_object.h"
#include "vcard/vcard_timing.h"

/* Three layers, outermost first: the fault (vcard_transmit), one physical APDU with its chain and
 * kept answer (physical_run), one logical command (vcard_command_run). */
enum { INS_GET_RESPONSE = 0xC0, INS_PUT_DATA = 0xDB, CLA_CHAIN = 0x10, CLA_SECURE = 0x0C };
enum { SW_COUNT_MAX = 0xFF };

void vcard_init(struct vcard *card, const struct vcard_options *options)
{
    REQUIRE(vcard_model_options_valid(options));
    wipe(card, sizeof *card);
    card->options = *options;
    vcard_factory_fill(card);
}

void vcard_reset(struct vcard *card)
{
    wipe(&card->session, sizeof card->session);
}

void vcard_arm(struct vcard *card, const struct vcard_fault *fault)
{
    card->fault = *fault;
    card->apdus = 0;
}

void vcard_saved(struct vcard *card)
{
    card->changed = false;
}

void vcard_wipe(struct vcard *card)
{
    wipe(card, sizeof *card);
}

struct span vcard_atr(const struct vcard *card)
{
    return span_of(card->options.atr, card->options.atr_len);
}

static bool reference_is(const struct vcard_reference *reference, const char *text)
{
    uint8_t padded[VCARD_REFERENCE_LEN];
    return vcard_model_pad(text, padded) && memcmp(reference->bytes, padded, sizeof padded) == 0;
}

bool vcard_pin_is(const struct vcard *card, const char *pin)
{
    return reference_is(&card->memory.pin, pin);
}

bool vcard_puk_is(const struct vcard *card, const char *puk)
{
    return reference_is(&card->memory.puk, puk);
}

static void answer_word(struct buf *answer, unsigned sw)
{
    buf_put_u16(answer, (uint16_t)sw);
}

/* 61xx counts up to 255; 00 says 256 or more. */
static uint8_t word_count(size_t len)
{
    return len > SW_COUNT_MAX ? 0 : (uint8_t)len;
}

static void kept_drop(struct vcard_session *session)
{
    wipe(session->kept, session->kept_len);
    session->kept_at = 0;
    session->kept_len = 0;
}

static void kept_give(struct vcard_session *session, size_t le, struct buf *answer)
{
    struct span rest = span_part(span_of(session->kept, session->kept_len), session->kept_at, le);
    buf_put(answer, rest);
    session->kept_at += rest.len;
    size_t left = session->kept_len - session->kept_at;
    answer_word(answer,
                left > 0 ? VCARD_SW_MORE | (unsigned)word_count(left) : (unsigned)VCARD_SW_OK);
    if (left == 0) {
        kept_drop(session);
    }
}

static bool le_is_wrong(const struct vcard *card, const struct vcard_apdu *apdu, size_t len)
{
    bool strict = (card->options.features & VCARD_FEATURE_WRONG_LE) != 0;
    bool small = apdu->le < len && len <= SW_COUNT_MAX;
    return strict && apdu->le_given && !apdu->extended && small && vcard_command_is_read(apdu->ins);
}

/* ISO/IEC 7816-3, 12.2: over T=0 a command sends data or takes them, never both; who asks for
 * another length than there is learns the right one. True: the answer is given. */
static bool answer_later(struct vcard *card, const struct vcard_apdu *apdu, struct buf *answer)
{
    size_t len = card->session.kept_len;
    bool later = (card->options.features & VCARD_FEATURE_ANSWER_LATER) != 0 && !apdu->extended;
    if (!later || len == 0) {
        return false;
    }
    if (apdu->data.len > 0) {
        answer_word(answer, VCARD_SW_MORE | (unsigned)word_count(len));
        return true;
    }
    if (len <= SW_COUNT_MAX && apdu->le != len) {
        kept_drop(&card->session);
        answer_word(answer, VCARD_SW_WRONG_LE | (unsigned)len);
        return true;
    }
    return false;
}

static void answer_give(struct vcard *card, const struct vcard_apdu *apdu, struct span data,
                        struct buf *answer)
{
    struct vcard_session *session = &card->session;
    if (le_is_wrong(card, apdu, data.len)) {
        answer_word(answer, VCARD_SW_WRONG_LE | (unsigned)data.len);
        return;
    }
    if (data.len > 0) {
        memcpy(session->kept, data.ptr, data.len);
    }
    session->kept_len = data.len;
    if (!answer_later(card, apdu, answer)) {
        kept_give(session, apdu->le, answer);
    }
}

/* ISO/IEC 7816-4, 11.3.1. A strict card names the right Le when asked for more than it has. */
static void get_response(struct vcard *card, const struct vcard_apdu *apdu, struct buf *answer)
{
    struct vcard_session *session = &card->session;
    size_t left = session->kept_len - session->kept_at;
    bool strict = (card->options.features & VCARD_FEATURE_WRONG_LE) != 0;
    if (apdu->p1 != 0 || apdu->p2 != 0) {
        answer_word(answer, VCARD_SW_P1P2);
        return;
    }
    if (left == 0) {
        answer_word(answer, VCARD_SW_CONDITIONS);
        return;
    }
    if (strict && apdu->le > left && apdu->le < VCARD_LE_SHORT_MAX) {
        answer_word(answer, VCARD_SW_WRONG_LE | (unsigned)word_count(left));
        return;
    }
    kept_give(session, apdu->le, answer);
}

/* Class byte of the interindustry class without channel or secure messaging (part 2, 2.4). */
static uint16_t class_check(uint8_t cla)
{
    uint8_t rest = cla & (uint8_t)~CLA_CHAIN;
    if (rest == 0) {
        return VCARD_SW_OK;
    }
    if ((rest & 0xF0) != 0) {
        return VCARD_SW_CLA;
    }
    return (rest & CLA_SECURE) != 0 ? VCARD_SW_SECURE_MESSAGING : VCARD_SW_CHANNEL;
}

static void chain_drop(struct vcard_session *session)
{
    wipe(session->chain, session->chain_len);
    session->chain_len = 0;
    session->chain_open = false;
}

/* A part joins the chain under way when INS, P1 and P2 are the same. So does the first part of the
 * next attempt after an abandoned one: only another command, SELECT for one, ends a chain. */
static bool chain_add(struct vcard_session *session, const struct vcard_apdu *apdu)
{
    const uint8_t header[3] = { apdu->ins, apdu->p1, apdu->p2 };
    if (memcmp(session->chain_header, header, sizeof header) != 0) {
        chain_drop(session);
    }
    if (apdu->data.len > VCARD_COMMAND_MAX - session->chain_len) {
        chain_drop(session);
        return false;
    }
    memcpy(session->chain_header, header, sizeof header);
    if (apdu->data.len > 0) {
        memcpy(session->chain + session->chain_len, apdu->data.ptr, apdu->data.len);
    }
    session->chain_len += apdu->data.len;
    session->chain_open = (apdu->cla & CLA_CHAIN) != 0;
    return true;
}

static void chain_stream(struct vcard *card)
{
    bool streams = (card->options.features & VCARD_FEATURE_PUT_STREAMS) != 0;
    const struct vcard_session *session = &card->session;
    if (streams && session->chain_header[0] == INS_PUT_DATA &&
        session->application == VCARD_PIV_SELECTED) {
        vcard_object_stream(card, span_of(session->chain, session->chain_len));
    }
}

static void logical_run(struct vcard *card, const struct vcard_apdu *apdu, struct span entropy,
                        struct buf *answer)
{
    uint8_t memory[VCARD_ANSWER_MAX];
    struct buf out = BUF(memory);
    struct vcard_call call = {
        .ins = apdu->ins,
        .p1 = apdu->p1,
        .p2 = apdu->p2,
        .data = span_of(card->session.chain, card->session.chain_len),
        .random = vcard_crypto_random(entropy),
        .out = &out,
    };
    uint16_t sw = vcard_command_run(card, &call);
    card->drew = call.random.counter > 0;
    wipe(&call.random, sizeof call.random);
    chain_drop(&card->session);
    if (sw != VCARD_SW_OK) {
        answer_word(answer, sw);
        return;
    }
    answer_give(card, apdu, buf_span(&out), answer);
}

static void physical_run(struct vcard *card, const struct vcard_apdu *apdu, struct span entropy,
                         struct buf *answer)
{
    bool extended = (card->options.features & VCARD_FEATURE_EXTENDED) != 0;
    uint16_t class_word = class_check(apdu->cla);
    if (class_word != VCARD_SW_OK || (apdu->extended && !extended)) {
        answer_word(answer, class_word != VCARD_SW_OK ? class_word : VCARD_SW_LENGTH);
        return;
    }
    if (apdu->ins == INS_GET_RESPONSE) {
        get_response(card, apdu, answer);
        return;
    }
    kept_drop(&card->session);
    if (!chain_add(&card->session, apdu)) {
        answer_word(answer, VCARD_SW_LENGTH);
        return;
    }
    if (card->session.chain_open) {
        chain_stream(card);
        answer_word(answer, VCARD_SW_OK);
        return;
    }
    logical_run(card, apdu, entropy, answer);
}

static void command_run(struct vcard *card, struct span command, struct span entropy,
                        struct buf *answer)
{
    struct vcard_apdu apdu = { .ins = 0 };
    if (vcard_apdu_parse(command, &apdu)) {
        physical_run(card, &apdu, entropy, answer);
    } else {
        answer_word(answer, VCARD_SW_LENGTH);
    }
    card->duration_us = vcard_timing_us(&apdu, command.len + answer->len);
}

static void command_tear(struct vcard *card, struct span command)
{
    struct vcard_apdu apdu;
    struct vcard_session *session = &card->session;
    if (vcard_apdu_parse(command, &apdu) && apdu.ins == INS_PUT_DATA &&
        session->application == VCARD_PIV_SELECTED && chain_add(session, &apdu)) {
        vcard_object_tear(card, span_of(session->chain, session->chain_len));
    }
}

static struct vcard_fault fault_take(struct vcard *card)
{
    struct vcard_fault fault = { .kind = VCARD_FAULT_NONE };
    card->apdus++;
    if (vcard_fault_stays(&card->fault)) {
        return card->fault.at <= card->apdus ? card->fault : fault;
    }
    if (card->fault.kind != VCARD_FAULT_NONE && card->fault.at == card->apdus) {
        fault = card->fault;
        card->fault = (struct vcard_fault){ .kind = VCARD_FAULT_NONE };
    }
    return fault;
}

enum vcard_outcome vcard_transmit(struct vcard *card, struct span command, struct span entropy,
                                  struct buf *answer)
{
    struct vcard_fault fault = fault_take(card);
    REQUIRE(answer->max >= VCARD_ANSWER_MAX);
    buf_clear(answer);
    card->duration_us = 0;
    card->drew = false;
    switch (fault.kind) {
    case VCARD_FAULT_CUT_BEFORE:
        return VCARD_CUT;
    case VCARD_FAULT_TEAR:
        command_tear(card, command);
        return VCARD_CUT;
    case VCARD_FAULT_REFUSE:
        answer_word(answer, fault.sw);
        return VCARD_ANSWERED;
    case VCARD_FAULT_LOOP:
    case VCARD_FAULT_ENDLESS:
        vcard_fault_spoil(&fault, answer);
        return VCARD_ANSWERED;
    default:
        break;
    }
    command_run(card, command, entropy, answer);
    if (fault.kind == VCARD_FAULT_CUT_AFTER) {
        buf_clear(answer);
        return VCARD_CUT;
    }
    vcard_fault_spoil(&fault, answer);
    return fault.kind == VCARD_FAULT_STALL ? VCARD_STALLED : VCARD_ANSWERED;
}
