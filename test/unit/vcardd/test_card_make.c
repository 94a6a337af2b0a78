/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/card_make.h"

#include "base/text.h"
#include "test/unit/vcardd/folder.h"
#include "vcard/vcard.h"
#include "vcardd/card_file.h"

#define PARSE(options, bad, ...)                                                                   \
    card_make_parse((int)COUNT(((const char *[]){ __VA_ARGS__ })), (char *[]){ __VA_ARGS__ },      \
                    options, &delivery, bad)

static struct vcard_delivery delivery;

TEST(card_make__a_model_alone_is_enough)
{
    struct vcard_options options;
    const char *bad = NULL;

    CHECK(PARSE(&options, &bad, "--model", "standard"));

    const struct vcard_options expected = vcard_model_options(VCARD_MODEL_STANDARD);
    CHECK_BYTES(&options, &expected, sizeof options);
}

TEST(card_make__every_option_has_its_effect)
{
    struct vcard_options options;
    const char *bad = NULL;

    CHECK(PARSE(&options, &bad, "--model", "move", "--serial", "42", "--cipher", "aes256",
                "--object-max", "1000", "--pin-tries", "5", "--puk-tries", "7", "--pin-policy",
                "9c=once", "--with", "put-streams", "--without", "move", "--atr", "3b00"));

    CHECK_EQ(options.serial, 42);
    CHECK_EQ(options.management_algorithm, VCARD_CIPHER_AES256);
    CHECK_EQ(options.object_max, 1000);
    CHECK_EQ(options.pin_tries, 5);
    CHECK_EQ(options.puk_tries, 7);
    CHECK_EQ(options.pin_policy[1], VCARD_PIN_ONCE);
    CHECK_EQ(options.pin_policy[0], VCARD_PIN_ONCE);
    CHECK((options.features & VCARD_FEATURE_PUT_STREAMS) != 0);
    CHECK((options.features & VCARD_FEATURE_MOVE) == 0);
    CHECK_EQ(options.atr_len, 2);
}

TEST(card_make__a_card_without_extended_length_does_not_announce_it)
{
    struct vcard_options options, plain = vcard_model_options(VCARD_MODEL_STANDARD);
    const char *bad = NULL;

    CHECK(PARSE(&options, &bad, "--model", "metadata", "--without", "extended"));

    CHECK_BYTES(options.atr, plain.atr, sizeof options.atr);
}

TEST(card_make__names_what_it_does_not_understand)
{
    struct vcard_options options;
    const char *bad = NULL;

    CHECK(!PARSE(&options, &bad, "--serial", "1"));
    CHECK_TEXT(bad, "--model");
    CHECK(!PARSE(&options, &bad, "--model", "visa"));
    CHECK(!PARSE(&options, &bad, "--model", "move", "--serial", "x"));
    CHECK_TEXT(bad, "--serial");
    CHECK(!PARSE(&options, &bad, "--model", "move", "--serial"));
    CHECK(!PARSE(&options, &bad, "--model", "move", "--cipher", "des"));
    CHECK(!PARSE(&options, &bad, "--model", "move", "--object-max", "4000"));
    CHECK(!PARSE(&options, &bad, "--model", "move", "--pin-tries", "0"));
    CHECK(!PARSE(&options, &bad, "--model", "move", "--pin-policy", "9b=once"));
    CHECK(!PARSE(&options, &bad, "--model", "move", "--with", "wings"));
    CHECK(!PARSE(&options, &bad, "--model", "move", "--atr", "3"));
    CHECK(!PARSE(&options, &bad, "--model", "move", "--model", "standard"));
    CHECK(!PARSE(&options, &bad, "--model", "move", "--colour", "blue"));
    CHECK_TEXT(bad, "--colour");
}

TEST(card_make__writes_the_file)
{
    static struct vcard card;
    struct folder f;
    folder_open(&f);
    char path[PATH_MAX];
    CHECK(text_copy(path, sizeof path, folder_path(&f, "a.card")));

    CHECK_EQ(card_make_run(3, (char *[]){ path, "--model", "metadata" }), 0);
    CHECK_EQ(card_make_run(3, (char *[]){ path, "--model", "metadata" }), 1);
    CHECK_EQ(card_make_run(1, (char *[]){ path }), 2);

    CHECK_EQ(card_file_load(path, &card), STATUS_OK);
    CHECK((card.options.features & VCARD_FEATURE_METADATA) != 0);
    folder_close(&f);
}

TEST(card_make__what_a_buyer_ordered_is_no_part_of_the_factorys_card)
{
    struct vcard_options options;
    const struct vcard_options plain = vcard_model_options(VCARD_MODEL_STANDARD);
    const char *bad = NULL;

    CHECK(PARSE(&options, &bad, "--model", "standard", "--management-key", "a1a2a3", "--puk",
                "1357", "--pin", "98765432", "--pin-left", "0", "--puk-left", "1"));

    CHECK_BYTES(&options, &plain, sizeof options);
    CHECK_EQ(delivery.management_len, 3);
    CHECK_EQ(delivery.management_key[2], 0xA3);
    CHECK(delivery.puk_set && delivery.pin_set);
    CHECK_EQ(delivery.puk[4], 0xFF);
    CHECK_EQ(delivery.pin_left, 0);
    CHECK_EQ(delivery.puk_left, 1);
    CHECK(!PARSE(&options, &bad, "--model", "standard", "--puk", "123"));
    CHECK_TEXT(bad, "--puk");
}
