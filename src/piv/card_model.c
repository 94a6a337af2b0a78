/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/card_model.h"

#include "base/check.h"
#include "base/text.h"

/* How a capability shows. A row needs all that it names. */
enum evidence {
    BY_NOTHING = 0, /* believed of every card */
    BY_VERSION = 1 << 0,
    BY_SERIAL = 1 << 1,
    BY_METADATA = 1 << 2,
    BY_ATR = 1 << 3,
    UNLESS_PUK_REFUSED = 1 << 4,
    UNLESS_PRINTED_REFUSED = 1 << 5
};

/* Versions as one number: 5.7.1 is 0x050701. From which firmware on a card that has the vendor's
 * commands knows each one; 0: all that answer GET VERSION. */
static const struct {
    struct card_model_entry entry;
    unsigned evidence;
    uint32_t version_min;
} rows[CARD_MODEL_CAPABILITIES] = {
    { { CARD_CAN_SERIAL, "serial", "tell its serial number",
        "the card is known by its GUID only, which a factory-blank card lacks" },
      BY_SERIAL,
      0 },
    { { CARD_CAN_VERSION, "version", "tell its version",
        "further abilities of the card are not known" },
      BY_VERSION,
      0 },
    { { CARD_CAN_METADATA, "metadata", "tell about its keys",
        "tries left and the algorithm of 9B are asked for one by one" },
      BY_METADATA,
      0 },
    { { CARD_CAN_ATTEST, "attest", "attest that a key was made on it",
        "that the key was made on the card rests on the workstation" },
      BY_VERSION,
      0x040300 },
    { { CARD_CAN_MOVE_KEY, "move-key", "move keys between slots",
        "the old key is gone before the new certificate is written" },
      BY_VERSION,
      0x050700 },
    { { CARD_CAN_SET_MANAGEMENT, "set-management", "take a management key of our own",
        "the management key stays the one that the manufacturer set" },
      BY_VERSION,
      0 },
    { { CARD_CAN_PUK_CHANGE, "puk-change", "take a new PUK", "the PUK is not replaced after use" },
      UNLESS_PUK_REFUSED,
      0 },
    { { CARD_CAN_PIN_POLICY, "pin-policy", "take a PIN policy for each key",
        "each key has the policy that the standard gives its slot" },
      BY_VERSION,
      0x040000 },
    { { CARD_CAN_RETIRED_GENERATE, "retired-generate", "make keys in retired slots",
        "new keys are made where the old ones are" },
      BY_VERSION,
      0x040000 },
    { { CARD_CAN_RESET, "reset", "be reset to the factory's state",
        "a card with PIN and PUK blocked must be replaced" },
      BY_VERSION,
      0 },
    { { CARD_CAN_EXTENDED_LENGTH, "extended-length", "take long commands in one",
        "reading and writing certificates takes more steps" },
      BY_ATR,
      0 },
    { { CARD_CAN_RSA3072, "rsa3072", "hold RSA keys of 3072 bits",
        "key type RSA-3072 is not available" },
      BY_VERSION,
      0x050700 },
    { { CARD_CAN_AES_MANAGEMENT, "aes-management", "take an AES management key",
        "its management key is 3DES" },
      BY_VERSION,
      0x050402 },
    { { CARD_CAN_PRINTED, "printed", "hold printed information",
        "the name on the card cannot be read from its chip" },
      UNLESS_PRINTED_REFUSED,
      0 },
    { { CARD_CAN_TELL_PIN, "tell-pin", "tell whether its passcode is the maker's",
        "whether the passcode is the maker's is not known" },
      BY_METADATA,
      0 },
};

const struct card_model_entry *card_model_entry(unsigned index)
{
    REQUIRE(index < CARD_MODEL_CAPABILITIES);
    return &rows[index].entry;
}

bool card_model_by_name(const char *name, enum card_capability *ret_capability)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (text_equal(rows[i].entry.name, name)) {
            *ret_capability = rows[i].entry.bit;
            return true;
        }
    }
    return false;
}

/* One number of a version, at most 255; `*text` moves behind it. */
static bool take_part(const char **text, uint32_t *ret_part)
{
    uint32_t part = 0;
    const char *at = *text;
    for (; *at >= '0' && *at <= '9' && part <= 255; at++) {
        part = part * 10 + (uint32_t)(*at - '0');
    }
    if (at == *text || part > 255) {
        return false;
    }
    *text = at;
    *ret_part = part;
    return true;
}

