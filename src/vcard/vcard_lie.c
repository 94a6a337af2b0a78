/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_lie.h"

struct vcard_random vcard_lie_random(uint8_t reference)
{
    uint8_t seed[VCARD_DIGEST_LEN] = { reference };
    return vcard_crypto_random(SPAN_OF(seed));
}
