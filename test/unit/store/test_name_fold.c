/* SPDX-License-Identifier: Apache-2.0 */
#include "store/name_fold.h"
#include "test/lib/test.h"

static void check_fold(const char *name, const char *expected)
{
    char memory[64] = { 0 };
    struct buf key = buf_of(memory, sizeof(memory) - 1);
    CHECK(name_fold(span_of_text(name), &key));
    CHECK_TEXT(memory, expected);
    CHECK(strlen(memory) <= strlen(name));
}

TEST(name_fold__makes_letters_small)
{
    check_fold("O'Brien-SMITH", "o'brien-smith");
    check_fold("ÀÉÎÕÜÞ", "àéîõüþ");
    check_fold("ŴŶĀĲŁŃŽŸ", "ŵŷāĳłńžÿ");
}

TEST(name_fold__leaves_what_is_small_or_no_letter)
{
    check_fold("àßÿ÷×ŵŷłńž", "àßÿ÷×ŵŷłńž");
    check_fold("ĸŉſ", "ĸŉſ");
    check_fold("İı", "İı"); /* Turkish: two letters, each itself */
    check_fold("日本", "日本");
    check_fold("100%_", "100%_");
}

TEST(name_fold__one_space_between_words)
{
    check_fold("  Smith,   Mary\tAnn ", "smith mary ann");
    check_fold(" , ", "");
    check_fold("", "");
}

TEST(name_fold__takes_any_bytes)
{
    for (int a = 0; a < 256; a++) {
        for (int b = 0; b < 256; b++) {
            const uint8_t name[] = { (uint8_t)a, (uint8_t)b };
            uint8_t memory[2];
            struct buf key = BUF(memory);
            CHECK(name_fold(SPAN_OF(name), &key));
        }
    }
}

TEST(name_fold__half_a_letter_swallows_nothing)
{
    check_fold("\xC3 Smith", "\xC3 smith");
    check_fold("\xC3,A", "\xC3 a");
    check_fold("\xC4\xC4\x80", "\xC4\xC4\x81");
}

TEST(name_fold__says_when_it_does_not_fit)
{
    uint8_t memory[3];
    struct buf key = BUF(memory);
    CHECK(!name_fold(SPAN_TEXT("abcd"), &key));
    buf_clear(&key);
    CHECK(name_fold(SPAN_TEXT("abc"), &key));
}
