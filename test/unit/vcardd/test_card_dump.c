/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/card_dump.h"

#include "base/text.h"
#include "test/lib/test.h"

static char *dump(const struct vcard *card)
{
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    CHECK(to != NULL);
    card_dump_print(card, to);
    fclose(to);
    return text;
}

static void make(struct vcard *card)
{
    struct vcard_options options = vcard_model_options(VCARD_MODEL_MOVE);
    vcard_init(card, &options);
    struct vcard_key *key = &card->memory.keys[1];
    *key = (struct vcard_key){ .algorithm = 0x11,
                               .pin_policy = VCARD_PIN_ALWAYS,
                               .origin = 1,
                               .private_len = 32,
                               .public_len = 65 };
    memset(key->private_bytes, 0xDE, 32);
    memset(key->public_bytes, 0xAB, 65);
}

TEST(card_dump__shows_keys_objects_tries_and_features)
{
    static struct vcard card;
    make(&card);
    card.memory.pin.tries_left = 1;

    char *text = dump(&card);

    CHECK(strstr(text, "\nfeature move\n") != NULL);
    CHECK(strstr(text, "\npin tries 1 of 3 factory\n") != NULL);
    CHECK(strstr(text, "\nmanagement algorithm 0a factory\n") != NULL);
    CHECK(strstr(text, "\nkey 9c algorithm 11 pin always public abab") != NULL);
    CHECK(strstr(text, "\nobject 7e len 18 sha256 ") != NULL);
    free(text);
}

TEST(card_dump__shows_no_secret)
{
    static struct vcard card;
    make(&card);
    const uint8_t pin[8] = { 'S', 'e', 'C', 'r', 'E', 't', '1', '2' };
    memcpy(card.memory.pin.bytes, pin, sizeof pin);
    memcpy(card.memory.management_key, pin, sizeof pin);

    char *text = dump(&card);

    CHECK(strstr(text, "dedede") == NULL);
    CHECK(strstr(text, "SeCrEt12") == NULL);
    CHECK(strstr(text, "5365437245743132") == NULL);
    CHECK(strstr(text, "pin tries 3 of 3\n") != NULL); /* no longer the factory's */
    CHECK(strstr(text, "management algorithm 0a\n") != NULL);
    free(text);
}

TEST(card_dump__says_when_there_is_no_card)
{
    CHECK_EQ(card_dump_run("/nonexistent/a.card"), 1);
}
