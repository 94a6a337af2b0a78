/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/desk_state.h"

#include <string.h>

#include "base/text.h"
#include "test/lib/test.h"

/* Each fill gives other bytes: 1 1 1 ..., 2 2 2 ... */
static enum status count_up(void *context, uint8_t *ret, size_t len)
{
    uint8_t *next = context;
    memset(ret, ++*next, len);
    return STATUS_OK;
}

static enum status no_entropy(void *context, uint8_t *ret, size_t len)
{
    (void)context;
    (void)ret;
    (void)len;
    return STATUS_CRYPTO;
}

struct desk_model {
    struct desk_state state;
    struct desk_change change;
    struct pcsc_reader_list list;
    uint8_t next;
};

static void reader(struct desk_model *d, size_t index, const char *name, bool present,
                   uint16_t event_count)
{
    struct pcsc_reader_state *r = &d->list.readers[index];
    assert_true(text_copy(r->name, sizeof r->name, name));
    r->present = present;
    r->event_count = event_count;
    r->atr_len = present ? 2 : 0;
    memcpy(r->atr, "\x3B\x80", 2);
    if (d->list.count <= index) {
        d->list.count = index + 1;
    }
}

static void update(struct desk_model *d)
{
    struct entropy entropy = { .fill = count_up, .context = &d->next };
    CHECK_EQ(desk_state_update(&d->state, &d->list, &entropy, &d->change), STATUS_OK);
}

/* Operator's card in "A", user's card in "B". */
static void two_cards(struct desk_model *d)
{
    memset(d, 0, sizeof *d);
    reader(d, 0, "A", true, 1);
    reader(d, 1, "B", true, 1);
    update(d);
    desk_state_set_operator(&d->state, d->state.slots[0].insertion);
}

TEST(desk_state__gives_each_insertion_a_number_of_its_own)
{
    struct desk_model d;
    two_cards(&d);

    CHECK_EQ(d.change.inserted_count, 2);
    CHECK_EQ(d.change.removed_count, 0);
    CHECK(memcmp(d.state.slots[0].insertion, d.state.slots[1].insertion, 16) != 0);
}

TEST(desk_state__keeps_the_number_while_the_card_stays)
{
    struct desk_model d;
    uint8_t before[DESK_INSERTION_LEN];
    two_cards(&d);
    memcpy(before, d.state.slots[0].insertion, sizeof before);
    d.list.readers[0].in_use = true;

    update(&d);

    CHECK_BYTES(before, d.state.slots[0].insertion, sizeof before);
    CHECK_EQ(d.change.inserted_count, 0);
    CHECK_EQ(d.change.removed_count, 0);
    CHECK(d.state.has_operator);
}

TEST(desk_state__ends_the_session_when_the_operators_card_goes)
{
    struct desk_model d;
    two_cards(&d);
    reader(&d, 0, "A", false, 2);

    update(&d);

    CHECK(d.change.operator_removed);
    CHECK(!d.state.has_operator);
    CHECK_EQ(d.change.removed_count, 1);
}

TEST(desk_state__goes_on_when_the_users_card_goes)
{
    struct desk_model d;
    size_t index;
    two_cards(&d);
    reader(&d, 1, "B", false, 2);

    update(&d);

    CHECK(!d.change.operator_removed);
    CHECK(d.state.has_operator);
    CHECK_EQ(desk_state_user(&d.state, &index), STATUS_CARD_ABSENT);
}

TEST(desk_state__sees_a_swap_that_never_showed_an_empty_reader)
{
    struct desk_model d;
    uint8_t before[DESK_INSERTION_LEN];
    two_cards(&d);
    memcpy(before, d.state.slots[1].insertion, sizeof before);
    reader(&d, 1, "B", true, 3); /* out and in: two events, present both times */

    update(&d);

    CHECK(memcmp(before, d.state.slots[1].insertion, sizeof before) != 0);
    CHECK_EQ(d.change.removed_count, 1);
    CHECK_EQ(d.change.inserted_count, 1);
    CHECK(!d.change.operator_removed);
}

TEST(desk_state__ends_the_session_when_the_operators_card_is_out_and_in_again)
{
    struct desk_model d;
    two_cards(&d);
    reader(&d, 0, "A", true, 3);

    update(&d);

    CHECK(d.change.operator_removed);
    CHECK_EQ(desk_state_role(&d.state, 0), DESK_ROLE_USER); /* it logs in anew, or is served */
}

