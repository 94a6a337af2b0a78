/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/card_trace.h"

#include "test/unit/vcardd/folder.h"

static void read_file(const char *path, char *ret_text, size_t max)
{
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    size_t len = fread(ret_text, 1, max - 1, file);
    ret_text[len] = '\0';
    fclose(file);
}

TEST(card_trace__writes_command_answer_times_and_entropy)
{
    struct folder f;
    char text[512];
    folder_open(&f);
    FILE *trace = card_trace_open(folder_path(&f, "t"));
    CHECK(trace != NULL);

    card_trace_remark(trace, "reader %d inserted", 1);
    card_trace_reset(trace);
    card_trace_write(trace, &(struct card_trace_entry){ .command = SPAN_TEXT("\x01\xff"),
                                                        .answer = SPAN_TEXT("\x90\x01"),
                                                        .at_us = 12,
                                                        .took_us = 3 });
    card_trace_write(trace, &(struct card_trace_entry){ .entropy = SPAN_TEXT("\x22"),
                                                        .command = SPAN_TEXT("\x02") });
    fclose(trace);

    read_file(folder_path(&f, "t"), text, sizeof text);
    CHECK_TEXT(text, "# reader 1 inserted\n@ reset\n# at 12 us, took 3 us\n> 01ff\n< 9001\n"
                     "# at 0 us, took 0 us\n* 22\n> 02\n< \n");
    folder_close(&f);
}

TEST(card_trace__appends)
{
    struct folder f;
    char text[64];
    folder_open(&f);
    for (int i = 0; i < 2; i++) {
        FILE *trace = card_trace_open(folder_path(&f, "t"));
        CHECK(trace != NULL);
        card_trace_reset(trace);
        fclose(trace);
    }
    read_file(folder_path(&f, "t"), text, sizeof text);
    CHECK_TEXT(text, "@ reset\n@ reset\n");
    folder_close(&f);
}

TEST(card_trace__without_a_file_it_does_nothing)
{
    card_trace_reset(NULL);
    card_trace_remark(NULL, "nothing");
    card_trace_write(NULL, &(struct card_trace_entry){ .at_us = 1 });
    CHECK(card_trace_open("/nonexistent/t") == NULL);
}

TEST(card_trace__gives_back_the_entropy_in_order)
{
    struct folder f;
    uint8_t memory[2];
    struct buf entropy = BUF(memory);
    folder_open(&f);
    FILE *trace = card_trace_open(folder_path(&f, "t"));
    CHECK(trace != NULL);
    card_trace_write(trace, &(struct card_trace_entry){ .entropy = SPAN_TEXT("\x22\x23"),
                                                        .command = SPAN_TEXT("\x02") });
    card_trace_write(trace, &(struct card_trace_entry){ .command = SPAN_TEXT("\x03") });
    card_trace_write(trace, &(struct card_trace_entry){ .entropy = SPAN_TEXT("\x44\x45"),
                                                        .command = SPAN_TEXT("\x02") });
    fclose(trace);

    FILE *replay = card_trace_open_to_read(folder_path(&f, "t"));
    CHECK(replay != NULL);
    CHECK(card_trace_next_entropy(replay, &entropy));
    CHECK_SPAN(buf_span(&entropy), SPAN_TEXT("\x22\x23"));
    CHECK(card_trace_next_entropy(replay, &entropy));
    CHECK_SPAN(buf_span(&entropy), SPAN_TEXT("\x44\x45"));
    CHECK(!card_trace_next_entropy(replay, &entropy));
    fclose(replay);
    CHECK(card_trace_open_to_read(folder_path(&f, "none")) == NULL);
    folder_close(&f);
}

TEST(card_trace__takes_no_entropy_of_another_size)
{
    static const char *const bad[] = { "* 22\n", "* 222324\n", "* 22zz\n", "*2223\n", "" };
    uint8_t memory[2];
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct folder f;
        struct buf entropy = BUF(memory);
        folder_open(&f);
        FILE *file = fopen(folder_path(&f, "t"), "w+");
        CHECK(file != NULL && fputs(bad[i], file) >= 0 && fseek(file, 0, SEEK_SET) == 0);
        CHECK(!card_trace_next_entropy(file, &entropy));
        fclose(file);
        folder_close(&f);
    }
}
