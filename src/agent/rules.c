/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/rules.h"

#include <string.h>

#include "agent/rules_form.h"
#include "base/text.h"
#include "piv/piv_key.h"
#include "piv/spare_slot.h"
#include "wire_agent/statement.h"

enum {
    RENEW = 1,
    REPAIR = 2,
    BLANK = 4,
    WIPE = 8, /* issue of a blocked card: issue_reset */
    ISSUE = BLANK | WIPE,
    SETTING = REPAIR | ISSUE,
    MOVING = RENEW | REPAIR,
    EACH = RENEW | SETTING
};

/* How many times a passcode is shown to the card in one job: once in renewal's prelude, once with
 * the new keys, once in the final test. Where 9A wants one of its own, that is not counted. */
static const struct {
    const char *name;
    unsigned bit;
    size_t verifies_max;
} services[] = { { "renew", RENEW, 3 },
                 { "repair", REPAIR, 2 },
                 { "issue", BLANK, 2 },
                 { STATEMENT_ISSUE_RESET, WIPE, 2 } };

enum { ANY = -1 };

/* One permitted command. `object` only where the command names one. */
struct row {
    uint8_t ins;
    int p1;
    uint8_t p2;
    unsigned prelude, job; /* the services that may send it in that phase */
    bool (*form)(const struct rules_look *look);
    enum piv_object object;
};

static const struct row rows[] = {
    { INS_SELECT, 0x04, 0x00, EACH, EACH, rules_form_select, PIV_OBJECT_MAX },
    { INS_VERIFY, 0x00, 0x80, RENEW, RENEW, rules_form_verify_pin, PIV_OBJECT_MAX },
    { INS_VERIFY, 0x00, 0x80, 0, SETTING, rules_form_verify_new_pin, PIV_OBJECT_MAX },
    { INS_VERIFY, 0x00, 0x80, 0, SETTING, rules_form_verify_wrong, PIV_OBJECT_MAX },
    { INS_RESET_RETRY, 0x00, 0x80, 0, SETTING, rules_form_reset, PIV_OBJECT_MAX },
    { INS_CHANGE_REFERENCE, 0x00, 0x81, 0, SETTING, rules_form_puk_change, PIV_OBJECT_MAX },
    { INS_AUTHENTICATE, ANY, 0x9A, RENEW, EACH, rules_form_proof, PIV_OBJECT_MAX },
    { INS_AUTHENTICATE, ANY, 0x9C, RENEW, EACH, rules_form_proof, PIV_OBJECT_MAX },
    { INS_AUTHENTICATE, ANY, 0x9B, EACH, EACH, rules_form_witness, PIV_OBJECT_MAX },
    { INS_AUTHENTICATE, ANY, 0x9B, 0, EACH, rules_form_open, PIV_OBJECT_MAX },
    { INS_GENERATE, 0x00, 0x9A, 0, EACH, rules_form_generate, PIV_OBJECT_MAX },
    { INS_GENERATE, 0x00, 0x9C, 0, EACH, rules_form_generate, PIV_OBJECT_MAX },
    { INS_GET_METADATA, 0x00, 0x92, MOVING, 0, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_GET_METADATA, 0x00, 0x93, MOVING, 0, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_GET_METADATA, 0x00, 0x94, MOVING, 0, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_GET_METADATA, 0x00, 0x95, MOVING, 0, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_GET_METADATA, 0x00, 0x80, 0, ISSUE, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_GENERATE, 0x00, 0x94, 0, MOVING, rules_form_generate, PIV_OBJECT_MAX },
    { INS_GENERATE, 0x00, 0x95, 0, MOVING, rules_form_generate, PIV_OBJECT_MAX },
    { INS_AUTHENTICATE, ANY, 0x94, 0, MOVING, rules_form_proof, PIV_OBJECT_MAX },
    { INS_AUTHENTICATE, ANY, 0x95, 0, MOVING, rules_form_proof, PIV_OBJECT_MAX },
    { INS_ATTEST, 0x94, 0x00, 0, MOVING, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_ATTEST, 0x95, 0x00, 0, MOVING, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_MOVE_KEY, 0x92, 0x9A, 0, MOVING, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_MOVE_KEY, 0x93, 0x9C, 0, MOVING, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_MOVE_KEY, 0x9A, 0x94, 0, MOVING, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_MOVE_KEY, 0x9C, 0x95, 0, MOVING, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_MOVE_KEY, 0xFF, 0x92, 0, MOVING, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_MOVE_KEY, 0xFF, 0x93, 0, MOVING, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_MOVE_KEY, 0xFF, 0x94, 0, MOVING, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_MOVE_KEY, 0xFF, 0x95, 0, MOVING, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_ATTEST, 0x9A, 0x00, 0, EACH, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_ATTEST, 0x9C, 0x00, 0, EACH, rules_form_nothing, PIV_OBJECT_MAX },
    { INS_PUT_DATA, 0x3F, 0xFF, 0, EACH, rules_form_put, PIV_OBJECT_CERTIFICATE_9A },
    { INS_PUT_DATA, 0x3F, 0xFF, 0, EACH, rules_form_put, PIV_OBJECT_CERTIFICATE_9C },
    { INS_PUT_DATA, 0x3F, 0xFF, 0, ISSUE, rules_form_put, PIV_OBJECT_CHUID },
    { INS_PUT_DATA, 0x3F, 0xFF, 0, ISSUE, rules_form_put, PIV_OBJECT_CAPABILITY },
    { INS_PUT_DATA, 0x3F, 0xFF, 0, ISSUE, rules_form_put, PIV_OBJECT_PRINTED },
    { INS_PUT_DATA, 0x3F, 0xFF, 0, ISSUE, rules_form_put, PIV_OBJECT_DISCOVERY },
    { INS_GET_DATA, 0x3F, 0xFF, 0, EACH, rules_form_get, PIV_OBJECT_CERTIFICATE_9A },
    { INS_GET_DATA, 0x3F, 0xFF, 0, EACH, rules_form_get, PIV_OBJECT_CERTIFICATE_9C },
    { INS_GET_DATA, 0x3F, 0xFF, 0, EACH, rules_form_get, PIV_OBJECT_DISCOVERY },
    { INS_GET_DATA, 0x3F, 0xFF, 0, EACH, rules_form_get, PIV_OBJECT_ATTESTATION },
    { INS_SET_MANAGEMENT, 0xFF, 0xFF, 0, SETTING, rules_form_management, PIV_OBJECT_MAX },
    { INS_RESET, 0x00, 0x00, 0, WIPE, rules_form_nothing, PIV_OBJECT_MAX },
};

