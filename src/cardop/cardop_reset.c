/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "cardop/cardop_parts.h"
#include "crypto/cipher.h"
#include "piv/chuid.h"

/* cardop_reset: a card whose passcode and PUK are both blocked signs nothing any more. Where it has
 * the maker's command for it, it is wiped and issued anew. What it was before is kept in numbers
 * only: no version of its secrets is ever used again. */

/* With which algorithm the factory made its key 9B is found out by asking, the newest first (SP
 * 800-78-4 table 6-2). None of these witnesses is answered: the one that is must be asked for last.
 */
static const struct {
    const char *label;
    uint8_t algorithm;
} witnesses[] = {
    { "witness-0c", MANAGEMENT_AES_256 },
    { "witness-0a", MANAGEMENT_AES_192 },
    { "witness-08", MANAGEMENT_AES_128 },
    { "witness-03", MANAGEMENT_3DES },
};

void cardop_set_reset(struct cardop *op, bool reset)
{
    op->reset = reset;
}

bool cardop_resets(const struct cardop *op)
{
    return op->reset_sent || op->goal == CARDOP_GOAL_RESET;
}

/* ---- what is known once it has happened ---- */

/* Another number than any that was in use; 0 is what the card came with. */
static void start_anew(struct cardop_secret *secret)
{
    uint32_t highest = secret->next > secret->current ? secret->next : secret->current;
    bool spent = secret->sent || secret->unsure || secret->next == secret->current;
    *secret = (struct cardop_secret){ .next = spent ? highest + 1 : highest };
}

static void take_effect(struct cardop *op)
{
    start_anew(&op->management);
    start_anew(&op->puk);
    op->management_trying = 0;
    op->puk_fixed = op->puk_refused = false;
    op->puk_first = CARDOP_PUK_CURRENT;
    memset(op->puk_spent, 0, sizeof(op->puk_spent));
    op->factory.candidate = 0;
    op->factory.proved = false;
    op->factory.facts.told = FACTORY_TOLD_DEFAULT; /* a reset brings the maker's key back */
    op->factory.facts.algorithm = op->management_algorithm;
    op->reset_sent = false;
    op->keys_sent = false;
    cardop_forget_keys(op);
    op->goal = CARDOP_GOAL_PROVE;
}

/* ---- is it to happen? ---- */

/* There was something of ours on it, and now there is nothing: wiped, by us or by its maker's tool.
 * Nobody else could empty it: that takes our management key. */
static bool is_wiped(const struct cardop *op, const struct card_report *report,
                     const struct card_identity *identity)
{
    char guid[2 * CHUID_GUID_LEN + 1];
    bool had = op->reset_sent || op->management.current > 0;
    REQUIRE(text_of_hex(SPAN_OF(op->guid), guid, sizeof(guid)));
    return had && card_identity_is_unissued(identity, guid) && report->tries_left != 0;
}

enum status cardop_reset_judge(struct cardop *op, const struct card_report *report,
                               const struct card_identity *identity)
{
    if (is_wiped(op, report, identity)) {
        take_effect(op);
        return STATUS_OK;
    }
    op->reset_sent = false;
    if (!op->reset) {
        bool told = card_report_puk_tries(report) == 0;
        return told && card_report_is_blocked(report) ? STATUS_RESET_UNCONFIRMED : STATUS_OK;
    }
    if (!card_report_is_blocked(report)) {
        return STATUS_CARD_NOT_BLOCKED;
    }
    op->goal = CARDOP_GOAL_RESET;
    return STATUS_OK;
}

/* ---- the batch and its answers ---- */

enum status cardop_reset(struct cardop *op, struct batch *ret_batch)
{
    REQUIRE(op->want == CARDOP_WANT_RESET);
    batch_init(ret_batch);
    cardop_add_select(ret_batch);
    struct batch_op *reset = batch_add(ret_batch, "wipe", BATCH_STEP_PERSONALISE);
    reset->ins = INS_RESET; /* not in SP 800-73: Yubico, taken over by others */
    cardop_add_select_as(ret_batch, "select-anew");
    for (size_t i = 0; i < COUNT(witnesses); i++) {
        bool last = i + 1 == COUNT(witnesses);
        struct batch_op *witness =
            cardop_add_witness_as(ret_batch, witnesses[i].label, witnesses[i].algorithm);
        if (!last) {
            batch_on(witness, SW_OK, 0xFFFF, BATCH_GOTO, "wiped");
            batch_on(witness, 0, 0, BATCH_NEXT, NULL);
        }
    }
    cardop_add_mark(ret_batch, "wiped");
    op->reset_sent = true;
    op->stage = CARDOP_STAGE_RESETTING;
    op->want = CARDOP_WANT_ANSWERS;
    return ret_batch->full ? STATUS_TOO_LARGE : STATUS_OK;
}

static bool take_algorithm(struct cardop *op, const struct batch_result *result)
{
    for (size_t i = 0; i < COUNT(witnesses); i++) {
        if (batch_result_good(result, witnesses[i].label)) {
            op->management_algorithm = witnesses[i].algorithm;
            op->factory.facts.algorithm = witnesses[i].algorithm;
            return true;
        }
    }
    return false;
}

enum status cardop_reset_accept(struct cardop *op, const struct batch_result *result,
                                struct batch *ret_batch)
{
    const struct batch_answer *answer = batch_result_find(result, "wipe");
    if (answer == NULL || answer->sw == SW_NONE) {
        op->reset_sent = answer != NULL || result->outcome != BATCH_STOPPED;
        return cardop_fault(result).status;
    }
    if (answer->sw != SW_OK) {
        op->reset_sent = false;
        return STATUS_CARD_RESET_REFUSED;
    }
    take_effect(op);
    if (result->outcome != BATCH_DONE) {
        return cardop_fault(result).status;
    }
    if (!take_algorithm(op, result)) {
        return STATUS_JOB_ANSWER;
    }
    return cardop_open_again(op, CARDOP_GOAL_PROVE, ret_batch);
}
