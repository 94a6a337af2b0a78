/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_kept.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "sim/sim_story.h"

static struct kept {
    char serial[STORE_CERTIFICATE_SERIAL_MAX];
    uint8_t fingerprint[STORE_DIGEST_LEN];
    instant revoked_at;
    char reason[STORE_WORD_MAX];
    bool seen, doubted;
} list[SIM_KEPT_MAX];
static size_t count;

static struct kept *find(const char *serial)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(list[i].serial, serial)) {
            return &list[i];
        }
    }
    REQUIRE(count < SIM_KEPT_MAX);
    list[count] = (struct kept){ 0 };
    text_take(list[count].serial, sizeof(list[count].serial), serial);
    return &list[count++];
}

void sim_kept_begin(void)
{
    for (size_t i = 0; i < count; i++) {
        list[i].seen = false;
    }
}

static void take(struct kept *kept, const struct certificate_record *record)
{
    memcpy(kept->fingerprint, record->fingerprint, sizeof(kept->fingerprint));
    kept->revoked_at = record->revoked_at;
    text_take(kept->reason, sizeof(kept->reason), record->revocation_reason);
    kept->doubted = kept->doubted || text_equal(record->state, "unproved");
}

bool sim_kept_was_doubted(const char *serial)
{
    return find(serial)->doubted;
}

void sim_kept_see(const struct certificate_record *record)
{
    size_t known = count;
    struct kept *kept = find(record->serial);
    bool is_new = count > known;
    if (!is_new && memcmp(kept->fingerprint, record->fingerprint, sizeof(kept->fingerprint)) != 0) {
        sim_story_break("I12", "certificate %s is another one now", record->serial);
    }
    if (kept->revoked_at != 0 && (kept->revoked_at != record->revoked_at ||
                                  !text_equal(kept->reason, record->revocation_reason))) {
        sim_story_break("I12", "certificate %s was revoked before, and is so otherwise now",
                        record->serial);
    }
    take(kept, record);
    kept->seen = true;
}

void sim_kept_end(void)
{
    for (size_t i = 0; i < count; i++) {
        if (!list[i].seen) {
            sim_story_break("I12", "certificate %s is gone", list[i].serial);
        }
    }
}
