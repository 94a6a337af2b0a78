/* SPDX-License-Identifier: Apache-2.0 */
#include "cardop/cardop_parts.h"

#include "base/text.h"
#include "piv/metadata.h"
#include "piv/piv_key.h"
#include "piv/spare_slot.h"

/* The vendor's MOVE KEY (F6): P1 is the destination, which must be empty, P2 the source. A
 * destination of FF deletes. The certificate object of a slot is not touched by it. */
enum { DELETE_KEY = 0xFF };

static bool can_move(const struct cardop *op)
{
    const uint32_t needed =
        CARD_CAN_MOVE_KEY | CARD_CAN_METADATA | CARD_CAN_RETIRED_GENERATE | CARD_CAN_PIN_POLICY;
    return op->service != CARDOP_ISSUE && op->move_refusal == CARDOP_REFUSAL_NONE &&
           (op->can & needed) == needed;
}

bool cardop_is_spare(const struct cardop *op, size_t key_index)
{
    return op->keys[key_index].slot != cardop_slots[key_index];
}

/* ---- which key is where ---- */

static void add_place(struct batch *b, const char *prefix, size_t index, uint8_t slot)
{
    struct cardop_label label = cardop_label_of(prefix, index);
    struct batch_op *command = batch_add(b, label.text, BATCH_STEP_CHECK_CARD);
    command->ins = INS_GET_METADATA;
    command->p2 = slot;
    command->le = 256;
    command->capture = true;
    batch_on(command, 0, 0, BATCH_NEXT, NULL);
}

static bool may_move(const struct cardop *op, const struct card_report *report)
{
    struct cardop asked = *op;
    asked.can = card_report_capabilities(report) & ~op->lacks;
    return can_move(&asked);
}

const char *cardop_old_pair(const struct cardop *op, const struct card_report *report)
{
    if (op->service == CARDOP_ISSUE) {
        return "none";
    }
    return may_move(op, report) ? "kept" : "replaced";
}

void cardop_add_places(struct batch *b, const struct cardop *op, const struct card_report *report)
{
    bool asks = may_move(op, report);
    for (size_t i = 0; i < CARDOP_KEYS && asks; i++) {
        add_place(b, "new-", i, spare_slot_new(cardop_slots[i]));
        add_place(b, "aside-", i, spare_slot_aside(cardop_slots[i]));
    }
}

enum place { PLACE_UNKNOWN, PLACE_EMPTY, PLACE_TAKEN };

static enum place look(const struct batch_result *result, const char *prefix, size_t index,
                       struct metadata *ret_metadata)
{
    struct cardop_label label = cardop_label_of(prefix, index);
    const struct batch_answer *answer = batch_result_find(result, label.text);
    *ret_metadata = (struct metadata){ 0 };
    if (answer == NULL) {
        return PLACE_UNKNOWN;
    }
    if (answer->sw == SW_REFERENCE_NOT_FOUND) {
        return PLACE_EMPTY;
    }
    bool told = answer->sw == SW_OK &&
                metadata_decode(batch_answer_data(result, answer), ret_metadata) == STATUS_OK;
    return told ? PLACE_TAKEN : PLACE_UNKNOWN;
}

static bool is_key(const struct metadata *metadata, const struct cardop_key *key)
{
    struct public_key told;
    return key->known &&
           piv_key_of_template(metadata->public_key, key->key.type, &told) == STATUS_OK &&
           public_key_equal(&told, &key->key);
}

/* Where this key is, and what stands in its way. True: it is somewhere, or still to be made. */
static bool survey_key(struct cardop *op, const struct card_report *report,
                       const struct batch_result *result, size_t index)
{
    static const enum report_metadata own_slots[CARDOP_KEYS] = { REPORT_METADATA_9A,
                                                                 REPORT_METADATA_9C };
    struct cardop_key *key = &op->keys[index];
    struct metadata made, aside, own;
    bool left = look(result, "new-", index, &made) == PLACE_TAKEN;
    bool waits = left && is_key(&made, key);
    bool told = card_report_metadata(report, own_slots[index], &own);
    bool home = told && is_key(&own, key);
    key->aside = look(result, "aside-", index, &aside) == PLACE_TAKEN || (left && home);
    key->occupied = told; /* by this key too: should it be forgotten, another one comes in */
    key->slot = waits && !home ? spare_slot_new(cardop_slots[index]) : cardop_slots[index];
    return waits || home || !key->known;
}

