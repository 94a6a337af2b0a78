/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/card_test.h"

#include <stdlib.h>

#include "agent/desk_stream.h"
#include "agent/json_member.h"
#include "agent/operator_sign.h"
#include "crypto/entropy.h"
#include "piv/piv_pin.h"
#include "port/clock_read.h"
#include "wire_agent/agent_message.h"
#include "wire_agent/json_part.h"

static const char *const slot_names[2] = { "9a", "9c" };
static const char *const purposes[2] = { "authentication", "content signing" };

/* The user's card; when there is none, the only card that is here. */
static enum status find_card(struct desk *desk, struct desk_slot *ret_slot)
{
    size_t index = 0;
    desk_wait_card(desk, false);
    desk_lock(desk);
    enum status status = desk_state_user(&desk->readers, &index);
    bool only_own = status == STATUS_CARD_ABSENT || status == STATUS_READER_SECOND;
    if (only_own && desk->readers.has_operator &&
        desk_state_find(&desk->readers, desk->readers.operator_insertion, &index)) {
        status = STATUS_OK;
    }
    if (status == STATUS_OK) {
        *ret_slot = desk->readers.slots[index];
    }
    desk_unlock(desk);
    return status;
}

static json_t *describe_key(const struct card_identity *identity, size_t index, bool proved)
{
    json_t *json = json_pack("{s:s, s:s, s:b}", "slot", slot_names[index], "purpose",
                             purposes[index], "proved", (int)proved);
    if (json == NULL) {
        return NULL;
    }
    if (identity->has_certificate[index]) {
        const struct x509_info *certificate = &identity->certificates[index];
        json_part_put(&json, "serial", json_string(certificate->serial));
        json_part_put(&json, "not_after", json_integer(certificate->not_after));
    }
    if (!proved) {
        const struct fault fault =
            fault_of(identity->has_certificate[index] ? STATUS_CARD_PROOF : STATUS_NOT_FOUND, "");
        json_part_put(&json, "problem", fault_to_json(&fault));
    }
    return json;
}

static json_t *describe(const struct card_identity *identity, const bool proved[2],
                        int64_t started_ms)
{
    json_t *keys = json_array();
    for (size_t i = 2; i-- > 0;) {
        json_part_add(&keys, describe_key(identity, i, proved[i]));
    }
    return json_pack("{s:s, s:o, s:I}", "identity", identity->text, "keys", keys, "ms",
                     (json_int_t)(clock_read_monotonic_ms() - started_ms));
}

static enum status copy_passcode(const json_t *body, struct locked_secret **ret_passcode)
{
    const json_t *value = json_object_get(body, "passcode");
    const char *text = json_string_value(value);
    if (text == NULL) {
        return STATUS_PASSCODE_FORM;
    }
    enum status status = memory_lock_open(ret_passcode);
    if (status != STATUS_OK) {
        return status;
    }
    return secret_set(&(*ret_passcode)->secret, span_of(text, json_string_length(value)))
               ? piv_pin_entry_check(secret_span(&(*ret_passcode)->secret))
               : STATUS_PASSCODE_FORM;
}

struct trial {
    struct desk_slot slot;
    struct card_look look;
    struct locked_secret *passcode;
    bool use_last_try;
    bool proved[2];
};

static enum status try_keys(struct desk *desk, struct trial *trial, struct fault *reterr_fault)
{
    const struct card_identity *identity = &trial->look.identity;
    struct card_test test = { .reader = trial->slot.name,
                              .passcode = &trial->passcode->secret,
                              .extended_length = trial->look.report.extended_length,
                              .use_last_try = trial->use_last_try };
    for (size_t i = 0; i < 2; i++) {
        test.keys[i] = identity->has_certificate[i] ? &identity->certificates[i].key : NULL;
    }
    enum status status = entropy_fill(&desk->entropy, test.digest, sizeof(test.digest));
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, "");
        return status;
    }
    status = operator_sign_test(&test, trial->proved, reterr_fault);
    if (status == STATUS_CARD_UNKNOWN_OUTCOME || status == STATUS_CARD_REMOVED) {
        (void)desk_doubt(desk, trial->slot.insertion);
    }
    return status;
}

static enum status prepare(struct desk *desk, const json_t *body, struct trial *trial)
{
    enum status status = STATUS_BAD_MESSAGE;
    if (json_member_flag(body, "use_last_try", &trial->use_last_try)) {
        status = copy_passcode(body, &trial->passcode);
    }
    return status == STATUS_OK ? find_card(desk, &trial->slot) : status;
}

void card_test_task(struct desk *desk, struct desk_task *task)
{
    int64_t started_ms = clock_read_monotonic_ms();
    struct trial *trial = calloc(1, sizeof(*trial));
    struct fault fault = fault_of(STATUS_OUT_OF_MEMORY, "");
    if (trial == NULL) {
        desk_stream_fault(desk, task, &fault);
        return;
    }
    enum status status = prepare(desk, task->body, trial);
    fault = fault_of(status, "");
    if (status == STATUS_OK) {
        status = card_look_read(&trial->slot, &trial->look);
        fault = fault_of(status, "");
    }
    if (status == STATUS_OK) {
        status = try_keys(desk, trial, &fault);
    }
    if (status == STATUS_OK) {
        desk_stream_answer(desk, task, describe(&trial->look.identity, trial->proved, started_ms));
    } else {
        desk_stream_fault(desk, task, &fault);
    }
    memory_lock_close(&trial->passcode);
    free(trial);
}
