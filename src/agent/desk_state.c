/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/desk_state.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"

static const char *const role_names[DESK_ROLE_MAX] = {
    [DESK_ROLE_EMPTY] = "empty", [DESK_ROLE_OPERATOR] = "operator", [DESK_ROLE_USER] = "user"
};

const char *desk_state_role_name(enum desk_role role)
{
    REQUIRE(role < DESK_ROLE_MAX);
    return role_names[role];
}

static bool same_insertion(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, DESK_INSERTION_LEN) == 0;
}

/* NULL: no reader of that name. */
static const struct desk_slot *slot_of_name(const struct desk_state *state, const char *name)
{
    for (size_t i = 0; i < state->count; i++) {
        if (text_equal(state->slots[i].name, name)) {
            return &state->slots[i];
        }
    }
    return NULL;
}

/* The same card, never gone in between. */
static bool has_stayed(const struct desk_slot *before, const struct pcsc_reader_state *now)
{
    return before != NULL && before->present && now->present &&
           before->event_count == now->event_count && before->atr_len == now->atr_len &&
           memcmp(before->atr, now->atr, now->atr_len) == 0;
}

static enum status take_reader(const struct desk_state *before,
                               const struct pcsc_reader_state *reader,
                               const struct entropy *entropy, struct desk_slot *ret_slot)
{
    const struct desk_slot *old = slot_of_name(before, reader->name);
    struct desk_slot slot = { .present = reader->present,
                              .mute = reader->mute,
                              .contactless = reader->contactless,
                              .event_count = reader->event_count,
                              .atr_len = reader->atr_len };
    memcpy(slot.atr, reader->atr, sizeof(slot.atr));
    text_print_safe(span_of_text(reader->name), slot.name, sizeof(slot.name));
    if (has_stayed(old, reader)) {
        memcpy(slot.insertion, old->insertion, sizeof(slot.insertion));
    } else if (reader->present) {
        enum status status = entropy_fill(entropy, slot.insertion, sizeof(slot.insertion));
        if (status != STATUS_OK) {
            return status;
        }
    }
    *ret_slot = slot;
    return STATUS_OK;
}

