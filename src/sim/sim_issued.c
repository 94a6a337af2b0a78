/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_issued.h"

#include <string.h>

#include "signer/issued.h"
#include "sim/sim_story.h"

static struct issue {
    uint8_t key[DIGEST_SHA256_LEN], certificate[DIGEST_SHA256_LEN];
} list[SIM_ISSUED_MAX];
static size_t count;

static const struct issue *find(const uint8_t *key)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(list[i].key, key, sizeof(list[i].key)) == 0) {
            return &list[i];
        }
    }
    return NULL;
}

void sim_issued_see(const struct public_key *key, struct span der)
{
    struct issue seen;
    if (public_key_hash(key, seen.key) != STATUS_OK ||
        digest_sha256(der, seen.certificate) != STATUS_OK) {
        return;
    }
    const struct issue *known = find(seen.key);
    if (known == NULL && count < SIM_ISSUED_MAX) {
        list[count++] = seen;
    } else if (known != NULL &&
               memcmp(known->certificate, seen.certificate, sizeof(seen.certificate)) != 0) {
        sim_story_break("I5", "the signer made a second certificate for one key");
    }
}

static bool is_in(const struct issued_list *issued, const uint8_t *certificate)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    for (size_t i = 0; i < issued->index.count; i++) {
        if (digest_sha256(issued->entries[i].der, hash) == STATUS_OK &&
            memcmp(hash, certificate, sizeof(hash)) == 0) {
            return true;
        }
    }
    return false;
}

void sim_issued_check(const struct issued_list *issued)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_in(issued, list[i].certificate)) {
            sim_story_break("I9", "the signer does not remember a certificate that it gave away");
        }
    }
}
