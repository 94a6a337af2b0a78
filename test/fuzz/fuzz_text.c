/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>

#include "base/instant.h"
#include "test/fuzz/fuzz.h"

/* Texts from anywhere: made printable, read as hex, as an instant. The first byte is the room. */
static void check_printed(struct span hostile, size_t max)
{
    char safe[260], again[260];
    text_print_safe(hostile, safe, max);
    fuzz_text(safe, max);
    for (const char *at = safe; *at != '\0'; at++) {
        const unsigned char *byte = (const unsigned char *)at;
        REQUIRE(byte[0] >= ' ' && byte[0] != 0x7F);
        REQUIRE(byte[0] != 0xC2 || byte[1] >= 0xA0); /* 8-bit controls: some terminals obey them */
    }
    text_print_safe(span_of_text(safe), again, max);
    REQUIRE(text_equal(safe, again)); /* nothing is left to be replaced */
}

static void check_hex(const char *text)
{
    uint8_t memory[256];
    char back[513];
    struct buf bytes = BUF(memory);
    if (text_parse_hex(text, &bytes)) {
        REQUIRE(2 * bytes.len == strlen(text));
        REQUIRE(text_of_hex(buf_span(&bytes), back, sizeof back));
        REQUIRE(strcasecmp(back, text) == 0);
    }
}

static void check_instant(const char *text)
{
    instant at, again;
    char back[INSTANT_TEXT_MAX];
    if (instant_parse(text, &at)) {
        instant_text(at, back);
        REQUIRE(instant_parse(back, &again) && at == again);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct reader in = reader_of(span_of(bytes, len));
    char text[600];
    uint8_t room;
    if (!reader_u8(&in, &room)) {
        return 0;
    }
    check_printed(in.rest, 1 + (size_t)room);
    size_t text_len = in.rest.len < sizeof text ? in.rest.len : sizeof text - 1;
    if (text_len > 0) {
        memcpy(text, in.rest.ptr, text_len);
    }
    text[text_len] = '\0';
    check_hex(text);
    check_instant(text);
    return 0;
}
