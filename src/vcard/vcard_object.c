/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_object.h"

#include "base/check.h"
#include "vcard/vcard_tlv.h"

enum {
    TAG_CHUID = 0x5FC102,
    TAG_DISCOVERY = 0x7E,
    TAG_BIT_GROUP = 0x7F61,
    TAG_LIST = 0x5C,
    TAG_DATA = 0x53
};
enum { RETIRED_FIRST = 0x5FC10D, RETIRED_COUNT = 20, FIXED_COUNT = 19 };

struct object_rule {
    uint32_t tag;
    bool needs_pin;
    uint32_t needs; /* of enum vcard_feature */
    const char *name;
};

/* SP 800-73-4 part 1, table 2 (access) and table 3 (tags); retired certificates come after. */
static const struct object_rule rules[FIXED_COUNT] = {
    { 0x5FC107, false, 0, "card capability container" },
    { 0x5FC102, false, 0, "CHUID" },
    { 0x5FC105, false, 0, "certificate 9A" },
    { 0x5FC103, true, 0, "fingerprints" },
    { 0x5FC106, false, 0, "security object" },
    { 0x5FC108, true, 0, "facial image" },
    { 0x5FC101, false, 0, "certificate 9E" },
    { 0x5FC10A, false, 0, "certificate 9C" },
    { 0x5FC10B, false, 0, "certificate 9D" },
    { 0x5FC109, true, VCARD_FEATURE_PRINTED, "printed information" },
    { TAG_DISCOVERY, false, 0, "discovery object" },
    { 0x5FC10C, false, VCARD_FEATURE_HISTORY, "key history" },
    { 0x5FC121, true, 0, "iris images" },
    { TAG_BIT_GROUP, false, 0, "biometric group template" },
    { 0x5FC122, false, 0, "secure messaging certificate" },
    { 0x5FC123, true, 0, "pairing code" },
    { 0x5FFF00, false, VCARD_FEATURE_VENDOR_OBJECTS, "vendor administration data" },
    { 0x5FFF01, false, VCARD_FEATURE_VENDOR_OBJECTS, "vendor attestation certificate" },
    { 0x5FFF10, false, VCARD_FEATURE_VENDOR_OBJECTS, "vendor container map" },
};

_Static_assert(FIXED_COUNT + RETIRED_COUNT == VCARD_OBJECTS, "a place for each object");

size_t vcard_object_index(uint32_t tag)
{
    for (size_t i = 0; i < FIXED_COUNT; i++) {
        if (rules[i].tag == tag) {
            return i;
        }
    }
    bool retired = tag >= RETIRED_FIRST && tag < RETIRED_FIRST + RETIRED_COUNT;
    return retired ? FIXED_COUNT + (tag - RETIRED_FIRST) : VCARD_OBJECTS;
}

uint32_t vcard_object_tag(size_t index)
{
    if (index < FIXED_COUNT) {
        return rules[index].tag;
    }
    return RETIRED_FIRST + (uint32_t)(index - FIXED_COUNT);
}

/* SP 800-73-4 part 1, table 3: which certificate belongs to which key. VCARD_OBJECTS: none. */
static size_t certificate_index(uint8_t slot)
{
    static const uint32_t primary[] = { 0x5FC105, 0, 0x5FC10A, 0x5FC10B, 0x5FC101 }; /* 9A to 9E */
    if (slot >= 0x82 && slot < 0x82 + RETIRED_COUNT) {
        return vcard_object_index(RETIRED_FIRST + slot - 0x82u);
    }
    return slot >= 0x9A && slot <= 0x9E ? vcard_object_index(primary[slot - 0x9A]) : VCARD_OBJECTS;
}

void vcard_object_move_certificate(struct vcard *card, uint8_t to, uint8_t from)
{
    size_t source = certificate_index(from), destination = certificate_index(to);
    REQUIRE(source < VCARD_OBJECTS);
    if (destination < VCARD_OBJECTS) {
        card->memory.objects[destination] = card->memory.objects[source];
    }
    card->memory.objects[source] = (struct vcard_object){ 0 };
}

const char *vcard_object_name(size_t index)
{
    if (index >= VCARD_OBJECTS) {
        return NULL;
    }
    return index < FIXED_COUNT ? rules[index].name : "retired certificate";
}

static bool object_known(const struct vcard *card, size_t index)
{
    uint32_t needs = index < FIXED_COUNT ? rules[index].needs : (uint32_t)VCARD_FEATURE_HISTORY;
    return index < VCARD_OBJECTS && (card->options.features & needs) == needs;
}

/* Discovery and biometric group templates are not wrapped in 53 (part 2, 3.1.2). */
static uint32_t object_wrapper(uint32_t tag)
{
    return tag == TAG_DISCOVERY || tag == TAG_BIT_GROUP ? tag : TAG_DATA;
}

static bool tag_of(struct span bytes, uint32_t *ret_tag)
{
    if (bytes.len < 1 || bytes.len > 3) {
        return false;
    }
    uint32_t tag = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        tag = tag << 8 | bytes.ptr[i];
    }
    *ret_tag = tag;
    return true;
}

