/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/card_model.h"
#include "piv/metadata.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"
#include "vcard/vcard_key.h"

/* Jobs that move keys, and what happens to the spare slots between two insertions: by another tool,
 * by a card that is broken, by one that tells less than before. */
enum { RUNS_MAX = 4 };

static struct bench bench, start;
static const uint8_t spares[] = { 0x92, 0x93, 0x94, 0x95 };

static struct vcard_key *slot_of(struct bench *b, uint8_t slot)
{
    return vcard_key_slot(&b->card, slot);
}

static void wipe_slot(uint8_t slot)
{
    *slot_of(&bench, slot) = (struct vcard_key){ 0 };
}

static void check_spares_empty(void)
{
    for (size_t i = 0; i < COUNT(spares); i++) {
        CHECK_EQ(slot_of(&bench, spares[i])->algorithm, 0);
    }
}

/* The card is pulled before this command of a job. Its number. */
static uint32_t stop_before(enum cardop_service service, const char *word)
{
    for (uint32_t at = 1;; at++) {
        memcpy(&bench, &start, sizeof(bench));
        bench_arm(&bench, VCARD_FAULT_CUT_BEFORE, at);
        CHECK(bench_job(&bench, service) != STATUS_OK);
        if (strstr(bench.log, word) != NULL) {
            return at;
        }
    }
}

/* How many insertions more it took. */
static unsigned finish(enum cardop_service service)
{
    enum status status = STATUS_CARD_REMOVED;
    unsigned runs = 0;
    for (; runs < RUNS_MAX && status != STATUS_OK; runs++) {
        bench_insert(&bench);
        status = bench_job(&bench, service);
    }
    CHECK_EQ(status, STATUS_OK);
    bench_check_good(&bench);
    return runs;
}

TEST(cardop_spare__a_pair_of_which_one_key_is_lost_is_made_anew_and_moved_in)
{
    bench_issued(&start, VCARD_MODEL_MOVE);
    for (unsigned service = CARDOP_RENEW; service <= CARDOP_REPAIR; service++) {
        (void)stop_before((enum cardop_service)service, "9c>93");
        wipe_slot(0x95);

        CHECK_EQ(finish((enum cardop_service)service), 1);

        CHECK(strstr(bench.log, "95>9c") != NULL);
        CHECK(!card_model_lacks(cardop_capabilities(&bench.op, 0), CARD_CAN_MOVE_KEY));
        CHECK_EQ(bench_count(&bench, BENCH_REVOKED), 2);
        check_spares_empty();
    }
}

/* ---- a card that closes 9B at each signature ---- */

static void cut_everywhere(enum cardop_service service)
{
    enum status status = STATUS_CARD_REMOVED;
    for (uint32_t at = 1; status != STATUS_OK; at++) {
        memcpy(&bench, &start, sizeof(bench));
        bench_arm(&bench, VCARD_FAULT_CUT_AFTER, at);
        status = bench_job(&bench, service);
        if (status != STATUS_OK) {
            CHECK_EQ(finish(service), 1);
        }
        check_spares_empty();
    }
    CHECK(!bench_fault_happened(&bench));
}

TEST(cardop_spare__a_card_that_closes_9b_at_a_signature_deletes_the_old_keys_all_the_same)
{
    bench_issued_with(&start, VCARD_MODEL_MOVE, VCARD_FEATURE_SIGN_VOIDS_9B);
    cut_everywhere(CARDOP_RENEW);
    CHECK_EQ(bench.round_trips, 7); /* it closed behind the proofs of the new keys too */
    start.left_locked = true;
    cut_everywhere(CARDOP_REPAIR);
}

/* ---- a job that began with moving, and went on without ---- */

static void refuse(enum cardop_service service, const char *word, uint16_t sw)
{
    uint32_t at = stop_before(service, word);
    memcpy(&bench, &start, sizeof(bench));
    bench_arm(&bench, VCARD_FAULT_REFUSE, at);
    bench.fault_next.sw = sw;
}

TEST(cardop_spare__what_was_left_in_spare_slots_is_deleted_when_the_keys_are_made_in_place)
{
    static const char *const words[] = { "generate-94", "9a>92", "94>9a", "9c>93", "95>9c" };
    bench_issued(&start, VCARD_MODEL_MOVE);
    for (size_t i = 0; i < COUNT(words); i++) {
        refuse(CARDOP_RENEW, words[i], 0x6F00);
        if (bench_job(&bench, CARDOP_RENEW) != STATUS_OK) {
            CHECK_EQ(finish(CARDOP_RENEW), 1);
        }
        CHECK(strstr(bench.log, "generate-9a") != NULL);
        check_spares_empty();
        (void)stop_before(CARDOP_RENEW, words[i]);
        bench.card.options.features &= ~(uint32_t)VCARD_FEATURE_VERSION;
        CHECK_EQ(finish(CARDOP_RENEW), 1);
        CHECK(strstr(bench.log, "generate-9a") != NULL);
        check_spares_empty();
    }
}

