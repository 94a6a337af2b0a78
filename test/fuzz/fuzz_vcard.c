/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard.h"

#include <string.h>

#include "test/fuzz/fuzz.h"
#include "vcard/vcard_crypto.h"
#include "vcard/vcard_store.h"

/* A sequence of commands to the virtual card. The input is the model, features to turn over (32
 * bits), then commands, each behind its length (8 bits). Length 0 opens 9B, which no mutation would
 * find; length FF is a power cycle. The mutator works on whole commands and has those of the
 * standard at hand. */
enum { OPEN_9B = 0, POWER_CYCLE = 0xFF, HEAD_LEN = 5, COMMANDS_MAX = 24 };

static struct vcard card;
static struct vcard_memory before;
static uint8_t answer_memory[VCARD_ANSWER_MAX], store_memory[VCARD_STORE_MAX];
static uint32_t drawn;

#define COMMAND(bytes) SPAN_TEXT(bytes)
static struct span command_at(size_t index)
{
    const struct span commands[] = {
        COMMAND("\x00\xA4\x04\x00\x05\xA0\x00\x00\x03\x08"),
        COMMAND("\x00\x20\x00\x80\x08"
                "123456\xFF\xFF"),
        COMMAND("\x00\x20\x00\x80\x08"
                "999999\xFF\xFF"),
        COMMAND("\x00\x20\x00\x80"),
        COMMAND("\x00\x20\xFF\x80"),
        COMMAND("\x00\x24\x00\x80\x10"
                "123456\xFF\xFF"
                "654321\xFF\xFF"),
        COMMAND("\x00\x24\x00\x81\x10"
                "12345678"
                "87654321"),
        COMMAND("\x00\x2C\x00\x80\x10"
                "12345678"
                "123456\xFF\xFF"),
        COMMAND("\x00\x2C\x00\x80\x10"
                "99999999"
                "123456\xFF\xFF"),
        COMMAND("\x00\x47\x00\x9A\x05\xAC\x03\x80\x01\x11\x00"),
        COMMAND("\x00\x47\x00\x9C\x0B\xAC\x09\x80\x01\x11\xAA\x01\x03\xAB\x01\x01\x00"),
        COMMAND("\x00\x87\x11\x9A\x26\x7C\x24\x82\x00\x81\x20"
                "0123456789abcdef0123456789abcdef\x00"),
        COMMAND("\x00\x87\x0A\x9B\x04\x7C\x02\x81\x00\x00"),
        COMMAND("\x00\x87\x00\x9B\x04\x7C\x02\x80\x00\x00"),
        COMMAND("\x00\xDB\x3F\xFF\x0A\x5C\x03\x5F\xC1\x02\x53\x03"
                "abc"),
        COMMAND("\x10\xDB\x3F\xFF\x0A\x5C\x03\x5F\xC1\x05\x53\x06"
                "abc"),
        COMMAND("\x00\xDB\x3F\xFF\x03"
                "def"),
        COMMAND("\x00\xCB\x3F\xFF\x05\x5C\x03\x5F\xC1\x02\x00"),
        COMMAND("\x00\xCB\x3F\xFF\x03\x5C\x01\x7E\x00"),
        COMMAND("\x00\xC0\x00\x00\x00"),
        COMMAND("\x00\xF7\x00\x9A\x00"),
        COMMAND("\x00\xF8\x00\x00\x00"),
        COMMAND("\x00\xFD\x00\x00\x00"),
        COMMAND("\x00\xF9\x9A\x00\x00"),
        COMMAND("\x00\xF6\x82\x9A"),
        COMMAND("\x00\xFA\x05\x05"),
        COMMAND("\x00\xFB\x00\x00"),
        COMMAND("\x00\xFF\xFF\xFF\x13\x08\x9B\x10"
                "0123456789abcdef"),
        COMMAND("\x00\xA4\x04\x00\x00\x00\x05\xA0\x00\x00\x03\x08\x00\x00"),
    };
    return commands[index % COUNT(commands)];
}

/* ---- what must hold ---- */