static bool all_empty(const struct batch_result *result)
{
    struct metadata ignored;
    bool empty = true;
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        empty = empty && look(result, "new-", i, &ignored) == PLACE_EMPTY &&
                look(result, "aside-", i, &ignored) == PLACE_EMPTY;
    }
    return empty;
}

/* What the job has left in spare slots until now is deleted in the end all the same. */
static void stay_home(struct cardop *op)
{
    bool waiting =
        cardop_is_spare(op, CARDOP_AUTHENTICATION) || cardop_is_spare(op, CARDOP_SIGNING);
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        op->keys[i].slot = cardop_slots[i];
        op->keys[i].occupied = false;
        op->keys[i].aside = op->keys[i].aside || op->moves;
    }
    op->moves = false;
    if (waiting) {
        cardop_forget_keys(op);
    }
}

/* The job makes its keys on the card, and moves none aside before it has the certificates. */
static bool is_somebody_s(const struct cardop_key *key, const struct batch_result *result,
                          size_t index)
{
    struct metadata made, aside;
    bool moved = key->certified || key->discarded || key->aside;
    bool waits = look(result, "new-", index, &made) == PLACE_TAKEN;
    bool stands = look(result, "aside-", index, &aside) == PLACE_TAKEN;
    return (waits && made.origin == METADATA_IMPORTED) ||
           (stands && (aside.origin == METADATA_IMPORTED || !moved));
}

/* A key that somebody put into a spare slot since: this job leaves that slot alone. */
static bool spare_somebody_s(struct cardop *op, const struct batch_result *result)
{
    bool found[CARDOP_KEYS];
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        found[i] = is_somebody_s(&op->keys[i], result, i);
    }
    bool any = found[CARDOP_AUTHENTICATION] || found[CARDOP_SIGNING];
    if (any) {
        stay_home(op);
    }
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        op->keys[i].aside = op->keys[i].aside && !found[i];
    }
    return any;
}

/* What is in a spare slot may be somebody's: keys are moved only where all four were empty when
 * this job began. */
void cardop_survey_places(struct cardop *op, const struct card_report *report,
                          const struct batch_result *result)
{
    if (spare_somebody_s(op, result)) {
        return;
    }
    if (!can_move(op) || !(op->moves || all_empty(result))) {
        stay_home(op);
        return;
    }
    bool there = true;
    op->moves = true;
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        there = survey_key(op, report, result, i) && there;
    }
    if (!there) {
        cardop_forget_keys(op);
    }
}

void cardop_place_new(struct cardop *op)
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        if (op->moves && !op->keys[i].known) {
            op->keys[i].slot = spare_slot_new(cardop_slots[i]);
        }
    }
}

/* ---- moving ---- */

static struct batch_op *add_move(struct batch *b, const char *prefix, size_t index, uint8_t to,
                                 uint8_t from)
{
    struct cardop_label label = cardop_label_of(prefix, index);
    struct batch_op *command = batch_add(b, label.text, BATCH_STEP_WRITE);
    command->ins = INS_MOVE_KEY;
    command->p1 = to;
    command->p2 = from;
    return command;
}

static struct batch_op *add_delete(struct batch *b, const char *prefix, size_t index, uint8_t slot)
{
    struct batch_op *command = add_move(b, prefix, index, DELETE_KEY, slot);
    batch_on(command, SW_REFERENCE_NOT_FOUND, 0xFFFF, BATCH_NEXT, NULL); /* nothing was there */
    return command;
}

void cardop_add_clear(struct batch *b, const struct cardop *op, size_t key_index)
{
    if (cardop_is_spare(op, key_index)) {
        add_delete(b, "clear-", key_index, op->keys[key_index].slot)->step =
            BATCH_STEP_MAKE_SIGNING_KEY;
    }
}

void cardop_add_move_in(struct batch *b, const struct cardop *op, size_t key_index)
{
    const struct cardop_key *key = &op->keys[key_index];
    uint8_t home = cardop_slots[key_index];
    if (!cardop_is_spare(op, key_index)) {
        return;
    }
    if (key->occupied && key->aside) {
        add_delete(b, "drop-", key_index, spare_slot_aside(home));
    }
    if (key->occupied) {
        add_move(b, "out-", key_index, spare_slot_aside(home), home);
    }
    add_move(b, "in-", key_index, home, key->slot);
}