bool rules_init(struct rules *ret_rules, const char *service, bool left_locked)
{
    for (size_t i = 0; i < COUNT(services); i++) {
        if (text_equal(service, services[i].name)) {
            *ret_rules = (struct rules){ .service = services[i].bit, .left_locked = left_locked };
            return true;
        }
    }
    return false;
}

bool rules_needs_passcode(const struct rules *rules)
{
    return (rules->service & RENEW) != 0;
}

bool rules_sets_passcode(const struct rules *rules)
{
    return (rules->service & SETTING) != 0;
}

static size_t verifies_max(const struct rules *rules)
{
    for (size_t i = 0; i < COUNT(services); i++) {
        if (services[i].bit == rules->service) {
            return services[i].verifies_max;
        }
    }
    return 0;
}

static bool is_listed(unsigned service, enum rules_phase phase, const struct batch *batch,
                      const struct batch_op *op)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *row = &rows[i];
        unsigned who = phase == RULES_PRELUDE ? row->prelude : row->job;
        const struct rules_look look = { .batch = batch, .op = op, .object = row->object };
        if ((who & service) != 0 && op->ins == row->ins && op->p2 == row->p2 &&
            (row->p1 == ANY || op->p1 == row->p1) && row->form(&look)) {
            return true;
        }
    }
    return false;
}

static bool shows_passcode(const struct batch_op *op)
{
    return op->fill == BATCH_FILL_PIN_AT_0 || op->fill == BATCH_FILL_NEW_PIN_AT_0;
}

/* Is there a way to that command but through the one before it? */
static bool is_jumped_to(const struct batch *batch, size_t index)
{
    bool found = false;
    for (size_t i = 0; i < index; i++) {
        for (size_t k = 0; k < batch->ops[i].rules_count; k++) {
            const struct batch_rule *rule = &batch->ops[i].rules[k];
            found = found ||
                    (rule->action == BATCH_GOTO && text_equal(rule->to, batch->ops[index].label));
        }
    }
    return found;
}

static bool is_after_verify(const struct batch *batch, size_t index)
{
    bool found = false;
    for (size_t i = 0; i < index; i++) {
        found = found || shows_passcode(&batch->ops[i]);
    }
    return found;
}

