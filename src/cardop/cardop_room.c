/* SPDX-License-Identifier: Apache-2.0 */
#include "base/check.h"
#include "cardop/cardop_parts.h"
#include "codec/tlv.h"
#include "piv/cert_container.h"
#include "piv/piv_object.h"

/* Is there room for the new certificates? No card tells. So where they may be longer than what the
 * card holds already (another type of key; a blank card), as many bytes are written to the object
 * of 9A first, before anything is destroyed. Renewal and repair write the present certificate with
 * padding behind it, in the element for an MSCUID (72), which readers pass over: cut here, it is
 * still good. Either way it is put back as it was. */
enum { TAG_MSCUID = 0x72, HEADS = 16 };

static size_t key_len(enum key_type type)
{
    static const size_t lens[KEY_TYPE_MAX] = {
        [KEY_TYPE_P256] = 91,
        [KEY_TYPE_P384] = 120,
        [KEY_TYPE_RSA2048] = 294,
        [KEY_TYPE_RSA3072] = 422,
    };
    REQUIRE(type < KEY_TYPE_MAX);
    return lens[type];
}

size_t cardop_certificate_len(size_t len, enum key_type from, enum key_type to)
{
    size_t other = len + key_len(to) - key_len(from);
    return other < CARDOP_CERTIFICATE_MAX ? other
                                          : CARDOP_CERTIFICATE_MAX; /* no longer ones here */
}

void cardop_survey_room(struct cardop *op, const struct card_report *report,
                        const struct card_identity *identity)
{
    op->room = op->service == CARDOP_ISSUE ? op->room : 0;
    for (size_t i = 0; i < CARDOP_KEYS && op->service != CARDOP_ISSUE; i++) {
        enum key_type old = identity->certificates[i].key.type;
        if (!identity->has_certificate[i] || key_len(op->key_type) <= key_len(old)) {
            continue;
        }
        size_t len =
            cardop_certificate_len(card_report_certificate(report, i).len, old, op->key_type);
        op->room = len > op->room ? (uint16_t)len : op->room;
    }
}

static bool put_trial(size_t room, struct span now, struct buf *content)
{
    static const uint8_t zeros[CARDOP_CERTIFICATE_MAX];
    if (room > sizeof(zeros)) {
        return false;
    }
    if (now.len == 0) {
        return cert_container_encode(span_of(zeros, room), content);
    }
    size_t padding = room > now.len ? room - now.len : 0;
    return tlv_put(content, 0x70, now) && tlv_put_u8(content, 0x71, 0) &&
           tlv_put(content, TAG_MSCUID, span_of(zeros, padding)) &&
           tlv_put(content, 0xFE, SPAN_NONE);
}

static struct batch_op *add_present(struct batch *b, struct span now, const char *label)
{
    uint8_t memory[CARDOP_CERTIFICATE_MAX + HEADS];
    struct buf content = BUF(memory);
    REQUIRE(cert_container_encode(now, &content));
    return cardop_add_put(b, PIV_OBJECT_CERTIFICATE_9A, label, BATCH_STEP_OPEN_CARD,
                          buf_span(&content));
}

void cardop_add_room(struct batch *b, const struct cardop *op, struct span now)
{
    uint8_t memory[CARDOP_CERTIFICATE_MAX + HEADS];
    struct buf content = BUF(memory);
    bool keys_there = op->keys[CARDOP_AUTHENTICATION].known && op->keys[CARDOP_SIGNING].known;
    bool nothing_there = now.len == 0 && op->service != CARDOP_ISSUE;
    if (op->room == 0 || keys_there || nothing_there || !put_trial(op->room, now, &content)) {
        return;
    }
    struct batch_op *trial = cardop_add_put(b, PIV_OBJECT_CERTIFICATE_9A, "room-9a",
                                            BATCH_STEP_OPEN_CARD, buf_span(&content));
    if (now.len == 0) { /* nothing was there: emptied again, as far as the card does that */
        batch_on(cardop_add_put(b, PIV_OBJECT_CERTIFICATE_9A, "room-back-9a", BATCH_STEP_OPEN_CARD,
                                SPAN_NONE),
                 0, 0, BATCH_NEXT, NULL);
        return;
    }
    batch_on(trial, SW_OK, 0xFFFF, BATCH_GOTO, "room-back-9a");
    batch_on(trial, SW_SECURITY_STATUS, 0xFFFF, BATCH_STOP, NULL); /* nothing was written */
    batch_on(trial, 0, 0, BATCH_NEXT, NULL);
    batch_on(add_present(b, now, "room-old-9a"), 0, 0, BATCH_STOP, NULL);
    add_present(b, now, "room-back-9a");
}