static bool leaves(const struct cardop *op, size_t key_index)
{
    return op->moves || op->keys[key_index].aside;
}

const char *cardop_first_gone(const struct cardop *op)
{
    if (leaves(op, CARDOP_AUTHENTICATION)) {
        return "gone-9a";
    }
    return leaves(op, CARDOP_SIGNING) ? "gone-9c" : NULL;
}

static void add_gone(struct batch *b, const char *prefix, size_t index, uint8_t slot)
{
    struct batch_op *command = add_move(b, prefix, index, DELETE_KEY, slot);
    command->step = BATCH_STEP_TEST;
    batch_on(command, 0, 0, BATCH_NEXT, NULL); /* it is of no use any more, and does no harm */
}

void cardop_add_gone(struct batch *b, const struct cardop *op)
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        if (!leaves(op, i)) {
            continue;
        }
        add_gone(b, "gone-", i, spare_slot_aside(cardop_slots[i]));
        if (op->keys[i].aside) {
            add_gone(b, "left-", i, spare_slot_new(cardop_slots[i]));
        }
    }
}

/* Both have signed in this insertion: what is left to do is to delete the old ones. */
bool cardop_is_tested(const struct cardop *op)
{
    return op->keys[CARDOP_AUTHENTICATION].proved && op->keys[CARDOP_SIGNING].proved;
}

/* ---- answers ---- */

static bool is_passing(uint16_t sw)
{
    uint8_t sw1 = (uint8_t)(sw >> 8);
    return (sw1 >= 0x64 && sw1 <= 0x66) || sw1 == 0x6F || sw == SW_NO_MEMORY;
}

/* The card says no, whoever asks: not for want of the management key. What stopped behind an answer
 * that was good enough, the reader or the person, is told by its own status: the card has refused
 * nothing then. */
static enum cardop_refusal refusal(const struct batch_result *result)
{
    uint16_t sw = result->count > 0 ? result->answers[result->count - 1].sw : (uint16_t)SW_NONE;
    if (result->outcome != BATCH_STOPPED || result->status != STATUS_CARD_ANSWER || sw == SW_NONE ||
        sw == SW_SECURITY_STATUS) {
        return CARDOP_REFUSAL_NONE;
    }
    return is_passing(sw) ? CARDOP_REFUSAL_PASSING : CARDOP_REFUSAL_FINAL;
}

bool cardop_stay_home(struct cardop *op, const struct batch_result *result)
{
    enum cardop_refusal said = refusal(result);
    if (!op->moves || said == CARDOP_REFUSAL_NONE) {
        return false;
    }
    const char *label = result->answers[result->count - 1].label;
    if (!cardop_label_begins(label, "clear-") && !cardop_label_begins(label, "generate-")) {
        return false;
    }
    op->move_refusal = said;
    cardop_forget_keys(op);
    stay_home(op);
    return true;
}

void cardop_settle_moves(struct cardop *op, const struct batch_result *result)
{
    for (size_t i = 0; i < CARDOP_KEYS && op->moves; i++) {
        struct cardop_key *key = &op->keys[i];
        if (batch_result_good(result, cardop_label_of("out-", i).text)) {
            key->occupied = false;
            key->aside = true;
        }
        if (batch_result_good(result, cardop_label_of("in-", i).text)) {
            key->slot = cardop_slots[i];
            key->occupied = true;
        }
    }
    if (op->moves && refusal(result) != CARDOP_REFUSAL_NONE) {
        const char *label = result->answers[result->count - 1].label;
        bool moving = cardop_label_begins(label, "out-") || cardop_label_begins(label, "in-");
        op->move_refusal = moving ? refusal(result) : CARDOP_REFUSAL_NONE;
    }
}

/* A card whose 9B is closed by a signature deletes nothing behind the test. */
bool cardop_keeps_old(const struct cardop *op, const struct batch_result *result)
{
    bool keeps = false;
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        const struct batch_answer *answer =
            batch_result_find(result, cardop_label_of("gone-", i).text);
        keeps = keeps || (answer != NULL && answer->sw == SW_SECURITY_STATUS);
    }
    return keeps && op->openings < CARDOP_OPENINGS_MAX;
}
