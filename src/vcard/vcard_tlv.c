/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_tlv.h"

enum { TAG_BYTES_MAX = 3 };

static bool read_tag(struct reader *r, uint32_t *ret_tag)
{
    uint8_t byte;
    if (!reader_u8(r, &byte)) {
        return false;
    }
    uint32_t tag = byte;
    if ((byte & 0x1F) != 0x1F) {
        *ret_tag = tag;
        return true;
    }
    for (int i = 1; i < TAG_BYTES_MAX; i++) {
        if (!reader_u8(r, &byte)) {
            return false;
        }
        tag = tag << 8 | byte;
        if ((byte & 0x80) == 0) {
            *ret_tag = tag;
            return true;
        }
    }
    return false;
}

static bool read_len(struct reader *r, size_t *ret_len)
{
    uint8_t first;
    uint8_t one;
    uint16_t two;
    if (!reader_u8(r, &first)) {
        return false;
    }
    if (first < 0x80) {
        *ret_len = first;
        return true;
    }
    if (first == 0x81 && reader_u8(r, &one)) {
        *ret_len = one;
        return true;
    }
    if (first == 0x82 && reader_u16(r, &two)) {
        *ret_len = two;
        return true;
    }
    return false;
}

bool vcard_tlv_read_head(struct reader *r, uint32_t *ret_tag, size_t *ret_len)
{
    uint32_t tag;
    size_t len;
    if (!read_tag(r, &tag) || !read_len(r, &len)) {
        return false;
    }
    *ret_tag = tag;
    *ret_len = len;
    return true;
}

bool vcard_tlv_read(struct reader *r, struct vcard_tlv *ret_tlv)
{
    uint32_t tag;
    size_t len;
    struct span value;
    if (!vcard_tlv_read_head(r, &tag, &len) || !reader_take(r, len, &value)) {
        return false;
    }
    *ret_tlv = (struct vcard_tlv){ .tag = tag, .value = value };
    return true;
}

bool vcard_tlv_find(struct span all, uint32_t tag, struct span *ret_value)
{
    struct reader r = reader_of(all);
    struct vcard_tlv tlv;
    while (r.rest.len > 0) {
        if (!vcard_tlv_read(&r, &tlv)) {
            return false;
        }
        if (tlv.tag == tag) {
            *ret_value = tlv.value;
            return true;
        }
    }
    return false;
}

static size_t tag_len(uint32_t tag)
{
    if (tag > 0xFFFF) {
        return 3;
    }
    return tag > 0xFF ? 2 : 1;
}

static size_t len_len(size_t len)
{
    if (len > 0xFF) {
        return 3;
    }
    return len > 0x7F ? 2 : 1;
}

size_t vcard_tlv_len(uint32_t tag, size_t value_len)
{
    return tag_len(tag) + len_len(value_len) + value_len;
}

static bool put_tag(struct buf *b, uint32_t tag)
{
    if (tag > 0xFFFF) {
        return buf_put_u8(b, (uint8_t)(tag >> 16)) && buf_put_u16(b, (uint16_t)(tag & 0xFFFF));
    }
    return tag > 0xFF ? buf_put_u16(b, (uint16_t)tag) : buf_put_u8(b, (uint8_t)tag);
}

bool vcard_tlv_put_head(struct buf *b, uint32_t tag, size_t len)
{
    if (len > 0xFFFF || tag > 0xFFFFFF || !put_tag(b, tag)) {
        return false;
    }
    if (len > 0xFF) {
        return buf_put_u8(b, 0x82) && buf_put_u16(b, (uint16_t)len);
    }
    if (len > 0x7F) {
        return buf_put_u8(b, 0x81) && buf_put_u8(b, (uint8_t)len);
    }
    return buf_put_u8(b, (uint8_t)len);
}

bool vcard_tlv_put(struct buf *b, uint32_t tag, struct span value)
{
    return vcard_tlv_put_head(b, tag, value.len) && buf_put(b, value);
}
