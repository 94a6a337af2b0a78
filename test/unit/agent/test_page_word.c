/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/page_word.h"

#include "test/lib/test.h"

static size_t differences(const char *a, const char *b)
{
    size_t count = 0;
    while (*a != '\0' || *b != '\0') {
        count += *a != *b;
        a += *a != '\0';
        b += *b != '\0';
    }
    return count;
}

TEST(page_word__is_plain_and_short)
{
    for (unsigned i = 0; i < 256; i++) {
        const char *word = page_word((uint8_t)i);
        size_t len = strlen(word);
        CHECK(len >= 4 && len <= 8);
        CHECK_EQ(strspn(word, "abcdefghijklmnopqrstuvwxyz"), len);
    }
}

TEST(page_word__no_two_look_alike)
{
    for (unsigned i = 0; i < PAGE_WORDS; i++) {
        for (unsigned j = 0; j < i; j++) {
            CHECK(differences(page_word((uint8_t)i), page_word((uint8_t)j)) >= 2);
        }
    }
}