/* The second one of a batch stands where 9A refused to sign behind the first: directly behind that
 * proof, reached by 6982 alone, and directly before the same proof again. Neither goes on with a
 * passcode that was wrong. */
static bool is_second_verify(const struct batch *batch, size_t index)
{
    if (index == 0 || index + 1 >= batch->count || !is_after_verify(batch, index) ||
        is_jumped_to(batch, index)) {
        return false;
    }
    const struct batch_op *before = &batch->ops[index - 1], *after = &batch->ops[index + 1];
    const struct batch_rule *rules = before->rules;
    return before->proof != BATCH_PROOF_NONE && after->proof != BATCH_PROOF_NONE &&
           spare_slot_home(before->p2) == PIV_SLOT_AUTHENTICATION && after->p2 == before->p2 &&
           before->rules_count == 2 && rules[0].sw == SW_SECURITY_STATUS &&
           rules[0].mask == 0xFFFF && rules[0].action == BATCH_NEXT &&
           rules[1].action != BATCH_NEXT;
}

/* One in a batch, and one more behind it; a wrong passcode always ends the batch. */
static bool verifies_fit(const struct batch *batch)
{
    size_t first = 0, second = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_op *op = &batch->ops[i];
        if (!shows_passcode(op)) {
            continue;
        }
        bool again = is_second_verify(batch, i);
        first += again ? 0 : 1;
        second += again ? 1 : 0;
        if (op->rules_count > 0) {
            return false;
        }
    }
    return first <= 1 && second <= 1;
}

/* Of a command that is listed: is it one too many? NULL, or the rule that it breaks. */
static const char *count_op(struct rules *rules, const struct batch *batch, size_t index,
                            size_t *locks)
{
    const struct batch_op *op = &batch->ops[index];
    rules->commands++;
    if (rules->commands > RULES_COMMANDS_MAX) {
        return "more commands than a job has";
    }
    if (*locks > 0 && op->fill != BATCH_FILL_WRONG_PIN_AT_0) {
        return "a command after the card was locked";
    }
    if (shows_passcode(op) && !is_second_verify(batch, index)) {
        rules->verifies++;
    }
    if (rules->verifies > verifies_max(rules)) {
        return "the passcode is used too often";
    }
    rules->wipes += op->ins == INS_RESET ? 1 : 0;
    if (rules->wipes > 1) {
        return "the card is wiped twice";
    }
    if (op->fill == BATCH_FILL_WRONG_PIN_AT_0) {
        rules->locks++;
        (*locks)++;
    }
    if (rules->locks > (rules->left_locked ? RULES_LOCKS_MAX : 0)) {
        return "a wrong passcode that nobody asked for";
    }
    return NULL;
}

static enum status refuse(const char *rule, const char *label, char *reterr_detail)
{
    if (!text_format(reterr_detail, FAULT_DETAIL_MAX, "%s: '%s'", rule, label)) {
        reterr_detail[0] = '\0';
    }
    return STATUS_SERVER_PROTOCOL;
}

enum status rules_check(struct rules *rules, enum rules_phase phase, const struct batch *batch,
                        char reterr_detail[FAULT_DETAIL_MAX])
{
    struct rules after = *rules;
    size_t locks = 0;
    if (batch_check(batch) != STATUS_OK) {
        return refuse("malformed commands", "", reterr_detail);
    }
    if (!verifies_fit(batch)) {
        return refuse("the passcode is used too often", "verify", reterr_detail);
    }
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_op *op = &batch->ops[i];
        if (op->cla != 0 || !is_listed(after.service, phase, batch, op)) {
            return refuse("a command that this service does not have", op->label, reterr_detail);
        }
        const char *broken = count_op(&after, batch, i, &locks);
        if (broken != NULL) {
            return refuse(broken, op->label, reterr_detail);
        }
    }
    *rules = after;
    return STATUS_OK;
}

void rules_settle(struct rules *rules, const struct rules *before, const struct batch *batch,
                  const struct batch_result *result)
{
    struct rules after = *before;
    for (size_t i = 0; i < batch->count; i++) {
        size_t locks = 0;
        if (batch_result_find(result, batch->ops[i].label) != NULL) {
            (void)count_op(&after, batch, i, &locks); /* it passed as a whole before */
        }
    }
    *rules = after;
}
