/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_apdu.h"

/* Without Le, T=1 cards answer with what they have; so does this one. */
static bool parse_le_short(struct reader *r, struct vcard_apdu *apdu)
{
    apdu->le = VCARD_LE_SHORT_MAX;
    apdu->le_given = r->rest.len > 0;
    if (!apdu->le_given) {
        return true;
    }
    uint8_t le;
    if (!reader_u8(r, &le)) {
        return false;
    }
    apdu->le = le == 0 ? VCARD_LE_SHORT_MAX : le;
    return true;
}

static bool parse_le_extended(struct reader *r, struct vcard_apdu *apdu)
{
    apdu->le = VCARD_LE_EXTENDED_MAX;
    apdu->le_given = r->rest.len > 0;
    if (!apdu->le_given) {
        return true;
    }
    uint16_t le;
    if (!reader_u16(r, &le)) {
        return false;
    }
    apdu->le = le == 0 ? VCARD_LE_EXTENDED_MAX : le;
    return true;
}

/* The zero byte that announces extended length has been read. */
static bool parse_extended(struct reader *r, struct vcard_apdu *apdu)
{
    apdu->extended = true;
    if (r->rest.len == 2) { /* case 2E: no data */
        return parse_le_extended(r, apdu);
    }
    uint16_t len;
    return reader_u16(r, &len) && len > 0 && reader_take(r, len, &apdu->data) &&
           parse_le_extended(r, apdu);
}

static bool parse_body(struct reader *r, struct vcard_apdu *apdu)
{
    if (r->rest.len <= 1) { /* cases 1 and 2S */
        return parse_le_short(r, apdu);
    }
    uint8_t len;
    if (!reader_u8(r, &len)) {
        return false;
    }
    if (len == 0) {
        return parse_extended(r, apdu);
    }
    return reader_take(r, len, &apdu->data) && parse_le_short(r, apdu);
}

bool vcard_apdu_parse(struct span bytes, struct vcard_apdu *ret_apdu)
{
    struct reader r = reader_of(bytes);
    struct vcard_apdu apdu = { .data = SPAN_NONE };
    bool good = reader_u8(&r, &apdu.cla) && reader_u8(&r, &apdu.ins) && reader_u8(&r, &apdu.p1) &&
                reader_u8(&r, &apdu.p2) && parse_body(&r, &apdu) && reader_end(&r);
    if (!good) {
        return false;
    }
    *ret_apdu = apdu;
    return true;
}
