/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_object.h"

#include "base/check.h"
#include "base/text.h"
#include "codec/tlv.h"

/* SP 800-73-4 part 2, 3.1.2: the tag list names the object, tag 53 holds it. */
enum { TAG_LIST = 0x5C, TAG_DATA = 0x53, TAG_DISCOVERY = 0x7E };

enum { FIRST_RETIRED_TAG = 0x5FC10D, FIRST_RETIRED_SLOT = 0x82 };

#define RETIRED(number)                                                                            \
    [PIV_OBJECT_RETIRED_1 + number - 1] = { "retired-" #number, FIRST_RETIRED_TAG + number - 1,    \
                                            2005, false, "3.3" }

static const struct piv_object_entry entries[PIV_OBJECT_MAX] = {
    [PIV_OBJECT_CAPABILITY] = { "capability", 0x5FC107, 297, false, "3.1.1" },
    [PIV_OBJECT_CHUID] = { "chuid", 0x5FC102, 2916, false, "3.1.2" },
    [PIV_OBJECT_CERTIFICATE_9A] = { "certificate-9a", 0x5FC105, 2005, false, "3.1.3" },
    [PIV_OBJECT_FINGERPRINTS] = { "fingerprints", 0x5FC103, 4006, true, "3.1" },
    [PIV_OBJECT_FACIAL_IMAGE] = { "facial-image", 0x5FC108, 12710, true, "3.1" },
    [PIV_OBJECT_SECURITY] = { "security", 0x5FC106, 1336, false, "3.1" },
    [PIV_OBJECT_CERTIFICATE_9E] = { "certificate-9e", 0x5FC101, 2005, false, "3.1" },
    [PIV_OBJECT_CERTIFICATE_9C] = { "certificate-9c", 0x5FC10A, 2005, false, "3.2.1" },
    [PIV_OBJECT_CERTIFICATE_9D] = { "certificate-9d", 0x5FC10B, 2005, false, "3.2.2" },
    [PIV_OBJECT_PRINTED] = { "printed", 0x5FC109, 245, true, "3.3.1" },
    [PIV_OBJECT_DISCOVERY] = { "discovery", TAG_DISCOVERY, 19, false, "3.3.2" },
    [PIV_OBJECT_KEY_HISTORY] = { "key-history", 0x5FC10C, 128, false, "3.3.3" },
    [PIV_OBJECT_IRIS] = { "iris", 0x5FC121, 7106, true, "3.3" },
    [PIV_OBJECT_ATTESTATION] = { "attestation", 0x5FFF01, 2005, false, "none: Yubico" },
    RETIRED(1),
    RETIRED(2),
    RETIRED(3),
    RETIRED(4),
    RETIRED(5),
    RETIRED(6),
    RETIRED(7),
    RETIRED(8),
    RETIRED(9),
    RETIRED(10),
    RETIRED(11),
    RETIRED(12),
    RETIRED(13),
    RETIRED(14),
    RETIRED(15),
    RETIRED(16),
    RETIRED(17),
    RETIRED(18),
    RETIRED(19),
    RETIRED(20),
};

const struct piv_object_entry *piv_object_entry(enum piv_object object)
{
    REQUIRE(object < PIV_OBJECT_MAX);
    return &entries[object];
}

bool piv_object_by_tag(uint32_t tag, enum piv_object *ret_object)
{
    for (size_t i = 0; i < COUNT(entries); i++) {
        if (entries[i].tag == tag) {
            *ret_object = (enum piv_object)i;
            return true;
        }
    }
    return false;
}

bool piv_object_by_name(const char *name, enum piv_object *ret_object)
{
    for (size_t i = 0; i < COUNT(entries); i++) {
        if (text_equal(entries[i].name, name)) {
            *ret_object = (enum piv_object)i;
            return true;
        }
    }
    return false;
}

/* SP 800-73-4 part 1, table 4b. */
bool piv_object_of_slot(uint8_t slot, enum piv_object *ret_object)
{
    switch (slot) {
    case 0x9A:
        *ret_object = PIV_OBJECT_CERTIFICATE_9A;
        return true;
    case 0x9C:
        *ret_object = PIV_OBJECT_CERTIFICATE_9C;
        return true;
    case 0x9D:
        *ret_object = PIV_OBJECT_CERTIFICATE_9D;
        return true;
    case 0x9E:
        *ret_object = PIV_OBJECT_CERTIFICATE_9E;
        return true;
    case 0xF9:
        *ret_object = PIV_OBJECT_ATTESTATION;
        return true;
    default:
        break;
    }
    if (slot < FIRST_RETIRED_SLOT || slot >= FIRST_RETIRED_SLOT + PIV_RETIRED_COUNT) {
        return false;
    }
    *ret_object = (enum piv_object)(PIV_OBJECT_RETIRED_1 + (slot - FIRST_RETIRED_SLOT));
    return true;
}

static bool put_tag_list(uint32_t tag, struct buf *out)
{
    size_t list;
    bool fits = tlv_open(out, TAG_LIST, &list);
    fits = fits && (tag <= 0xFF || (buf_put_u8(out, (uint8_t)(tag >> 16)) &&
                                    buf_put_u8(out, (uint8_t)(tag >> 8))));
    return fits && buf_put_u8(out, (uint8_t)tag) && tlv_close(out, list);
}

bool piv_object_get_field(enum piv_object object, struct buf *ret_field)
{
    return put_tag_list(piv_object_entry(object)->tag, ret_field);
}

bool piv_object_put_field(enum piv_object object, struct span content, struct buf *ret_field)
{
    if (object == PIV_OBJECT_DISCOVERY) {
        return tlv_put(ret_field, TAG_DISCOVERY, content);
    }
    return put_tag_list(piv_object_entry(object)->tag, ret_field) &&
           tlv_put(ret_field, TAG_DATA, content);
}

enum status piv_object_content(enum piv_object object, struct span answer, struct span *ret_content)
{
    uint32_t tag = object == PIV_OBJECT_DISCOVERY ? TAG_DISCOVERY : TAG_DATA;
    return tlv_only(answer, tag, ret_content) ? STATUS_OK : STATUS_CARD_ANSWER;
}
