/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/card_file.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/unit/vcardd/folder.h"

TEST(card_file__is_read_back_as_it_was_written)
{
    static struct vcard card, back;
    struct folder f;
    folder_open(&f);
    struct vcard_options options = vcard_model_options(VCARD_MODEL_MOVE);
    vcard_init(&card, &options);
    card.memory.pin.tries_left = 2;

    CHECK_EQ(card_file_create(folder_path(&f, "a.card"), &card), STATUS_OK);
    CHECK_EQ(card_file_load(folder_path(&f, "a.card"), &back), STATUS_OK);

    CHECK_BYTES(&back.memory, &card.memory, sizeof back.memory);
    struct stat file;
    CHECK_EQ(stat(folder_path(&f, "a.card"), &file), 0);
    CHECK_EQ(file.st_mode & 0777, 0600);
    folder_close(&f);
}

TEST(card_file__save_replaces_and_create_does_not)
{
    static struct vcard card, back;
    struct folder f;
    folder_open(&f);
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    vcard_init(&card, &options);
    CHECK_EQ(card_file_create(folder_path(&f, "a.card"), &card), STATUS_OK);
    card.memory.pin.tries_left = 1;

    CHECK_EQ(card_file_create(folder_path(&f, "a.card"), &card), STATUS_STORE_CONFLICT);
    CHECK_EQ(card_file_load(folder_path(&f, "a.card"), &back), STATUS_OK);
    CHECK_EQ(back.memory.pin.tries_left, 3);

    CHECK_EQ(card_file_save(folder_path(&f, "a.card"), &card), STATUS_OK);
    CHECK_EQ(card_file_load(folder_path(&f, "a.card"), &back), STATUS_OK);
    CHECK_EQ(back.memory.pin.tries_left, 1);
    folder_close(&f);
}

TEST(card_file__refuses_what_is_missing_or_damaged)
{
    static struct vcard back;
    struct folder f;
    folder_open(&f);
    back.apdus = 7;

    CHECK_EQ(card_file_load(folder_path(&f, "none.card"), &back), STATUS_NOT_FOUND);
    FILE *file = fopen(folder_path(&f, "bad.card"), "w");
    fputs("CWVCARD3 and nothing more than this", file);
    fclose(file);
    CHECK_EQ(card_file_load(folder_path(&f, "bad.card"), &back), STATUS_BAD_FILE);

    CHECK_EQ(back.apdus, 7);
    folder_close(&f);
}

TEST(card_file__says_when_it_cannot_write)
{
    static struct vcard card;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    vcard_init(&card, &options);

    CHECK(card_file_save("/nonexistent/a.card", &card) != STATUS_OK);
}
