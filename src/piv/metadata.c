/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/metadata.h"

#include "codec/tlv.h"

enum { TAG_ALGORITHM = 1, TAG_POLICY, TAG_ORIGIN, TAG_PUBLIC_KEY, TAG_IS_DEFAULT, TAG_TRIES };

static bool take_bytes(struct span value, size_t len, uint8_t *ret_first, uint8_t *ret_second)
{
    if (value.len != len) {
        return false;
    }
    *ret_first = value.ptr[0];
    if (len == 2) {
        *ret_second = value.ptr[1];
    }
    return true;
}

static bool take_element(uint32_t tag, struct span value, struct metadata *m)
{
    uint8_t first = 0, second = 0;
    switch (tag) {
    case TAG_ALGORITHM:
        return take_bytes(value, 1, &m->algorithm, NULL);
    case TAG_POLICY:
        return take_bytes(value, 2, &m->pin_policy, &m->touch_policy);
    case TAG_ORIGIN:
        return take_bytes(value, 1, &m->origin, NULL);
    case TAG_PUBLIC_KEY:
        m->public_key = value;
        return value.len > 0;
    case TAG_IS_DEFAULT:
        m->has_default = true;
        if (!take_bytes(value, 1, &first, NULL)) {
            return false;
        }
        m->is_default = first != 0;
        return true;
    case TAG_TRIES:
        if (!take_bytes(value, 2, &first, &second)) {
            return false;
        }
        m->tries_max = first;
        m->tries_left = second;
        return true;
    default:
        return true;
    }
}

enum status metadata_decode(struct span answer, struct metadata *ret_metadata)
{
    struct metadata m = { .tries_max = -1, .tries_left = -1 };
    struct reader in = reader_of(answer);
    if (answer.len == 0) {
        return STATUS_CARD_ANSWER;
    }
    while (!reader_end(&in)) {
        uint32_t tag;
        struct span value;
        if (!tlv_next(&in, &tag, &value) || !take_element(tag, value, &m)) {
            return STATUS_CARD_ANSWER;
        }
    }
    *ret_metadata = m;
    return STATUS_OK;
}
