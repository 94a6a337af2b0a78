/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/discovery.h"

#include "codec/tlv.h"
#include "piv/piv_application.h"

enum { TAG_AID = 0x4F, TAG_PIN_POLICY = 0x5F2F };

/* SP 800-73-4 part 1, 3.3.2. First byte: bit 7 the application PIN, bit 6 the global PIN satisfy
 * the access rules. Second byte: which of the two is the primary one, 0x10 or 0x20. */
enum { POLICY_APPLICATION = 0x40, POLICY_GLOBAL = 0x20 };
enum { PRIMARY_APPLICATION = 0x10, PRIMARY_GLOBAL = 0x20 };
enum { AID_WITHOUT_VERSION = 9 };

static uint8_t primary_byte(const struct discovery *discovery)
{
    if (!discovery->global_pin) {
        return 0;
    }
    return discovery->global_preferred ? PRIMARY_GLOBAL : PRIMARY_APPLICATION;
}

bool discovery_encode(const struct discovery *discovery, struct buf *ret_content)
{
    const uint8_t policy[] = {
        (uint8_t)((discovery->application_pin ? POLICY_APPLICATION : 0) |
                  (discovery->global_pin ? POLICY_GLOBAL : 0)),
        primary_byte(discovery),
    };
    return tlv_put(ret_content, TAG_AID, piv_application_aid()) &&
           tlv_put(ret_content, TAG_PIN_POLICY, SPAN_OF(policy));
}

enum status discovery_decode(struct span content, struct discovery *ret_discovery)
{
    struct reader in = reader_of(content);
    struct span aid, policy;
    bool good =
        tlv_read(&in, TAG_AID, &aid) && tlv_read(&in, TAG_PIN_POLICY, &policy) && reader_end(&in);
    if (!good || policy.len != 2 || aid.len != PIV_APPLICATION_AID_LEN ||
        !span_starts(aid, span_part(piv_application_aid(), 0, AID_WITHOUT_VERSION))) {
        return STATUS_CARD_ANSWER;
    }
    bool global_pin = (policy.ptr[0] & POLICY_GLOBAL) != 0;
    *ret_discovery = (struct discovery){
        .application_pin = (policy.ptr[0] & POLICY_APPLICATION) != 0,
        .global_pin = global_pin,
        .global_preferred = global_pin && policy.ptr[1] == PRIMARY_GLOBAL,
    };
    return STATUS_OK;
}