/* "5.4.3"; anything else is no version. */
bool card_model_version(const char *text, uint32_t *ret_version)
{
    uint32_t version = 0;
    if (text == NULL) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        uint32_t part;
        if (!take_part(&text, &part) || *text != (i < 2 ? '.' : '\0')) {
            return false;
        }
        version = version << 8 | part;
        text++;
    }
    *ret_version = version;
    return true;
}

/* Yubico's advisories YSA-2017-01 and YSA-2024-03. */
enum { ROCA_FIRST = 0x040200, ROCA_LAST = 0x040304 };

bool card_model_lacks(uint32_t recorded, enum card_capability capability)
{
    return (recorded & CARD_MODEL_SURVEYED) != 0 && (recorded & (uint32_t)capability) == 0;
}

bool card_model_firmware_weak(const char *version, const char *least, enum key_type type)
{
    uint32_t is, wanted;
    if (!card_model_version(version, &is)) {
        return false;
    }
    bool roca = public_key_type_is_rsa(type) && is >= ROCA_FIRST && is <= ROCA_LAST;
    return roca || (card_model_version(least, &wanted) && is < wanted);
}

static unsigned gather_evidence(const struct card_model_facts *facts, uint32_t *ret_version)
{
    unsigned evidence = 0;
    evidence |= card_model_version(facts->version, ret_version) ? BY_VERSION : 0u;
    evidence |= facts->answered_serial ? BY_SERIAL : 0u;
    evidence |= facts->answered_metadata ? BY_METADATA : 0u;
    evidence |= card_model_extended_length(facts->atr) ? BY_ATR : 0u;
    evidence |= facts->refused_puk_change ? 0u : UNLESS_PUK_REFUSED;
    evidence |= facts->refused_printed ? 0u : UNLESS_PRINTED_REFUSED;
    return evidence;
}

unsigned card_model_capabilities(const struct card_model_facts *facts)
{
    uint32_t version = 0;
    unsigned can = 0;
    unsigned evidence = gather_evidence(facts, &version);
    for (size_t i = 0; i < COUNT(rows); i++) {
        if ((rows[i].evidence & ~evidence) == 0 && version >= rows[i].version_min) {
            can |= (unsigned)rows[i].entry.bit;
        }
    }
    return can;
}

/* ---- the ATR ---- */

/* ISO/IEC 7816-3, 8.2: T0 tells how many historical bytes there are and which of TA to TD follow;
 * each TD tells the same for the next group. */
struct span card_model_historical_bytes(struct span atr)
{
    struct reader in = reader_of(atr);
    uint8_t first, indicator;
    struct span skipped;
    if (!reader_u8(&in, &first) || !reader_u8(&in, &indicator)) {
        return SPAN_NONE;
    }
    size_t len = indicator & 0x0F;
    bool more = true;
    while (more) {
        size_t interface_bytes =
            (indicator >> 4 & 1u) + (indicator >> 5 & 1u) + (indicator >> 6 & 1u);
        more = (indicator & 0x80) != 0;
        if (!reader_take(&in, interface_bytes, &skipped) || (more && !reader_u8(&in, &indicator))) {
            return SPAN_NONE;
        }
    }
    struct span historical;
    return reader_take(&in, len, &historical) ? historical : SPAN_NONE;
}

/* ISO/IEC 7816-4, 12.1.1.9: third byte of the card capabilities. */
enum { CAPABILITIES_TAG = 0x70, EXTENDED_LC_LE = 0x40 };
enum { CATEGORY_STATUS_LAST = 0x00, CATEGORY_STATUS_INSIDE = 0x80, STATUS_INDICATOR_LEN = 3 };

/* ISO/IEC 7816-4, 12.1.1: a category byte, then compact TLV (tag and length in one byte). */
bool card_model_extended_length(struct span atr)
{
    struct reader in = reader_of(card_model_historical_bytes(atr));
    uint8_t category;
    if (!reader_u8(&in, &category)) {
        return false;
    }
    if (category == CATEGORY_STATUS_LAST && in.rest.len >= STATUS_INDICATOR_LEN) {
        in.rest.len -= STATUS_INDICATOR_LEN;
    } else if (category != CATEGORY_STATUS_INSIDE) {
        return false;
    }
    while (!reader_end(&in)) {
        uint8_t header;
        struct span value;
        if (!reader_u8(&in, &header) || !reader_take(&in, header & 0x0F, &value)) {
            return false;
        }
        if ((header & 0xF0) == CAPABILITIES_TAG && value.len == 3) {
            return (value.ptr[2] & EXTENDED_LC_LE) != 0;
        }
    }
    return false;
}