bool desk_state_find(const struct desk_state *state, const uint8_t insertion[DESK_INSERTION_LEN],
                     size_t *ret_index)
{
    for (size_t i = 0; i < state->count; i++) {
        if (state->slots[i].present && same_insertion(state->slots[i].insertion, insertion)) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static void note_removed(const struct desk_state *before, const struct desk_state *after,
                         struct desk_change *change)
{
    size_t index;
    for (size_t i = 0; i < before->count; i++) {
        const struct desk_slot *slot = &before->slots[i];
        if (slot->present && !desk_state_find(after, slot->insertion, &index)) {
            memcpy(change->removed[change->removed_count++], slot->insertion, DESK_INSERTION_LEN);
        }
    }
    change->operator_removed =
        before->has_operator && !desk_state_find(after, before->operator_insertion, &index);
}

static void note_inserted(const struct desk_state *before, const struct desk_state *after,
                          struct desk_change *change)
{
    size_t index;
    for (size_t i = 0; i < after->count; i++) {
        if (after->slots[i].present &&
            !desk_state_find(before, after->slots[i].insertion, &index)) {
            change->inserted[change->inserted_count++] = i;
        }
    }
}

static void replace(struct desk_state *state, struct desk_state *after,
                    struct desk_change *ret_change)
{
    struct desk_change change = { 0 };
    note_removed(state, after, &change);
    note_inserted(state, after, &change);
    after->has_operator = state->has_operator && !change.operator_removed;
    memcpy(after->operator_insertion, state->operator_insertion, DESK_INSERTION_LEN);
    *state = *after;
    *ret_change = change;
}

enum status desk_state_update(struct desk_state *state, const struct pcsc_reader_list *list,
                              const struct entropy *entropy, struct desk_change *ret_change)
{
    struct desk_state after = { .count = list->count };
    REQUIRE(list->count <= DESK_SLOTS_MAX);
    for (size_t i = 0; i < list->count; i++) {
        enum status status = take_reader(state, &list->readers[i], entropy, &after.slots[i]);
        if (status != STATUS_OK) {
            return status;
        }
    }
    replace(state, &after, ret_change);
    return STATUS_OK;
}

void desk_state_lost(struct desk_state *state, struct desk_change *ret_change)
{
    struct desk_state after = { .service_lost = true };
    replace(state, &after, ret_change);
}

enum status desk_state_doubt(struct desk_state *state, const uint8_t insertion[DESK_INSERTION_LEN],
                             const struct entropy *entropy, struct desk_change *ret_change)
{
    struct desk_state after = *state;
    size_t index;
    if (desk_state_find(state, insertion, &index)) {
        struct desk_slot *slot = &after.slots[index];
        enum status status = entropy_fill(entropy, slot->insertion, sizeof(slot->insertion));
        if (status != STATUS_OK) {
            return status;
        }
    }
    replace(state, &after, ret_change);
    return STATUS_OK;
}

void desk_state_set_operator(struct desk_state *state, const uint8_t insertion[DESK_INSERTION_LEN])
{
    memcpy(state->operator_insertion, insertion, DESK_INSERTION_LEN);
    state->has_operator = true;
}

void desk_state_clear_operator(struct desk_state *state)
{
    state->has_operator = false;
}

enum desk_role desk_state_role(const struct desk_state *state, size_t index)
{
    REQUIRE(index < state->count);
    const struct desk_slot *slot = &state->slots[index];
    if (!slot->present) {
        return DESK_ROLE_EMPTY;
    }
    bool is_operator =
        state->has_operator && same_insertion(slot->insertion, state->operator_insertion);
    return is_operator ? DESK_ROLE_OPERATOR : DESK_ROLE_USER;
}

enum status desk_state_user(const struct desk_state *state, size_t *ret_index)
{
    size_t users = 0, index = 0;
    for (size_t i = 0; i < state->count; i++) {
        if (desk_state_role(state, i) == DESK_ROLE_USER) {
            users++;
            index = i;
        }
    }
    if (users == 1) {
        *ret_index = index;
        return STATUS_OK;
    }
    if (users > 1) {
        return STATUS_CARD_TWO;
    }
    enum status fault = desk_state_fault(state);
    return fault != STATUS_OK ? fault : STATUS_CARD_ABSENT;
}

enum status desk_state_fault(const struct desk_state *state)
{
    size_t users = 0;
    if (state->service_lost) {
        return STATUS_READER_SERVICE;
    }
    if (state->count == 0) {
        return STATUS_READER_NONE;
    }
    if (state->count == 1 && state->has_operator) {
        return STATUS_READER_SECOND;
    }
    for (size_t i = 0; i < state->count; i++) {
        users += desk_state_role(state, i) == DESK_ROLE_USER ? 1 : 0;
    }
    return state->has_operator && users > 1 ? STATUS_CARD_TWO : STATUS_OK;
}

/* ---- who logs in ---- */

bool desk_state_is_card(const char *wanted, const char *identity, const char *serial)
{
    const char *second = strchr(identity, ' '); /* "guid 9a77…": the number alone will do */
    return text_equal(wanted, identity) || (serial[0] != '\0' && text_equal(wanted, serial)) ||
           (second != NULL && text_equal(wanted, second + 1));
}

static void name_all(const struct desk_candidate *candidates, size_t count, char *ret_detail)
{
    char text[FAULT_DETAIL_MAX] = "";
    for (size_t i = 0; i < count; i++) {
        char longer[FAULT_DETAIL_MAX];
        if (candidates[i].present &&
            text_format(longer, sizeof(longer), "%s%s%s", text, text[0] != '\0' ? ", " : "",
                        candidates[i].identity)) {
            memcpy(text, longer, sizeof(text));
        }
    }
    text_print_safe(span_of_text(text), ret_detail, FAULT_DETAIL_MAX);
}

static enum status choose_wanted(const struct desk_candidate *candidates, size_t count,
                                 const char *wanted, size_t *ret_index)
{
    for (size_t i = 0; i < count; i++) {
        const struct desk_candidate *c = &candidates[i];
        if (c->present && desk_state_is_card(wanted, c->identity, c->serial)) {
            *ret_index = i;
            return STATUS_OK;
        }
    }
    return STATUS_CARD_OTHER;
}

static size_t count_of(const struct desk_candidate *candidates, size_t count, bool with_certificate,
                       size_t *ret_last)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (candidates[i].present && (candidates[i].has_certificate || !with_certificate)) {
            found++;
            *ret_last = i;
        }
    }
    return found;
}

enum status desk_state_choose(const struct desk_candidate *candidates, size_t count,
                              const char *wanted, size_t *ret_index,
                              char reterr_detail[FAULT_DETAIL_MAX])
{
    size_t index = 0;
    enum status status = STATUS_CARD_TWO;
    if (count_of(candidates, count, false, &index) == 0) {
        status = STATUS_CARD_ABSENT;
    } else if (wanted != NULL) {
        status = choose_wanted(candidates, count, wanted, &index);
    } else if (count_of(candidates, count, false, &index) == 1 ||
               count_of(candidates, count, true, &index) == 1) {
        status = STATUS_OK;
    }
    if (status != STATUS_OK) {
        name_all(candidates, count, reterr_detail);
        return status;
    }
    *ret_index = index;
    return STATUS_OK;
}
