/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"
#include "vcard/vcard.h"
#include "vcardd/card_make.h"

/* Replays test/transcript/<tool>/<case>.apdu, the form of src/vcardd/card_trace.h: the card began
 * as `@ make` says, gets each command with the entropy that it drew then, and must give each answer
 * byte for byte. Keys, signatures and witnesses repeat because the entropy does. */
enum { LINE_MAX_LEN = 140000, WORDS_MAX = 32, TRANSCRIPTS_MIN = 5 };

struct replay {
    FILE *file;
    int line_number, answers;
    struct vcard card;
    uint8_t entropy[VCARD_ENTROPY_LEN];
    uint8_t memory[VCARD_ANSWER_MAX];
    struct buf answer;
};

static uint8_t bytes_memory[LINE_MAX_LEN / 2];

static struct span bytes_of(const char *hex)
{
    struct buf bytes = BUF(bytes_memory);
    CHECK(text_parse_hex(hex, &bytes));
    return buf_span(&bytes);
}

static void make_card(struct replay *replay, char *words)
{
    char *word[WORDS_MAX];
    int count = 0;
    char *rest = NULL;
    struct vcard_options options;
    struct vcard_delivery delivery;
    const char *bad = NULL;
    for (char *w = strtok_r(words, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest)) {
        CHECK(count < WORDS_MAX);
        word[count++] = w;
    }
    CHECK(card_make_parse(count, word, &options, &delivery, &bad));
    vcard_init(&replay->card, &options);
    CHECK(vcard_delivery_apply(&delivery, &replay->card));
}

static void run_directive(struct replay *replay, char *text)
{
    if (strncmp(text, "make ", 5) == 0) {
        make_card(replay, text + 5);
        return;
    }
    CHECK_TEXT(text, "reset");
    vcard_reset(&replay->card);
}

static void run_command(struct replay *replay, const char *hex)
{
    CHECK_EQ(
        vcard_transmit(&replay->card, bytes_of(hex), SPAN_OF(replay->entropy), &replay->answer),
        VCARD_ANSWERED);
    memset(replay->entropy, 0, sizeof replay->entropy);
}

static void run_answer(struct replay *replay, const char *hex)
{
    CHECK_SPAN(buf_span(&replay->answer), bytes_of(hex));
    replay->answers++;
}

static void run_line(struct replay *replay, char *line)
{
    line[strcspn(line, "\n")] = '\0';
    CHECK(strlen(line) > 2 && line[1] == ' ');
    switch (line[0]) {
    case '#':
        return;
    case '@':
        run_directive(replay, line + 2);
        return;
    case '*':
        CHECK_EQ(bytes_of(line + 2).len, sizeof replay->entropy);
        memcpy(replay->entropy, bytes_memory, sizeof replay->entropy);
        return;
    case '>':
        run_command(replay, line + 2);
        return;
    case '<':
        run_answer(replay, line + 2);
        return;
    default:
        fail_msg("line %d", replay->line_number);
    }
}

static int replay_file(const char *path)
{
    static char line[LINE_MAX_LEN];
    static struct replay replay;
    replay = (struct replay){ .file = fopen(path, "r") };
    replay.answer = buf_of(replay.memory, sizeof replay.memory);
    CHECK(replay.file != NULL);
    while (fgets(line, sizeof line, replay.file) != NULL) {
        replay.line_number++;
        run_line(&replay, line);
    }
    fclose(replay.file);
    return replay.answers;
}

static int replay_folder(const char *folder)
{
    char path[512];
    struct dirent *entry;
    int count = 0;
    DIR *files = opendir(folder);
    CHECK(files != NULL);
    for (entry = readdir(files); entry != NULL; entry = readdir(files)) {
        if (strstr(entry->d_name, ".apdu") != NULL) {
            CHECK(text_format(path, sizeof path, "%s/%s", folder, entry->d_name));
            CHECK(replay_file(path) > 10);
            count++;
        }
    }
    closedir(files);
    return count;
}

TEST(transcript__the_card_repeats_what_other_tools_saw)
{
    const char *root = getenv("CARDWRIGHT_TRANSCRIPTS");
    char opensc[512], yubico[512];
    CHECK(root != NULL);
    CHECK(text_format(opensc, sizeof opensc, "%s/opensc", root));
    CHECK(text_format(yubico, sizeof yubico, "%s/yubico", root));

    CHECK(replay_folder(opensc) + replay_folder(yubico) >= TRANSCRIPTS_MIN);
}
