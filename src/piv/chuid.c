/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/chuid.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "codec/tlv.h"

/* SP 800-73-4 part 1, appendix A, table 9, in its order. */
enum {
    TAG_BUFFER_LENGTH = 0xEE,
    TAG_FASCN = 0x30,
    TAG_AGENCY = 0x31,
    TAG_ORGANISATION = 0x32,
    TAG_DUNS = 0x33,
    TAG_GUID = 0x34,
    TAG_EXPIRY = 0x35,
    TAG_CARDHOLDER = 0x36,
    TAG_MAP = 0x3D,
    TAG_SIGNATURE = 0x3E,
    TAG_CHECK = 0xFE
};

enum { EXPIRY_LEN = CHUID_EXPIRY_TEXT - 1 };

/* YYYYMMDD with month 01 to 12 and day 01 to 31. */
static bool is_date(struct span text)
{
    if (text.len != EXPIRY_LEN) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
    }
    int month = (text.ptr[4] - '0') * 10 + text.ptr[5] - '0';
    int day = (text.ptr[6] - '0') * 10 + text.ptr[7] - '0';
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool chuid_encode(const struct chuid *chuid, struct buf *ret_content)
{
    struct span expiry = span_of(chuid->expiry, EXPIRY_LEN);
    return is_date(expiry) && tlv_put(ret_content, TAG_FASCN, SPAN_OF(chuid->fascn)) &&
           tlv_put(ret_content, TAG_GUID, SPAN_OF(chuid->guid)) &&
           tlv_put(ret_content, TAG_EXPIRY, expiry) &&
           tlv_put(ret_content, TAG_SIGNATURE, SPAN_NONE) &&
           tlv_put(ret_content, TAG_CHECK, SPAN_NONE);
}

static void pass_over(struct reader *in, uint32_t tag)
{
    struct span ignored;
    tlv_read_if(in, tag, &ignored);
}

enum status chuid_decode(struct span content, struct chuid *ret_chuid)
{
    struct reader in = reader_of(content);
    struct span fascn, guid, expiry, signature, check = SPAN_NONE;

    pass_over(&in, TAG_BUFFER_LENGTH);
    if (!tlv_read(&in, TAG_FASCN, &fascn) || fascn.len != CHUID_FASCN_LEN) {
        return STATUS_CARD_ANSWER;
    }
    pass_over(&in, TAG_AGENCY);
    pass_over(&in, TAG_ORGANISATION);
    pass_over(&in, TAG_DUNS);
    if (!tlv_read(&in, TAG_GUID, &guid) || guid.len != CHUID_GUID_LEN ||
        !tlv_read(&in, TAG_EXPIRY, &expiry) || !is_date(expiry)) {
        return STATUS_CARD_ANSWER;
    }
    pass_over(&in, TAG_CARDHOLDER);
    pass_over(&in, TAG_MAP);
    bool good = tlv_read(&in, TAG_SIGNATURE, &signature);
    tlv_read_if(&in, TAG_CHECK, &check);
    if (!good || !reader_end(&in) || check.len > 0) {
        return STATUS_CARD_ANSWER;
    }
    *ret_chuid = (struct chuid){ .is_signed = signature.len > 0 };
    memcpy(ret_chuid->fascn, fascn.ptr, CHUID_FASCN_LEN);
    memcpy(ret_chuid->guid, guid.ptr, CHUID_GUID_LEN);
    memcpy(ret_chuid->expiry, expiry.ptr, EXPIRY_LEN);
    return STATUS_OK;
}

/* ---- FASC-N: 40 characters of 4 bits, lowest first, and odd parity (SP 800-73-4 part 1, 3.1.2;
 * TIG SCEPACS 2.3, chapter 6) ---- */

enum { FASCN_CHARACTERS = 40, BITS_PER_CHARACTER = 5 };

/* Start sentinel, field separator and end sentinel are the characters B, D and F. */
static uint8_t fascn_value(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'A' + 10);
}

static uint8_t fascn_bits(uint8_t value)
{
    uint8_t bits = 0, ones = 0;
    for (unsigned i = 0; i < BITS_PER_CHARACTER - 1; i++) {
        uint8_t bit = (uint8_t)(value >> i & 1);
        ones = (uint8_t)(ones + bit);
        bits = (uint8_t)(bits << 1 | bit);
    }
    return (uint8_t)(bits << 1 | (ones % 2 == 0));
}

static void put_bits(uint8_t *bytes, size_t at, uint8_t bits)
{
    for (size_t i = 0; i < BITS_PER_CHARACTER; i++) {
        size_t place = at + i;
        unsigned bit = (unsigned)bits >> (BITS_PER_CHARACTER - 1 - i) & 1u;
        bytes[place / 8] = (uint8_t)(bytes[place / 8] | bit << (7 - place % 8));
    }
}

void chuid_fascn_non_federal(uint8_t ret_fascn[CHUID_FASCN_LEN])
{
    /* agency D system D credential D series D issue D person(10), category 3, organisation 0000,
     * association 1; then the check character, which makes the exclusive or of all zero. */
    static const char characters[] = "B9999D9999D999999D0D1D0000000000300001F";
    uint8_t check = 0;
    REQUIRE(sizeof characters == FASCN_CHARACTERS);
    memset(ret_fascn, 0, CHUID_FASCN_LEN);
    for (size_t i = 0; i < FASCN_CHARACTERS - 1; i++) {
        uint8_t value = fascn_value(characters[i]);
        check ^= value;
        put_bits(ret_fascn, i * BITS_PER_CHARACTER, fascn_bits(value));
    }
    put_bits(ret_fascn, (FASCN_CHARACTERS - 1) * BITS_PER_CHARACTER, fascn_bits(check));
}
