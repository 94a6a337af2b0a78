/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_attest.h"

#include "test/unit/vcard/play.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"

/* Whether a certificate is good, openssl and the product say: test/e2e/test_attest.py. */

/* Tag 70 around a certificate with what is read of it: version, serial number, algorithm, issuer,
 * validity of two bytes, subject of two bytes. */
static const uint8_t device[] = { 0x70, 0x18, 0x30, 0x16, 0x30, 0x14, 0xA0, 0x03, 0x02,
                                  0x01, 0x02, 0x02, 0x01, 0x01, 0x30, 0x00, 0x30, 0x00,
                                  0x30, 0x02, 0x05, 0x00, 0x30, 0x02, 0x31, 0x00 };

static void make_key_of(struct play *p, uint8_t reference, uint8_t algorithm)
{
    static const uint8_t seed[32] = { 1 };
    struct vcard_key *key = vcard_key_slot(&p->card, reference);
    struct vcard_random random = vcard_crypto_random(SPAN_OF(seed));
    struct buf private_bytes = BUF(key->private_bytes), public_bytes = BUF(key->public_bytes);
    key->algorithm = algorithm;
    key->pin_policy = VCARD_PIN_ALWAYS;
    key->origin = VCARD_KEY_GENERATED;
    CHECK(vcard_crypto_generate(vcard_crypto_algorithm(algorithm), &random, &private_bytes,
                                &public_bytes));
    key->private_len = (uint16_t)private_bytes.len;
    key->public_len = (uint16_t)public_bytes.len;
}

static void make_key(struct play *p, uint8_t reference)
{
    make_key_of(p, reference, 0x11);
}

static void give_certificate(struct play *p)
{
    struct vcard_object *object = &p->card.memory.objects[vcard_object_index(0x5FFF01)];
    object->present = true;
    object->len = sizeof device;
    memcpy(object->bytes, device, sizeof device);
}

static void start(struct play *p)
{
    struct vcard_options options = vcard_model_options(VCARD_MODEL_METADATA);
    options.features |= VCARD_FEATURE_ATTEST;
    play_start_with(p, &options);
    CHECK_EQ(play(p, PLAY_SELECT), 0x9000);
    make_key(p, 0x9C);
    make_key(p, 0xF9);
    give_certificate(p);
}

static bool says(struct play *p, const char *hex)
{
    return strstr(play_data(p), hex) != NULL;
}

TEST(vcard_attest__tells_slot_serial_version_and_policy)
{
    struct play p;
    start(&p);

    CHECK_EQ(play(&p, "00F99C00 00 0000"), 0x9000);

    CHECK(says(&p, "59756269"));                           /* YubiKey ... */
    CHECK(says(&p, "74746573746174696f6e203963"));         /* ... ttestation 9c */
    CHECK(says(&p, "060a2b0601040182c40a03030403050403")); /* 5.4.3 */
    CHECK(says(&p, "030704060204"
                   "00989681"));     /* 10000001 */
    CHECK(says(&p, "030804020301")); /* always, never */
    CHECK(says(&p, "30020500"));     /* validity of F9's certificate */
}

TEST(vcard_attest__tells_the_numbers_of_an_rsa_key)
{
    struct play p;
    char modulus[2 * VCARD_PUBLIC_MAX + 1], numbers[sizeof modulus + 64];
    start(&p);
    make_key_of(&p, 0x9C, 0x07);
    struct span bytes = vcard_key_public(vcard_key_slot(&p.card, 0x9C));
    CHECK(text_of_hex(bytes, modulus, sizeof modulus));
    /* RFC 3279, 2.3.1: rsaEncryption, BIT STRING, SEQUENCE of modulus and 65537 */
    CHECK(text_format(numbers, sizeof numbers,
                      "06092a864886f70d0101010500"
                      "0382010f003082010a0282010100%s0203010001",
                      modulus));

    CHECK_EQ(play(&p, "00F99C00 00 0000"), 0x9000);

    CHECK(says(&p, numbers));
}

TEST(vcard_attest__needs_both_keys_and_the_makers_certificate)
{
    struct play p;
    start(&p);

    CHECK_EQ(play(&p, "00F99A00 00 0000"), 0x6A88); /* no key in 9A */
    CHECK_EQ(play(&p, "00F9F900 00 0000"), 0x6A86); /* not about itself */
    CHECK_EQ(play(&p, "00F99B00 00 0000"), 0x6A86);
    p.card.memory.objects[vcard_object_index(0x5FFF01)].present = false;
    CHECK_EQ(play(&p, "00F99C00 00 0000"), 0x6A82);
    give_certificate(&p);
    memset(vcard_key_slot(&p.card, 0xF9), 0, sizeof(struct vcard_key));
    CHECK_EQ(play(&p, "00F99C00 00 0000"), 0x6A88);
}

TEST(vcard_attest__plain_cards_do_not_know_the_command)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    CHECK_EQ(play(&p, "00F99C00 00 0000"), 0x6D00);
    CHECK(vcard_key_slot(&p.card, 0xF9) == NULL);
}

TEST(vcard_attest__each_lie_changes_what_is_told)
{
    struct play p;
    start(&p);
    p.card.options.lie = VCARD_LIE_ATTEST_VERSION;
    CHECK_EQ(play(&p, "00F99C00 00 0000"), 0x9000);
    CHECK(says(&p, "0403040301") && !says(&p, "0403050403"));
    p.card.options.lie = VCARD_LIE_ATTEST_SERIAL;
    CHECK_EQ(play(&p, "00F99C00 00 0000"), 0x9000);
    CHECK(says(&p, "989682") && !says(&p, "989681"));
    p.card.options.lie = VCARD_LIE_ATTEST_SLOT;
    CHECK_EQ(play(&p, "00F99C00 00 0000"), 0x9000);
    CHECK(says(&p, "6e203964") && !says(&p, "6e203963"));
    p.card.options.lie = VCARD_LIE_ATTEST_POLICY;
    CHECK_EQ(play(&p, "00F99C00 00 0000"), 0x9000);
    CHECK(says(&p, "04020101"));
}

TEST(vcard_attest__the_makers_key_stays_at_a_reset)
{
    struct play p;
    start(&p);
    struct vcard_key before = *vcard_key_slot(&p.card, 0xF9);
    p.card.memory.pin.tries_left = p.card.memory.puk.tries_left = 0;

    CHECK_EQ(play(&p, "00FB0000"), 0x9000);

    CHECK_BYTES(vcard_key_slot(&p.card, 0xF9), &before, sizeof before);
    CHECK_EQ(vcard_key_slot(&p.card, 0x9C)->algorithm, 0);
}
