/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_broken.h"

#include <string.h>

#include "base/attr.h"
#include "crypto/digest.h"
#include "crypto/signature.h"
#include "sim/sim_fault.h"
#include "sim/sim_random.h"
#include "sim/sim_story.h"
#include "vcard/vcard_crypto.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"

enum { LIARS = 250, INS_PUT = 0xDB, CLA_CHAIN = 0x10, CERTIFICATE_LEN = 100 }; /* of 1000 days */

static const struct {
    uint32_t tag;
    uint8_t list[5]; /* SP 800-73-4 part 2, table 11: '5C', a length, the tag */
    uint8_t slot;
} written[] = {
    { 0x5FC105, { 0x5C, 0x03, 0x5F, 0xC1, 0x05 }, 0x9A },
    { 0x5FC10A, { 0x5C, 0x03, 0x5F, 0xC1, 0x0A }, 0x9C },
};

/* Which of them each chain of commands is about; COUNT(written): another object. */
static size_t putting[SIM_CARDS_MAX];

/* ---- lies ---- */

bool sim_broken_lies(const struct sim_card *card)
{
    enum vcard_lie lie = (enum vcard_lie)card->card.options.lie;
    return lie != VCARD_LIE_NONE && lie != VCARD_LIE_DEFAULT_PIN; /* a habit: sim_odd.h */
}

static bool can_lie(const struct sim_card *card, enum vcard_lie lie)
{
    bool attests = (card->card.options.features & VCARD_FEATURE_ATTEST) != 0;
    return !card->is_operator && !card->is_stolen && (attests || lie == VCARD_LIE_SAME_NONCE);
}

void sim_broken_begin(void)
{
    enum vcard_lie lie = sim_random_chance(500) ? VCARD_LIE_SAME_NONCE : VCARD_LIE_ATTEST_KEY;
    size_t count = sim_reader_cards(), first = sim_random_below((uint32_t)count);
    bool is_there = sim_random_chance(LIARS);
    for (size_t i = 0; i < count && is_there; i++) {
        struct sim_card *card = sim_reader_card((first + i) % count);
        if (can_lie(card, lie)) {
            card->card.options.lie = (uint8_t)lie;
            sim_story_tell("%s's card lies: %s", card->name, vcard_model_lie_name(lie));
            return;
        }
    }
}

void sim_broken_end(void)
{
    for (size_t i = 0; i < sim_reader_cards(); i++) {
        struct sim_card *card = sim_reader_card(i);
        card->card.options.lie = sim_broken_lies(card) ? VCARD_LIE_NONE : card->card.options.lie;
    }
}

/* ---- what was written ---- */

static size_t index_in(struct span command)
{
    size_t i = 0;
    while (i < COUNT(written) &&
           memmem(command.ptr, command.len, written[i].list, sizeof(written[i].list)) == NULL) {
        i++;
    }
    return i;
}

static void spoil(struct sim_card *card, size_t index, struct vcard_object *object)
{
    enum sim_fault fault = sim_fault_at(SIM_AT_WRITTEN);
    struct vcard_key *key = vcard_key_slot(&card->card, written[index].slot);
    if (fault == SIM_NOTHING) {
        return;
    }
    sim_story_tell("%s's card, certificate %u in %02X: %s", card->name,
                   sim_fault_visits(SIM_AT_WRITTEN), written[index].slot, sim_fault_name(fault));
    if (fault == SIM_CERTIFICATE_SPOILED) {
        object->bytes[object->len / 2] ^= 1;
    } else if (key->private_len > 0) {
        key->private_bytes[key->private_len - 1] ^= 1;
    }
}

void sim_broken_after(size_t index, struct span command)
{
    struct sim_card *card = sim_reader_card(index);
    size_t *at = &putting[index];
    if (command.len < 2 || command.ptr[1] != INS_PUT) {
        *at = COUNT(written);
        return;
    }
    size_t named = index_in(command);
    *at = named < COUNT(written) ? named : *at;
    if ((command.ptr[0] & CLA_CHAIN) != 0 || *at >= COUNT(written)) {
        return;
    }
    struct vcard_object *object = &card->card.memory.objects[vcard_object_index(written[*at].tag)];
    if (object->present && object->len > CERTIFICATE_LEN) { /* else it was removed */
        spoil(card, *at, object);
    }
    *at = COUNT(written);
}

/* ---- does it sign? ---- */

bool sim_broken_signs(struct vcard *card, uint8_t slot)
{
    uint8_t digest[DIGEST_SHA256_LEN] = { 1 }, memory[VCARD_SIGNATURE_MAX];
    struct buf signature = BUF(memory);
    struct public_key key;
    const struct vcard_key *held = vcard_key_slot(card, slot);
    struct vcard_random random = vcard_crypto_random(SPAN_OF(digest));
    enum key_type type = KEY_TYPE_NONE;
    return public_key_type_by_piv(held->algorithm, &type) && !public_key_type_is_rsa(type) &&
           public_key_of_point(type, vcard_key_public(held), &key) == STATUS_OK &&
           vcard_crypto_sign(vcard_crypto_algorithm(held->algorithm), vcard_key_private(held),
                             SPAN_OF(digest), &random, &signature) &&
           signature_verify(&key, DIGEST_SHA256, SPAN_OF(digest), buf_span(&signature)) ==
               STATUS_OK;
}