/* An execution error or want of room may be gone the next time: the card is not written off. */
TEST(cardop_spare__only_what_the_card_does_not_have_is_recorded_as_lacking)
{
    static const char *const words[] = { "delete-95", "generate-94", "9a>92", "95>9c" };
    static const struct {
        uint16_t sw;
        bool final;
    } refusals[] = { { 0x6F00, false }, { 0x6581, false }, { 0x6A84, false }, { 0x6400, false },
                     { 0x6D00, true },  { 0x6A81, true },  { 0x6A86, true },  { 0x6700, true } };
    bench_issued(&start, VCARD_MODEL_MOVE);
    for (size_t i = 0; i < COUNT(words) * COUNT(refusals); i++) {
        uint16_t sw = refusals[i / COUNT(words)].sw;
        refuse(CARDOP_RENEW, words[i % COUNT(words)], sw);
        if (bench_job(&bench, CARDOP_RENEW) != STATUS_OK) {
            CHECK_EQ(finish(CARDOP_RENEW), 1);
        }
        CHECK(strstr(bench.log, "generate-9a") != NULL); /* this job goes on without */
        CHECK_EQ(card_model_lacks(cardop_capabilities(&bench.op, 0), CARD_CAN_MOVE_KEY),
                 refusals[i / COUNT(words)].final);
        check_spares_empty();
    }
}

TEST(cardop_spare__a_key_type_that_the_card_lacks_says_nothing_about_moving)
{
    bench_issued(&start, VCARD_MODEL_MOVE);
    start.card.options.features &= ~(uint32_t)VCARD_FEATURE_P384;
    memcpy(&bench, &start, sizeof(bench));
    bench.key_type = KEY_TYPE_P384;
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_CARD_KEY_TYPE);
    bench.key_type = KEY_TYPE_P256;

    CHECK_EQ(finish(CARDOP_RENEW), 1);

    CHECK(strstr(bench.log, "95>9c") != NULL);
    CHECK(!card_model_lacks(cardop_capabilities(&bench.op, 0), CARD_CAN_MOVE_KEY));
    check_spares_empty();
}

/* ---- somebody else uses a spare slot between two insertions ---- */

struct visitor {
    const char *before; /* the command that did not happen any more */
    uint8_t slot;
    uint8_t origin;
};

static void check_stays(enum cardop_service service, const struct visitor *visitor)
{
    struct vcard_key key = *slot_of(&start, 0x9A);
    (void)stop_before(service, visitor->before);
    key.origin = visitor->origin;
    *slot_of(&bench, visitor->slot) = key;

    CHECK_EQ(finish(service), 1);

    CHECK_BYTES(slot_of(&bench, visitor->slot), &key, sizeof(key));
    CHECK_EQ(bench_count(&bench, BENCH_CURRENT), CARDOP_KEYS);
}

TEST(cardop_spare__a_key_that_somebody_put_into_a_spare_slot_meanwhile_stays)
{
    static const struct visitor visitors[] = {
        { "delete-95", 0x94, METADATA_IMPORTED }, { "generate-94", 0x92, METADATA_GENERATED },
        { "sign-94", 0x93, METADATA_GENERATED },  { "9a>92", 0x92, METADATA_IMPORTED },
        { "94>9a", 0x93, METADATA_IMPORTED },     { "95>9c", 0x94, METADATA_IMPORTED },
        { "delete-92", 0x95, METADATA_IMPORTED },
    };
    bench_issued(&start, VCARD_MODEL_MOVE);
    for (size_t i = 0; i < COUNT(visitors); i++) {
        check_stays(CARDOP_RENEW, &visitors[i]);
        check_stays(CARDOP_REPAIR, &visitors[i]);
    }
}

static void finish_without_9a(enum cardop_service service)
{
    (void)stop_before(service, "put-9c");
    wipe_slot(0x9A);

    CHECK(finish(service) <= 2);

    CHECK_EQ(bench_count(&bench, BENCH_REVOKED), 2);
}

TEST(cardop_spare__a_new_key_that_is_gone_from_its_own_slot_is_made_anew)
{
    bench_issued(&start, VCARD_MODEL_METADATA);
    finish_without_9a(CARDOP_RENEW);
    finish_without_9a(CARDOP_REPAIR);
    bench_blank_attesting(&start, 0x41);
    bench_issue(&start);
    finish_without_9a(CARDOP_RENEW);
    finish_without_9a(CARDOP_REPAIR);
}
