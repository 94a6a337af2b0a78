/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_command.h"

#include "base/secret.h"
#include "vcard/vcard_attest.h"
#include "vcard/vcard_auth.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"
#include "vcard/vcard_pin.h"
#include "vcard/vcard_tlv.h"
#include "vcard/vcard_vendor.h"

enum { INS_SELECT = 0xA4, INS_VERIFY = 0x20, AID_PREFIX_MIN = 5 };

/* SP 800-73-4 part 1, 2.2: RID, PIX, version 01 00. */
static const uint8_t piv_aid[] = {
    0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00
};
static const uint8_t issuer_aid[] = { 0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00 };

void vcard_command_close_session(struct vcard_session *session)
{
    session->pin_verified = false;
    session->pin_serves_always = false;
    session->pin_just_verified = false;
    session->management_open = false;
    session->pending = VCARD_PENDING_NONE;
    wipe(session->pending_bytes, sizeof session->pending_bytes);
}

/* SP 800-73-4 part 2, table 3: 61 { 4F PIX, 79 { 4F RID } }. */
static bool put_property_template(struct buf *out)
{
    static const uint8_t properties[] = { 0x4F, 0x06, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00, 0x79,
                                          0x07, 0x4F, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08 };
    return vcard_tlv_put(out, 0x61, SPAN_OF(properties));
}

/* SP 800-73-4 part 2, 3.1.1: PIV selected again keeps its security status; an AID that is not on
 * the card leaves PIV selected and its status alone. */
static uint16_t select_application(struct vcard *card, struct vcard_call *call)
{
    struct vcard_session *session = &card->session;
    if (call->p1 != 0x04 || call->p2 != 0x00) {
        return VCARD_SW_P1P2;
    }
    if (span_equal(call->data, SPAN_OF(issuer_aid))) {
        vcard_command_close_session(session);
        session->application = VCARD_OTHER_SELECTED;
        return VCARD_SW_OK;
    }
    if (call->data.len < AID_PREFIX_MIN || !span_starts(SPAN_OF(piv_aid), call->data)) {
        return VCARD_SW_NOT_FOUND;
    }
    if ((card->options.features & VCARD_FEATURE_SELECT_CLEARS) != 0) {
        vcard_command_close_session(session);
    }
    session->application = VCARD_PIV_SELECTED;
    return put_property_template(call->out) ? VCARD_SW_OK : VCARD_SW_BROKEN;
}

struct command {
    uint8_t ins;
    bool is_read;
    uint32_t needs; /* features, all of them */
    uint16_t (*handler)(struct vcard *card, struct vcard_call *call);
};

/* SP 800-73-4 part 2, table 2; the vendor's below. */
static const struct command commands[] = {
    { INS_SELECT, true, 0, select_application },
    { 0xCB, true, 0, vcard_object_get },
    { INS_VERIFY, false, 0, vcard_pin_verify },
    { 0x24, false, 0, vcard_pin_change },
    { 0x2C, false, 0, vcard_pin_reset_retry },
    { 0x87, false, 0, vcard_auth_general },
    { 0xDB, false, 0, vcard_object_put },
    { 0x47, false, 0, vcard_key_generate },
    { 0xF6, false, VCARD_FEATURE_MOVE, vcard_key_move },
    { 0xF7, true, VCARD_FEATURE_METADATA, vcard_vendor_metadata },
    { 0xF8, true, VCARD_FEATURE_SERIAL, vcard_vendor_serial },
    { 0xF9, true, VCARD_FEATURE_ATTEST, vcard_attest },
    { 0xFA, false, VCARD_FEATURE_SET_RETRIES, vcard_vendor_set_retries },
    { 0xFB, false, VCARD_FEATURE_RESET, vcard_vendor_reset },
    { 0xFD, true, VCARD_FEATURE_VERSION, vcard_vendor_version },
    { 0xFF, false, VCARD_FEATURE_SET_MANAGEMENT, vcard_vendor_set_management },
};

static const struct command *command_find(uint8_t ins)
{
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (commands[i].ins == ins) {
            return &commands[i];
        }
    }
    return NULL;
}

bool vcard_command_is_read(uint8_t ins)
{
    const struct command *command = command_find(ins);
    return command != NULL && command->is_read;
}

uint16_t vcard_command_run(struct vcard *card, struct vcard_call *call)
{
    const struct command *command = command_find(call->ins);
    bool selected = card->session.application == VCARD_PIV_SELECTED || call->ins == INS_SELECT;
    bool known = command != NULL && (card->options.features & command->needs) == command->needs;
    call->pin_just_before = card->session.pin_just_verified;
    card->session.pin_just_verified = false;
    if (!selected || !known) {
        return VCARD_SW_INS;
    }
    return command->handler(card, call);
}
