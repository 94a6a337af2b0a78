/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"
#include "test/lib/test.h"
#include "vcard/vcard.h"
#include "vcard/vcard_crypto.h"

/* play: a virtual card under test, commands and answers as hex.
 *
 *     struct play p;
 *     play_start(&p, VCARD_MODEL_STANDARD);
 *     CHECK_EQ(play(&p, "00 20 00 80"), 0x63C3);
 *     CHECK_TEXT(play_data(&p), "7c02...");
 *
 * Entropy counts up, so that a run is repeatable and no two commands draw the same. */
enum { PLAY_COMMAND_MAX = 66000 };

struct play {
    struct vcard card;
    uint32_t entropy;
    enum vcard_outcome outcome;
    uint8_t memory[VCARD_ANSWER_MAX];
    struct buf answer;
    char text[2 * VCARD_ANSWER_MAX + 1];
};

#define PLAY_SELECT "00A4040005A000000308"
#define PLAY_PIN "313233343536FFFF"
#define PLAY_PUK "3132333435363738"
#define PLAY_VERIFY "00200080 08" PLAY_PIN
#define PLAY_WRONG "00200080 08 393939393939FFFF"

static inline void play_start_with(struct play *p, const struct vcard_options *options)
{
    p->entropy = 0;
    vcard_init(&p->card, options);
    vcard_saved(&p->card);
    p->answer = buf_of(p->memory, sizeof p->memory);
}

static inline void play_start(struct play *p, enum vcard_model model)
{
    struct vcard_options options = vcard_model_options(model);
    play_start_with(p, &options);
}

static inline uint16_t play_sw(const struct play *p)
{
    if (p->answer.len < 2) {
        return 0;
    }
    return (uint16_t)(p->answer.ptr[p->answer.len - 2] << 8 | p->answer.ptr[p->answer.len - 1]);
}

static inline struct span play_bytes(const struct play *p)
{
    return span_of(p->answer.ptr, p->answer.len < 2 ? 0 : p->answer.len - 2);
}

static inline const char *play_data(struct play *p)
{
    CHECK(text_of_hex(play_bytes(p), p->text, sizeof p->text));
    return p->text;
}

static inline uint16_t play_span(struct play *p, struct span command)
{
    uint8_t entropy[VCARD_ENTROPY_LEN] = { 0 };
    struct buf counter = BUF(entropy);
    buf_put_u32(&counter, ++p->entropy);
    p->outcome = vcard_transmit(&p->card, command, SPAN_OF(entropy), &p->answer);
    return play_sw(p);
}

/* Hex with spaces wherever they help reading. */
static inline struct span play_parse(const char *hex, uint8_t *memory, size_t max)
{
    char packed[4096];
    size_t len = 0;
    struct buf bytes = buf_of(memory, max);
    for (; *hex != '\0'; hex++) {
        if (*hex != ' ') {
            packed[len++] = *hex;
        }
        CHECK(len < sizeof packed);
    }
    packed[len] = '\0';
    CHECK(text_parse_hex(packed, &bytes));
    return buf_span(&bytes);
}

static inline uint16_t play(struct play *p, const char *hex)
{
    uint8_t memory[2048];
    return play_span(p, play_parse(hex, memory, sizeof memory));
}

/* SELECT, and the mutual authentication with the key that the card's memory holds. */
static inline uint16_t play_open_management(struct play *p)
{
    const struct vcard_memory *m = &p->card.memory;
    size_t block = vcard_crypto_block_len(m->management_algorithm);
    uint8_t memory[64], witness[VCARD_BLOCK_MAX];
    struct buf command = BUF(memory);
    const uint8_t start[] = { 0x00, 0x87, m->management_algorithm, 0x9B, 0x04, 0x7C, 0x02,
                              0x80, 0x00 };
    CHECK_EQ(play(p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play_span(p, SPAN_OF(start)), 0x9000);
    CHECK(vcard_crypto_decrypt(m->management_algorithm,
                               span_of(m->management_key, m->management_len),
                               span_part(play_bytes(p), 4, block), witness));
    uint8_t inner = (uint8_t)(4 + 2 * block);
    const uint8_t head[] = { 0x00,  0x87, m->management_algorithm, 0x9B, (uint8_t)(inner + 2), 0x7C,
                             inner, 0x80, (uint8_t)block };
    const uint8_t challenge[VCARD_BLOCK_MAX] = { 1, 2, 3 };
    buf_put(&command, SPAN_OF(head));
    buf_put(&command, span_of(witness, block));
    buf_put_u8(&command, 0x81);
    buf_put_u8(&command, (uint8_t)block);
    CHECK(buf_put(&command, span_of(challenge, block)));
    return play_span(p, buf_span(&command));
}

/* A blank card with a P-256 key in the slot, selected, 9B open, no PIN. */
static inline void play_start_key(struct play *p, enum vcard_model model, uint8_t slot)
{
    const uint8_t generate[] = { 0x00, 0x47, 0x00, slot, 0x05, 0xAC, 0x03, 0x80, 0x01, 0x11 };
    play_start(p, model);
    CHECK_EQ(play_open_management(p), 0x9000);
    CHECK_EQ(play_span(p, SPAN_OF(generate)), 0x9000);
}

/* A signature over 32 bytes of AA. */
static inline uint16_t play_sign(struct play *p, uint8_t slot)
{
    uint8_t memory[64];
    struct buf command = BUF(memory);
    const uint8_t head[] = { 0x00, 0x87, 0x11, slot, 0x26, 0x7C, 0x24, 0x82, 0x00, 0x81, 0x20 };
    buf_put(&command, SPAN_OF(head));
    for (int i = 0; i < 32; i++) {
        buf_put_u8(&command, 0xAA);
    }
    return play_span(p, buf_span(&command));
}