static bool holds(struct span where, struct span what)
{
    return what.len > 0 && memmem(where.ptr, where.len, what.ptr, what.len) != NULL;
}

static void check_secrets(struct span answer)
{
    for (size_t i = 0; i < VCARD_KEYS; i++) {
        const struct vcard_key *key = &card.memory.keys[i];
        REQUIRE(!holds(answer, span_of(key->private_bytes, key->private_len)));
    }
}

static bool brings_back_tries(uint8_t ins)
{
    return ins == 0x20 || ins == 0x24 || ins == 0x2C || ins == 0xFA || ins == 0xFB;
}

static void check_tries(uint8_t ins, uint16_t sw)
{
    const struct vcard_reference *pin = &card.memory.pin, *puk = &card.memory.puk;
    REQUIRE(pin->tries_left <= pin->tries_max && puk->tries_left <= puk->tries_max);
    if (pin->tries_left > before.pin.tries_left) {
        REQUIRE(sw == 0x9000 && brings_back_tries(ins));
        REQUIRE(before.pin.tries_left > 0 || (ins != 0x20 && ins != 0x24));
    }
    if (puk->tries_left > before.puk.tries_left) {
        REQUIRE(sw == 0x9000 && brings_back_tries(ins) && ins != 0x20);
        REQUIRE(before.puk.tries_left > 0 || ins == 0xFA || ins == 0xFB);
    }
}

/* `open`: 9B was before this command. A reset needs no key; it needs both references blocked. */
static void check_memory(uint8_t ins, bool open)
{
    bool same = memcmp(&before, &card.memory, sizeof before) == 0;
    bool keys = memcmp(before.keys, card.memory.keys, sizeof before.keys) == 0;
    bool objects = memcmp(before.objects, card.memory.objects, sizeof before.objects) == 0;
    bool reset = ins == 0xFB && before.pin.tries_left == 0 && before.puk.tries_left == 0;
    REQUIRE(same || card.changed); /* else it would not be saved */
    REQUIRE((keys && objects) || open || reset);
}

static uint16_t word_of(const struct buf *answer)
{
    return (uint16_t)(answer->ptr[answer->len - 2] << 8 | answer->ptr[answer->len - 1]);
}

static struct span transmit(struct span command)
{
    uint8_t entropy[VCARD_ENTROPY_LEN] = { 0 };
    struct buf counter = BUF(entropy), answer = BUF(answer_memory);
    uint8_t ins = command.len > 1 ? command.ptr[1] : 0;
    bool open = card.session.management_open;
    buf_put_u32(&counter, ++drawn);
    before = card.memory;
    vcard_saved(&card);
    REQUIRE(vcard_transmit(&card, command, SPAN_OF(entropy), &answer) == VCARD_ANSWERED);
    REQUIRE(answer.len >= 2 && answer.len <= VCARD_ANSWER_MAX);
    uint16_t sw = word_of(&answer);
    REQUIRE(sw >> 12 == 6 || sw == 0x9000);
    check_secrets(buf_span(&answer));
    check_tries(ins, sw);
    check_memory(ins, open);
    return buf_span(&answer);
}

/* ---- what the input says ---- */

static void open_9b(void)
{
    const struct vcard_memory *m = &card.memory;
    size_t block = vcard_crypto_block_len(m->management_algorithm);
    uint8_t memory[64], witness[VCARD_BLOCK_MAX];
    struct buf command = BUF(memory);
    const uint8_t ask[] = { 0, 0x87, m->management_algorithm, 0x9B, 4, 0x7C, 2, 0x80, 0, 0 };
    struct span answer = transmit(SPAN_OF(ask));
    if (answer.len != block + 6 ||
        !vcard_crypto_decrypt(m->management_algorithm,
                              span_of(m->management_key, m->management_len),
                              span_part(answer, 4, block), witness)) {
        return;
    }
    uint8_t inner = (uint8_t)(4 + 2 * block);
    const uint8_t head[] = { 0,     0x87, m->management_algorithm, 0x9B, inner + 2, 0x7C,
                             inner, 0x80, (uint8_t)block };
    buf_put(&command, SPAN_OF(head));
    buf_put(&command, span_of(witness, block));
    buf_put_u8(&command, 0x81);
    buf_put_u8(&command, (uint8_t)block);
    buf_put(&command, span_of(witness, block));
    buf_put_u8(&command, 0);
    REQUIRE(!command.full);
    (void)transmit(buf_span(&command));
}