TEST(desk_state__follows_a_card_and_not_its_place_in_the_list)
{
    struct desk_model d;
    size_t index;
    two_cards(&d);
    /* The bus was listed anew: the readers change places, the cards never moved. */
    reader(&d, 0, "B", true, 1);
    reader(&d, 1, "A", true, 1);

    update(&d);

    CHECK(!d.change.operator_removed);
    CHECK_EQ(d.change.inserted_count, 0);
    CHECK_EQ(desk_state_role(&d.state, 1), DESK_ROLE_OPERATOR);
    CHECK_EQ(desk_state_user(&d.state, &index), STATUS_OK);
    CHECK_EQ(index, 0);
}

TEST(desk_state__takes_a_reader_that_is_unplugged_for_a_removal)
{
    struct desk_model d;
    two_cards(&d);
    d.list.count = 0;
    reader(&d, 0, "B", true, 1);

    update(&d);

    CHECK(d.change.operator_removed);
    CHECK_EQ(d.change.inserted_count, 0);
}

TEST(desk_state__never_takes_a_renumbered_reader_for_the_old_one)
{
    struct desk_model d;
    two_cards(&d);
    reader(&d, 0, "A 01", true, 1); /* unplugged and plugged in: another name, the same card */

    update(&d);

    CHECK(d.change.operator_removed);
    CHECK_EQ(d.change.inserted_count, 1);
}

TEST(desk_state__takes_any_other_card_for_the_users)
{
    struct desk_model d;
    size_t index;
    two_cards(&d);

    CHECK_EQ(desk_state_role(&d.state, 0), DESK_ROLE_OPERATOR);
    CHECK_EQ(desk_state_role(&d.state, 1), DESK_ROLE_USER);
    CHECK_EQ(desk_state_user(&d.state, &index), STATUS_OK);
    CHECK_EQ(index, 1);
    CHECK_EQ(desk_state_fault(&d.state), STATUS_OK);
}

TEST(desk_state__refuses_to_guess_between_two_users_cards)
{
    struct desk_model d;
    size_t index = 7;
    two_cards(&d);
    reader(&d, 2, "C", true, 1);

    update(&d);

    CHECK_EQ(desk_state_user(&d.state, &index), STATUS_CARD_TWO);
    CHECK_EQ(desk_state_fault(&d.state), STATUS_CARD_TWO);
    CHECK_EQ(index, 7);
}

TEST(desk_state__says_that_a_second_reader_is_missing)
{
    struct desk_model d = { 0 };
    size_t index;
    reader(&d, 0, "A", true, 1);
    update(&d);
    CHECK_EQ(desk_state_fault(&d.state), STATUS_OK); /* before log-in one is enough */
    desk_state_set_operator(&d.state, d.state.slots[0].insertion);

    CHECK_EQ(desk_state_user(&d.state, &index), STATUS_READER_SECOND);
    CHECK_EQ(desk_state_fault(&d.state), STATUS_READER_SECOND);
}

TEST(desk_state__says_that_no_reader_is_there)
{
    struct desk_model d = { 0 };
    size_t index;

    CHECK_EQ(desk_state_user(&d.state, &index), STATUS_READER_NONE);
}

TEST(desk_state__loses_every_card_with_the_service)
{
    struct desk_model d;
    size_t index;
    two_cards(&d);

    desk_state_lost(&d.state, &d.change);

    CHECK(d.change.operator_removed);
    CHECK_EQ(d.change.removed_count, 2);
    CHECK_EQ(desk_state_user(&d.state, &index), STATUS_READER_SERVICE);
}

/* A card that was swapped while a command was under way may never show as removed. */
TEST(desk_state__takes_a_card_after_a_broken_command_for_another_insertion)
{
    struct desk_model d;
    struct entropy entropy = { .fill = count_up, .context = &d.next };
    uint8_t before[DESK_INSERTION_LEN];
    two_cards(&d);
    memcpy(before, d.state.slots[1].insertion, sizeof before);

    CHECK_EQ(desk_state_doubt(&d.state, before, &entropy, &d.change), STATUS_OK);

    CHECK(memcmp(before, d.state.slots[1].insertion, sizeof before) != 0);
    CHECK_EQ(d.change.removed_count, 1);
    CHECK_EQ(d.change.inserted_count, 1);
    CHECK(!d.change.operator_removed);
    CHECK_EQ(desk_state_role(&d.state, 0), DESK_ROLE_OPERATOR);
}

