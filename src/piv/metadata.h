/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* metadata: what GET METADATA (INS F7, a vendor's extension) tells about a key, PIN or PUK.
 *
 *     struct metadata metadata;
 *     status = metadata_decode(answer, &metadata);
 *
 * Elements: 01 algorithm, 02 PIN and touch policy, 03 origin, 04 public key, 05 factory default,
 * 06 tries (total, left). Which ones appear depends on the reference; absent ones are zero, -1 or
 * false. Unknown elements are passed over: newer firmware adds some.
 * Memory: `public_key` borrows from `answer`; piv_key_of_template takes it as it is.
 * Errors: STATUS_CARD_ANSWER, result untouched.
 * Tests: test/unit/piv/test_metadata.c */
enum metadata_policy { METADATA_PIN_ONCE = 2, METADATA_PIN_ALWAYS = 3, METADATA_TOUCH_NEVER = 1 };
enum metadata_origin { METADATA_ORIGIN_NONE, METADATA_GENERATED = 1, METADATA_IMPORTED = 2 };

struct metadata {
    uint8_t algorithm;      /* SP 800-78-4 table 6-2; 0xFF for PIN and PUK; 0 absent */
    uint8_t pin_policy;     /* 1 never, 2 once, 3 always; 0 absent or default */
    uint8_t touch_policy;   /* 1 never, 2 always, 3 cached; 0 absent or default */
    uint8_t origin;         /* of enum metadata_origin */
    struct span public_key; /* 86 point, or 81 modulus 82 exponent, without 7F49 */
    bool has_default, is_default;
    int tries_max, tries_left; /* -1: not told */
};

MUST_USE enum status metadata_decode(struct span answer, struct metadata *ret_metadata);
