/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"

/* The card is pulled at each physical command of each service, on each kind of card, before the
 * command, in the middle of it and after it; with the answers of the broken batch posted, and with
 * an agent that died. Whatever the moment: the next insertion finishes the job (I4). */
enum { CUTS_MAX = 120, RUNS_MAX = 4 };

static const enum vcard_fault_kind kinds[] = { VCARD_FAULT_CUT_BEFORE, VCARD_FAULT_TEAR,
                                               VCARD_FAULT_CUT_AFTER };

struct scene {
    const char *name;
    enum cardop_service service;
    bool left_locked;
    bool blocked;  /* passcode and PUK, to begin with: the card is wiped first */
    bool set_back; /* PUK and management key are the maker's again, unknown to the directory */
};

static const struct scene scenes[] = {
    { "renew", CARDOP_RENEW, false, false, false },
    { "repair", CARDOP_REPAIR, false, false, false },
    { "repair, left locked", CARDOP_REPAIR, true, false, false },
    { "issue", CARDOP_ISSUE, false, false, false },
    { "issue of a blocked card", CARDOP_ISSUE, false, true, false },
    { "repair, set back", CARDOP_REPAIR, false, false, true },
};

static struct bench bench, start;
static unsigned cuts, second_cuts, recoveries;
static bool stays_powered; /* the agent goes, the card stays in a reader that keeps it awake */

/* The operator says so where the card shows that it is blocked, and only there. */
static void permit_reset(struct bench *b)
{
    const struct vcard_memory *memory = &b->card.memory;
    b->reset = memory->pin.tries_left == 0 && memory->puk.tries_left == 0;
}

static void insert_again(void)
{
    if (stays_powered) {
        vcard_arm(&bench.card, &(struct vcard_fault){ .kind = VCARD_FAULT_NONE });
    } else {
        bench_insert(&bench);
    }
    permit_reset(&bench);
}

static void prepare(const struct scene *scene, enum vcard_model model)
{
    if (scene->service == CARDOP_ISSUE && !scene->blocked) {
        bench_blank(&start, model, 0);
    } else {
        bench_issued(&start, model);
    }
    if (scene->blocked) {
        start.card.memory.pin.tries_left = start.card.memory.puk.tries_left = 0;
        permit_reset(&start);
    }
    start.left_locked = scene->left_locked;
    if (scene->set_back) {
        bench_set_back_puk(&start);
        bench_set_back_management(&start);
    }
}

/* Was anything certified before the cut? Then no further certificate may be made (I5). */
static bool both_certified(const struct bench *b)
{
    struct cardop op;
    return bench_job_open(b) &&
           cardop_decode(span_of(b->journal, b->journal_len), &op) == STATUS_OK &&
           op.keys[0].certified && op.keys[1].certified;
}

static void check_end(const struct scene *scene)
{
    bench_check_good(&bench);
    if (scene->service != CARDOP_ISSUE && !scene->set_back) {
        bench_check_untouched(&start, &bench);
    }
    bool renewed = scene->service == CARDOP_RENEW;
    bool second = scene->service == CARDOP_REPAIR || scene->blocked;
    const char *pin = renewed || !second ? "471108" : "835291";
    CHECK(vcard_pin_is(&bench.card, pin));
    const struct vcard_reference *tries = &bench.card.memory.pin;
    CHECK_EQ(tries->tries_left, scene->left_locked ? 0 : tries->tries_max);
}

/* Insertions without a fault until the job is done; a batch that the card refused may take one. */
static void finish(const struct scene *scene)
{
    enum status status = STATUS_CARD_REMOVED;
    size_t made = bench.certificates_count;
    bool certified = both_certified(&bench);
    if (!bench_job_open(&bench) && scene->service != CARDOP_ISSUE && !scene->set_back) {
        bench_check_good(&bench); /* nothing was begun: the old pair works */
    }
    for (unsigned i = 0; i < RUNS_MAX && status != STATUS_OK; i++) {
        insert_again();
        status = bench_job(&bench, scene->service);
        recoveries++;
    }
    if (status != STATUS_OK) {
        printf("# %s: %s %s %04x: %s\n", scene->name, status_entry(status)->name,
               bench.fault.detail, bench.fault.sw, bench.log);
    }
    CHECK_EQ(status, STATUS_OK);
    if (certified) {
        CHECK_EQ(bench.certificates_count, made);
    }
    check_end(scene);
}

/* False: the job ended before the fault. */
static bool run_cut(const struct scene *scene, enum vcard_fault_kind kind, uint32_t at, bool dies)
{
    bench.agent_dies = dies;
    bench_arm(&bench, kind, at);
    enum status status = bench_job(&bench, scene->service);
    if (!bench_fault_happened(&bench)) {
        CHECK_EQ(status, STATUS_OK);
        return false;
    }
    CHECK(status != STATUS_OK);
    bench.agent_dies = false;
    insert_again();
    return true;
}

static void cut_once(const struct scene *scene, enum vcard_fault_kind kind, bool dies)
{
    for (uint32_t at = 1; at < CUTS_MAX; at++) {
        memcpy(&bench, &start, sizeof(bench));
        if (!run_cut(scene, kind, at, dies)) {
            CHECK(at > 15);
            return;
        }
        cuts++;
        finish(scene);
    }
    fail_msg("a job without an end");
}

