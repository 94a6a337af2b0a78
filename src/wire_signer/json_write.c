/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_signer/json_write.h"

#include "base/secret.h"
#include "base/text.h"

enum { HEX_CHUNK = 64, NUMBER_TEXT_MAX = 24 };

static void put_comma(struct buf *out)
{
    if (out->len > 0 && out->ptr[out->len - 1] != '{' && out->ptr[out->len - 1] != '[') {
        buf_put_u8(out, ',');
    }
}

/* RFC 8259 7: quotes, backslashes and control characters need an escape. */
static void put_string(struct buf *out, const char *text)
{
    buf_put_u8(out, '"');
    for (const char *c = text; *c != '\0'; c++) {
        char escape[8];
        if (*c == '"' || *c == '\\') {
            buf_put_u8(out, '\\');
            buf_put_u8(out, (uint8_t)*c);
        } else if ((unsigned char)*c >= 0x20) {
            buf_put_u8(out, (uint8_t)*c);
        } else if (text_format(escape, sizeof(escape), "\\u%04x", (unsigned)*c)) {
            buf_put(out, span_of_text(escape));
        }
    }
    buf_put_u8(out, '"');
}

static void put_name(struct buf *out, const char *name)
{
    put_comma(out);
    if (name != NULL) {
        put_string(out, name);
        buf_put_u8(out, ':');
    }
}

void json_write_open(struct buf *out, const char *name)
{
    put_name(out, name);
    buf_put_u8(out, '{');
}

void json_write_close(struct buf *out)
{
    buf_put_u8(out, '}');
}

void json_write_list(struct buf *out, const char *name)
{
    put_name(out, name);
    buf_put_u8(out, '[');
}

void json_write_list_end(struct buf *out)
{
    buf_put_u8(out, ']');
}

void json_write_text(struct buf *out, const char *name, const char *text)
{
    put_name(out, name);
    put_string(out, text);
}

void json_write_hex(struct buf *out, const char *name, struct span bytes)
{
    char text[2 * HEX_CHUNK + 1];
    put_name(out, name);
    buf_put_u8(out, '"');
    for (size_t at = 0; at < bytes.len && !out->full; at += HEX_CHUNK) {
        if (text_of_hex(span_part(bytes, at, HEX_CHUNK), text, sizeof(text))) {
            buf_put(out, span_of_text(text));
        }
    }
    buf_put_u8(out, '"');
    wipe(text, sizeof(text));
}

void json_write_number(struct buf *out, const char *name, int64_t value)
{
    char text[NUMBER_TEXT_MAX];
    put_name(out, name);
    if (text_format(text, sizeof(text), "%lld", (long long)value)) {
        buf_put(out, span_of_text(text));
    }
}

void json_write_bool(struct buf *out, const char *name, bool value)
{
    put_name(out, name);
    buf_put(out, value ? SPAN_TEXT("true") : SPAN_TEXT("false"));
}