TEST(desk_state__ends_the_session_in_doubt_about_the_operators_card)
{
    struct desk_model d;
    struct entropy entropy = { .fill = count_up, .context = &d.next };
    two_cards(&d);

    CHECK_EQ(desk_state_doubt(&d.state, d.state.operator_insertion, &entropy, &d.change),
             STATUS_OK);

    CHECK(d.change.operator_removed);
    CHECK(!d.state.has_operator);
}

TEST(desk_state__has_no_doubt_about_a_card_that_is_gone)
{
    struct desk_model d;
    struct entropy entropy = { .fill = count_up, .context = &d.next };
    const uint8_t gone[DESK_INSERTION_LEN] = { 0xFF };
    two_cards(&d);

    CHECK_EQ(desk_state_doubt(&d.state, gone, &entropy, &d.change), STATUS_OK);

    CHECK_EQ(d.change.removed_count, 0);
    CHECK(d.state.has_operator);
}

TEST(desk_state__stays_as_it_is_without_entropy)
{
    struct desk_model d;
    two_cards(&d);
    struct desk_state before = d.state;
    struct entropy none = { .fill = no_entropy };
    reader(&d, 1, "B", true, 3);

    CHECK_EQ(desk_state_update(&d.state, &d.list, &none, &d.change), STATUS_CRYPTO);

    CHECK_BYTES(&before, &d.state, sizeof before);
}

/* ---- who logs in ---- */

static const struct desk_candidate own = { true, true, "serial 11", "11" };
static const struct desk_candidate other = { true, true, "guid 22", "" };
static const struct desk_candidate blank = { true, false, "blank", "" };
static const struct desk_candidate empty = { false, false, "", "" };

static enum status choose(struct desk_candidate a, struct desk_candidate b, const char *wanted,
                          size_t *ret_index, char *reterr_detail)
{
    const struct desk_candidate both[] = { a, b };
    return desk_state_choose(both, 2, wanted, ret_index, reterr_detail);
}

TEST(desk_state__logs_in_with_the_only_card)
{
    char detail[FAULT_DETAIL_MAX];
    size_t index = 9;
    CHECK_EQ(choose(empty, own, NULL, &index, detail), STATUS_OK);
    CHECK_EQ(index, 1);
    CHECK_EQ(choose(blank, empty, NULL, &index, detail), STATUS_OK);
    CHECK_EQ(index, 0);
    CHECK_EQ(choose(empty, empty, NULL, &index, detail), STATUS_CARD_ABSENT);
}

TEST(desk_state__logs_in_with_the_only_card_that_has_a_certificate)
{
    char detail[FAULT_DETAIL_MAX];
    size_t index = 9;
    CHECK_EQ(choose(blank, own, NULL, &index, detail), STATUS_OK);
    CHECK_EQ(index, 1);
}

TEST(desk_state__asks_which_of_two_cards_logs_in)
{
    char detail[FAULT_DETAIL_MAX];
    size_t index = 9;
    CHECK_EQ(choose(own, other, NULL, &index, detail), STATUS_CARD_TWO);
    CHECK_TEXT(detail, "serial 11, guid 22");
    CHECK_EQ(index, 9);

    CHECK_EQ(choose(own, other, "guid 22", &index, detail), STATUS_OK);
    CHECK_EQ(index, 1);
    CHECK_EQ(choose(own, other, "11", &index, detail), STATUS_OK);
    CHECK_EQ(index, 0);
}

TEST(desk_state__never_takes_another_card_than_the_one_that_was_named)
{
    char detail[FAULT_DETAIL_MAX];
    size_t index = 9;
    CHECK_EQ(choose(own, empty, "12", &index, detail), STATUS_CARD_OTHER);
    CHECK_EQ(choose(own, other, "", &index, detail), STATUS_CARD_OTHER);
    CHECK_EQ(index, 9);
}

TEST(desk_state__has_a_name_for_each_role)
{
    for (int role = 0; role < DESK_ROLE_MAX; role++) {
        CHECK(desk_state_role_name((enum desk_role)role) != NULL);
    }
    CHECK_TEXT(desk_state_role_name(DESK_ROLE_OPERATOR), "operator");
}