static bool begin_card(struct reader *in)
{
    uint8_t model;
    uint32_t turned;
    if (!reader_u8(in, &model) || !reader_u32(in, &turned)) {
        return false;
    }
    struct vcard_options options = vcard_model_options((enum vcard_model)(model % VCARD_MODEL_MAX));
    options.features ^= turned & ((1u << VCARD_FEATURES) - 1);
    options.features &=
        ~(uint32_t)(VCARD_FEATURE_RSA2048 | VCARD_FEATURE_RSA3072); /* a second for a key */
    vcard_model_settle(&options);
    if (!vcard_model_options_valid(&options)) {
        return false;
    }
    drawn = 0;
    vcard_init(&card, &options);
    return true;
}

static bool play_next(struct reader *in)
{
    uint8_t len;
    struct span command;
    if (!reader_u8(in, &len)) {
        return false;
    }
    if (len == OPEN_9B) {
        open_9b();
        return true;
    }
    if (len == POWER_CYCLE) {
        vcard_reset(&card);
        return true;
    }
    if (!reader_take(in, len, &command)) {
        return false;
    }
    (void)transmit(command);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct reader in = reader_of(span_of(bytes, len));
    struct buf store = BUF(store_memory);
    if (!begin_card(&in)) {
        return 0;
    }
    for (size_t i = 0; i < COMMANDS_MAX && play_next(&in); i++) {
    }
    before = card.memory;
    REQUIRE(vcard_store_encode(&card, &store) == STATUS_OK);
    REQUIRE(vcard_store_decode(buf_span(&store), &card) == STATUS_OK);
    REQUIRE(memcmp(&before, &card.memory, sizeof before) == 0);
    return 0;
}

/* ---- the mutator ---- */

/* Where the commands begin: at most COMMANDS_MAX of them, and the end. */
static size_t starts_of(const uint8_t *bytes, size_t len, size_t ret_starts[COMMANDS_MAX + 1])
{
    size_t count = 0, at = HEAD_LEN;
    while (at < len && count < COMMANDS_MAX) {
        ret_starts[count++] = at;
        size_t command = bytes[at] == POWER_CYCLE ? 0 : bytes[at];
        at += 1 + command;
    }
    ret_starts[count] = at < len ? at : len;
    return count;
}

static size_t replace(uint8_t *bytes, size_t len, size_t from, size_t to, struct span with)
{
    memmove(bytes + from + with.len, bytes + to, len - to);
    if (with.len > 0) {
        memcpy(bytes + from, with.ptr, with.len);
    }
    return len - (to - from) + with.len;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t max, unsigned seed)
{
    size_t starts[COMMANDS_MAX + 1];
    uint8_t memory[256];
    struct buf with = BUF(memory);
    if (len < HEAD_LEN || seed % 8 == 0) {
        return LLVMFuzzerMutate(bytes, len, max);
    }
    size_t count = starts_of(bytes, len, starts), chosen = seed / 64 % (count + 1);
    size_t from = starts[chosen], to = from;
    if (seed % 8 < 3 && chosen < count) { /* change or leave out one */
        to = starts[chosen + 1];
    }
    if (seed % 8 != 1) {
        struct span command = command_at(seed / 4096);
        uint8_t first = seed / 8 % 8 == 0 ? OPEN_9B : (uint8_t)command.len;
        first = seed / 8 % 8 == 1 ? POWER_CYCLE : first;
        buf_put_u8(&with, first);
        if (seed / 8 % 8 > 1) {
            buf_put(&with, command);
        }
    }
    if (len - (to - from) + with.len > max) {
        return LLVMFuzzerMutate(bytes, len, max);
    }
    len = replace(bytes, len, from, to, buf_span(&with));
    return seed % 16 == 15 ? LLVMFuzzerMutate(bytes, len, max) : len;
}
