/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/metadata.h"

#include "piv/piv_key.h"
#include "test/fuzz/fuzz.h"

/* Any answer to GET METADATA, and the public key in it. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span answer = span_of(bytes, len);
    struct metadata m;
    struct public_key key;
    enum key_type type;
    if (metadata_decode(answer, &m) != STATUS_OK) {
        return 0;
    }
    fuzz_inside(answer, m.public_key);
    REQUIRE(m.has_default || !m.is_default);
    REQUIRE(m.tries_max >= -1 && m.tries_max <= UINT8_MAX);
    REQUIRE(m.tries_left >= -1 && m.tries_left <= UINT8_MAX);
    REQUIRE((m.tries_max == -1) == (m.tries_left == -1));
    if (public_key_type_by_piv(m.algorithm, &type) &&
        piv_key_of_template(m.public_key, type, &key) == STATUS_OK) {
        REQUIRE(key.type == type && key.len <= PUBLIC_KEY_BYTES_MAX);
    }
    return 0;
}