uint16_t vcard_object_get(struct vcard *card, struct vcard_call *call)
{
    struct reader r = reader_of(call->data);
    struct vcard_tlv list;
    uint32_t tag;
    if (call->p1 != 0x3F || call->p2 != 0xFF) {
        return VCARD_SW_P1P2;
    }
    if (!vcard_tlv_read(&r, &list) || list.tag != TAG_LIST || !reader_end(&r) ||
        !tag_of(list.value, &tag)) {
        return VCARD_SW_DATA;
    }
    size_t index = vcard_object_index(tag);
    if (!object_known(card, index)) {
        return VCARD_SW_NOT_FOUND;
    }
    bool needs_pin = index < FIXED_COUNT && rules[index].needs_pin;
    if (needs_pin && !card->session.pin_verified) {
        return VCARD_SW_SECURITY;
    }
    const struct vcard_object *object = &card->memory.objects[index];
    if (!object->present) {
        return VCARD_SW_NOT_FOUND;
    }
    struct span content = span_of(object->bytes, object->len);
    return vcard_tlv_put(call->out, object_wrapper(tag), content) ? VCARD_SW_OK : VCARD_SW_BROKEN;
}

static void object_write(struct vcard *card, size_t index, struct span content)
{
    struct vcard_object *object = &card->memory.objects[index];
    object->present = content.len > 0;
    object->len = (uint16_t)content.len;
    memset(object->bytes, 0, sizeof object->bytes);
    if (content.len > 0) {
        memcpy(object->bytes, content.ptr, content.len);
    }
    card->changed = true;
}

/* A PUT DATA taken apart; `declared` may be more than what `content` holds. */
struct put {
    size_t index;
    size_t declared;
    struct span content;
    size_t trailing;
};

/* 5C tag, then 53 content; or 7E or 7F61 alone (part 2, 3.3.1). */
static bool put_read(struct span data, struct put *ret_put)
{
    struct reader r = reader_of(data);
    uint32_t wrapper, tag;
    size_t len;
    struct span listed;
    if (!vcard_tlv_read_head(&r, &wrapper, &len)) {
        return false;
    }
    tag = wrapper;
    if (wrapper == TAG_LIST && (!reader_take(&r, len, &listed) || !tag_of(listed, &tag) ||
                                !vcard_tlv_read_head(&r, &wrapper, &len))) {
        return false;
    }
    if (wrapper != object_wrapper(tag)) {
        return false;
    }
    struct span content = span_part(r.rest, 0, len);
    *ret_put = (struct put){ .index = vcard_object_index(tag),
                             .declared = len,
                             .content = content,
                             .trailing = r.rest.len - content.len };
    return true;
}

static uint16_t put_check(const struct vcard *card, const struct put *put)
{
    if (!object_known(card, put->index)) {
        return VCARD_SW_NOT_FOUND;
    }
    return put->declared > card->options.object_max ? VCARD_SW_MEMORY : VCARD_SW_OK;
}

uint16_t vcard_object_put(struct vcard *card, struct vcard_call *call)
{
    struct put put;
    bool streams = (card->options.features & VCARD_FEATURE_PUT_STREAMS) != 0;
    if (call->p1 != 0x3F || call->p2 != 0xFF) {
        return VCARD_SW_P1P2;
    }
    if (!card->session.management_open) {
        return VCARD_SW_SECURITY;
    }
    if (!put_read(call->data, &put)) {
        return VCARD_SW_DATA;
    }
    uint16_t sw = put_check(card, &put);
    if (sw != VCARD_SW_OK) {
        return sw;
    }
    bool exact = put.content.len == put.declared && put.trailing == 0;
    if (!exact && !streams) {
        return VCARD_SW_DATA;
    }
    object_write(card, put.index, put.content);
    return VCARD_SW_OK;
}

void vcard_object_stream(struct vcard *card, struct span arrived)
{
    struct put put;
    if (card->session.management_open && put_read(arrived, &put) &&
        put_check(card, &put) == VCARD_SW_OK) {
        object_write(card, put.index, put.content);
    }
}

void vcard_object_tear(struct vcard *card, struct span data)
{
    struct put put;
    if (card->session.management_open && put_read(data, &put) &&
        put_check(card, &put) == VCARD_SW_OK) {
        object_write(card, put.index, span_part(put.content, 0, put.content.len / 2));
    }
}

void vcard_object_write_discovery(struct vcard *card)
{
    static const uint8_t content[] = {
        0x4F, 0x0B, 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00, /* AID */
        0x5F, 0x2F, 0x02, 0x40, 0x00, /* PIN usage policy: the card's PIN alone */
    };
    object_write(card, vcard_object_index(TAG_DISCOVERY), SPAN_OF(content));
}

void vcard_object_write_chuid(struct vcard *card)
{
    static const uint8_t fascn[] = { 0x30, 0x19, 0xD4, 0xE7, 0x39, 0xDA, 0x73, 0x9C, 0xED,
                                     0x39, 0xCE, 0x73, 0x9D, 0x83, 0x68, 0x58, 0x21, 0x08,
                                     0x42, 0x10, 0x84, 0x21, 0xC8, 0x42, 0x10, 0xC3, 0xEB };
    static const uint8_t guid[] = { 0x34, 0x10, 0xFA, 0xC7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    static const uint8_t end[] = { 0x35, 0x08, '2', '0',  '5',  '0',  '0',
                                   '1',  '0',  '1', 0x3E, 0x00, 0xFE, 0x00 };
    uint8_t memory[sizeof fascn + sizeof guid + sizeof(uint32_t) + sizeof end];
    struct buf content = BUF(memory);
    REQUIRE(buf_put(&content, SPAN_OF(fascn)) && buf_put(&content, SPAN_OF(guid)) &&
            buf_put_u32(&content, card->options.serial) && buf_put(&content, SPAN_OF(end)));
    object_write(card, vcard_object_index(TAG_CHUID), buf_span(&content));
}
