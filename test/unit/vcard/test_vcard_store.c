/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_store.h"

#include "test/unit/vcard/play.h"

static uint8_t memory[VCARD_STORE_MAX], again_memory[VCARD_STORE_MAX];

/* A card that has lived: keys, objects, a changed PIN, lost tries. */
static struct span lived(struct play *p)
{
    struct buf bytes = BUF(memory);
    play_start_key(p, VCARD_MODEL_MOVE, 0x9C);
    CHECK_EQ(play(p, "00470082 05 AC03800111"), 0x9000);
    CHECK_EQ(play(p, "00DB3FFF 0A 5C035FC102 5303AABBCC"), 0x9000);
    CHECK_EQ(play(p, "00240080 10" PLAY_PIN "363534333231FFFF"), 0x9000);
    CHECK_EQ(play(p, PLAY_WRONG), 0x63C2);
    CHECK_EQ(play(p, "00FFFFFF 13 089B10 000102030405060708090A0B0C0D0E0F"), 0x9000);
    CHECK_EQ(vcard_store_encode(&p->card, &bytes), STATUS_OK);
    return buf_span(&bytes);
}

/* The last 32 bytes made right again, so that the decoder itself is under test. */
static void seal(uint8_t *bytes, size_t len)
{
    CHECK(vcard_crypto_digest(span_of(bytes, len - VCARD_DIGEST_LEN),
                              bytes + len - VCARD_DIGEST_LEN));
}

TEST(vcard_store__brings_the_whole_card_back)
{
    static struct play p;
    static struct vcard back;
    struct span bytes = lived(&p);

    CHECK_EQ(vcard_store_decode(bytes, &back), STATUS_OK);

    CHECK_BYTES(&back.memory, &p.card.memory, sizeof back.memory);
    CHECK_BYTES(&back.options, &p.card.options, sizeof back.options);
    CHECK(vcard_pin_is(&back, "654321"));
    CHECK(!back.changed);
}

TEST(vcard_store__forgets_session_and_fault)
{
    static struct play p;
    static struct vcard back;
    const struct vcard_fault fault = { .kind = VCARD_FAULT_STALL, .at = 99 };
    struct span bytes = lived(&p);
    vcard_arm(&p.card, &fault);

    CHECK_EQ(vcard_store_decode(bytes, &back), STATUS_OK);

    const struct vcard_session blank = { .application = VCARD_NOTHING_SELECTED };
    CHECK_BYTES(&back.session, &blank, sizeof blank);
    CHECK_EQ(back.fault.kind, VCARD_FAULT_NONE);
}

TEST(vcard_store__is_canonical)
{
    static struct play p;
    static struct vcard back;
    struct buf again = BUF(again_memory);
    struct span bytes = lived(&p);
    CHECK_EQ(vcard_store_decode(bytes, &back), STATUS_OK);

    CHECK_EQ(vcard_store_encode(&back, &again), STATUS_OK);

    CHECK_SPAN(buf_span(&again), bytes);
}

TEST(vcard_store__refuses_every_flipped_bit_and_every_truncation)
{
    static struct play p;
    static struct vcard back;
    struct span bytes = lived(&p);
    back.apdus = 77;
    for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
        memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK_EQ(vcard_store_decode(bytes, &back), STATUS_BAD_FILE);
        memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t len = 0; len < bytes.len; len++) {
        CHECK_EQ(vcard_store_decode(span_of(memory, len), &back), STATUS_BAD_FILE);
    }
    CHECK_EQ(back.apdus, 77); /* untouched */
}

/* With a digest that fits, a change is refused or gives another card that is canonical itself. */
TEST(vcard_store__what_decodes_encodes_to_itself)
{
    static struct play p;
    static struct vcard back;
    struct span bytes = lived(&p);
    size_t refused = 0;
    for (size_t at = 0; at < bytes.len - VCARD_DIGEST_LEN; at++) {
        uint8_t kept = memory[at];
        memory[at] ^= 0xFF;
        seal(memory, bytes.len);
        if (vcard_store_decode(bytes, &back) == STATUS_OK) {
            struct buf again = BUF(again_memory);
            CHECK_EQ(vcard_store_encode(&back, &again), STATUS_OK);
            CHECK_SPAN(buf_span(&again), bytes);
        } else {
            refused++;
        }
        memory[at] = kept;
    }
    CHECK(refused > 100);
}

TEST(vcard_store__refuses_bytes_after_the_end)
{
    static struct play p;
    static struct vcard back;
    struct span bytes = lived(&p);
    memset(memory + bytes.len, 0, 1);
    seal(memory, bytes.len + 1);

    CHECK_EQ(vcard_store_decode(span_of(memory, bytes.len + 1), &back), STATUS_BAD_FILE);
}

TEST(vcard_store__refuses_tries_beyond_the_maximum)
{
    static struct play p;
    static struct vcard back;
    struct buf bytes = BUF(memory);
    play_start(&p, VCARD_MODEL_STANDARD);
    p.card.memory.pin.tries_left = 4;
    CHECK_EQ(vcard_store_encode(&p.card, &bytes), STATUS_OK);
    CHECK_EQ(vcard_store_decode(buf_span(&bytes), &back), STATUS_BAD_FILE);

    p.card.memory.pin.tries_left = 3;
    p.card.memory.management_len = 16;
    CHECK_EQ(vcard_store_encode(&p.card, &bytes), STATUS_OK);
    CHECK_EQ(vcard_store_decode(buf_span(&bytes), &back), STATUS_BAD_FILE);
}

TEST(vcard_store__holds_a_card_that_is_full)
{
    static struct vcard card, back;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_MOVE);
    struct buf bytes = BUF(memory);
    vcard_init(&card, &options);
    for (size_t i = 0; i < VCARD_OBJECTS; i++) {
        card.memory.objects[i].present = true;
        card.memory.objects[i].len = VCARD_OBJECT_MAX;
    }

    CHECK_EQ(vcard_store_encode(&card, &bytes), STATUS_OK);
    CHECK_EQ(vcard_store_decode(buf_span(&bytes), &back), STATUS_OK);
}

TEST(vcard_store__says_when_the_buffer_is_too_small)
{
    static struct play p;
    uint8_t small[100];
    struct buf bytes = BUF(small);
    play_start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(vcard_store_encode(&p.card, &bytes), STATUS_TOO_LARGE);
}