/* A plain card cannot be wiped, and its key 9B stays the maker's. */
static bool has_scene(const struct scene *scene, unsigned model)
{
    return model != VCARD_MODEL_STANDARD || !(scene->blocked || scene->set_back);
}

static void cut_everywhere(const struct scene *scene)
{
    for (unsigned model = 0; model < VCARD_MODEL_MAX; model++) {
        if (!has_scene(scene, model)) {
            continue;
        }
        prepare(scene, (enum vcard_model)model);
        for (size_t i = 0; i < COUNT(kinds); i++) {
            cut_once(scene, kinds[i], false);
            cut_once(scene, kinds[i], true);
        }
    }
}

TEST(cardop_tear__a_renewal_survives_a_cut_at_every_command)
{
    cut_everywhere(&scenes[0]);
}

TEST(cardop_tear__a_repair_survives_a_cut_at_every_command)
{
    cut_everywhere(&scenes[1]);
}

TEST(cardop_tear__a_repair_that_leaves_the_card_locked_survives_a_cut_at_every_command)
{
    cut_everywhere(&scenes[2]);
}

TEST(cardop_tear__an_issue_survives_a_cut_at_every_command)
{
    cut_everywhere(&scenes[3]);
}

TEST(cardop_tear__a_reset_and_the_issue_behind_it_survive_a_cut_at_every_command)
{
    cut_everywhere(&scenes[4]);
    printf("# %u cuts, %u recoveries\n", cuts, recoveries);
}

/* Only cards that tell their metadata can be known to be so. */
TEST(cardop_tear__a_repair_of_a_card_with_the_makers_secrets_survives_a_cut_at_every_command)
{
    static const enum vcard_model models[] = { VCARD_MODEL_METADATA, VCARD_MODEL_MOVE };
    for (size_t model = 0; model < COUNT(models); model++) {
        prepare(&scenes[5], models[model]);
        for (size_t i = 0; i < COUNT(kinds); i++) {
            cut_once(&scenes[5], kinds[i], false);
            cut_once(&scenes[5], kinds[i], true);
        }
    }
}

/* Named failure: half a PUT followed by a whole one giving a wrong object with 9000. Such a card
 * writes as data arrives, and without a power cycle the broken chain is still open. */
TEST(cardop_tear__half_a_put_and_a_whole_one_give_no_wrong_object)
{
    stays_powered = true;
    for (size_t i = 0; i < 2; i++) {
        for (size_t kind = 0; kind < COUNT(kinds); kind++) {
            bench_issued_with(&start, VCARD_MODEL_STANDARD, VCARD_FEATURE_PUT_STREAMS);
            cut_once(&scenes[i], kinds[kind], true);
        }
    }
    stays_powered = false;
}

/* Cards whose signatures end the open management key are opened twice in each job. */
TEST(cardop_tear__a_card_that_is_opened_twice_survives_a_cut_at_every_command)
{
    for (size_t i = 0; i < 2; i++) {
        for (size_t kind = 0; kind < COUNT(kinds); kind++) {
            bench_issued_with(&start, VCARD_MODEL_METADATA, VCARD_FEATURE_SIGN_VOIDS_9B);
            cut_once(&scenes[i], kinds[kind], true);
            cut_once(&scenes[i], kinds[kind], false);
        }
    }
}

/* ---- and once more during the recovery ---- */

enum pair { PAIR_CUT, PAIR_NO_SECOND, PAIR_NO_FIRST };

static enum pair cut_twice(const struct scene *scene, uint32_t first, uint32_t second)
{
    memcpy(&bench, &start, sizeof(bench));
    if (!run_cut(scene, kinds[(first + second) % 3], first, second % 2 == 0)) {
        return PAIR_NO_FIRST;
    }
    if (!run_cut(scene, kinds[first % 3], second, first % 2 == 0)) {
        return PAIR_NO_SECOND;
    }
    second_cuts++;
    finish(scene);
    return PAIR_CUT;
}

/* A program that looks at each access to memory needs half an hour for all pairs: it may take one
 * in CARDWRIGHT_PAIRS_EVERY, which is best odd. */
static uint32_t pairs_every(void)
{
    const char *asked = getenv("CARDWRIGHT_PAIRS_EVERY");
    long every = asked != NULL ? strtol(asked, NULL, 10) : 1;
    return every > 1 && every < 100 ? (uint32_t)every : 1;
}

/* Every pair of places; kinds of cut and dying agents take turns with them. */
static void cut_pairs(const struct scene *scene, enum vcard_model model)
{
    const uint32_t every = pairs_every();
    enum pair pair = PAIR_CUT;
    prepare(scene, model);
    for (uint32_t first = 1; pair != PAIR_NO_FIRST; first++) {
        pair = PAIR_CUT;
        for (uint32_t second = 1 + first % every; pair == PAIR_CUT; second += every) {
            pair = cut_twice(scene, first, second);
        }
    }
}

TEST(cardop_tear__a_second_cut_during_the_recovery_is_survived_too)
{
    for (size_t i = 0; i < COUNT(scenes); i++) {
        for (unsigned model = 0; model < VCARD_MODEL_MAX; model++) {
            if (has_scene(&scenes[i], model)) {
                cut_pairs(&scenes[i], (enum vcard_model)model);
            }
        }
    }
    printf("# %u pairs of cuts\n", second_cuts);
}
