/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_store.h"

#include "crypto/digest.h"
#include "test/fuzz/fuzz.h"

/* The file of a virtual card: as it is, and with a right hash behind it. Bytes that decode encode
 * to themselves. */
static struct vcard card;
static uint8_t memory[VCARD_STORE_MAX], sealed_memory[VCARD_STORE_MAX];

static void check_file(struct span file)
{
    struct buf out = BUF(memory);
    if (vcard_store_decode(file, &card) == STATUS_OK) {
        REQUIRE(vcard_model_options_valid(&card.options));
        REQUIRE(card.memory.pin.tries_left <= card.memory.pin.tries_max);
        REQUIRE(card.memory.puk.tries_left <= card.memory.puk.tries_max);
        REQUIRE(vcard_store_encode(&card, &out) == STATUS_OK);
        REQUIRE(span_equal(buf_span(&out), file));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span all = span_of(bytes, len);
    struct buf sealed = BUF(sealed_memory);
    uint8_t hash[DIGEST_SHA256_LEN];
    check_file(all);
    REQUIRE(digest_sha256(all, hash) == STATUS_OK);
    if (buf_put(&sealed, all) && buf_put(&sealed, SPAN_OF(hash))) {
        check_file(buf_span(&sealed));
    }
    return 0;
}
