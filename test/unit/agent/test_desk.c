/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/desk.h"

#include <string.h>

#include "agent/desk_json.h"
#include "agent/login.h"
#include "base/text.h"
#include "test/lib/test.h"

/* The desk without threads, network and readers: what happens to it when readers report. */

static struct desk desk;

static void open_desk(void)
{
    struct config config = { .origin = "https://ra.example", .workstation = "desk-7" };
    assert_int_equal(desk_open(&desk, &config), STATUS_OK);
}

static struct pcsc_reader_list two_readers(bool first, bool second)
{
    struct pcsc_reader_list list = { .count = 2 };
    const bool present[2] = { first, second };
    for (size_t i = 0; i < 2; i++) {
        struct pcsc_reader_state *r = &list.readers[i];
        assert_true(text_format(r->name, sizeof r->name, "Reader %zu", i));
        r->present = present[i];
        r->event_count = present[i] ? 1 : 2;
    }
    return list;
}

/* As after a log-in with the card in the first reader. */
static void open_session(void)
{
    struct pcsc_reader_list list = two_readers(true, true);
    desk_take_readers(&desk, &list);
    desk.session = (struct desk_session){ .open = true };
    assert_true(text_copy(desk.session.id, sizeof desk.session.id, "s1"));
    assert_true(text_copy(desk.session.token, sizeof desk.session.token, "t1"));
    memcpy(desk.session.insertion, desk.readers.slots[0].insertion, DESK_INSERTION_LEN);
    desk.session.shown = json_object();
    assert_int_equal(memory_lock_open(&desk.session.passcode), STATUS_OK);
    desk_state_set_operator(&desk.readers, desk.session.insertion);
    atomic_store(&desk.stop, STATUS_OK);
}

TEST(desk__reads_each_card_that_comes)
{
    open_desk();
    struct pcsc_reader_list list = two_readers(true, true);

    desk_take_readers(&desk, &list);
    desk_take_readers(&desk, &list); /* the same again is no news */

    CHECK_EQ(desk.queue_count, 2);
    CHECK(desk_locked_card_at(&desk, 0) != NULL);
    CHECK_EQ(desk_locked_card_at(&desk, 1)->phase, DESK_CARD_READING);
    desk_close(&desk);
}

TEST(desk__ends_the_session_and_wipes_the_passcode_with_the_operators_card)
{
    char session[DESK_ID_MAX], token[DESK_TOKEN_MAX];
    open_desk();
    open_session();
    struct pcsc_reader_list list = two_readers(false, true);

    desk_take_readers(&desk, &list);

    CHECK(!desk.session.open);
    CHECK(desk.session.passcode == NULL);
    CHECK_EQ(desk.session.token[0], 0);
    CHECK_EQ(atomic_load(&desk.stop), STATUS_SESSION_ENDED); /* a running job stops */
    CHECK_EQ(desk.endings_count, 1);
    CHECK_TEXT(desk.endings[0].token, "t1");
    CHECK_TEXT(desk.endings[0].reason, "card_removed");
    CHECK_EQ(desk_bearer(&desk, session, token), STATUS_SESSION_MISSING);
    desk_close(&desk);
}

TEST(desk__goes_on_without_the_users_card)
{
    char session[DESK_ID_MAX], token[DESK_TOKEN_MAX];
    open_desk();
    open_session();
    struct pcsc_reader_list list = two_readers(true, false);

    desk_take_readers(&desk, &list);

    CHECK(desk.session.open);
    CHECK_EQ(desk.endings_count, 0);
    CHECK_EQ(atomic_load(&desk.stop), STATUS_OK);
    CHECK_EQ(desk_bearer(&desk, session, token), STATUS_OK);
    CHECK_TEXT(session, "s1");
    CHECK_TEXT(token, "t1");
    desk_lose_readers(&desk); /* cleans the session up */
    desk_close(&desk);
}

TEST(desk__takes_the_loss_of_the_service_for_the_loss_of_all_cards)
{
    open_desk();
    open_session();

    desk_lose_readers(&desk);
    desk_lose_readers(&desk);

    CHECK(!desk.session.open);
    CHECK_EQ(desk.endings_count, 1);
    desk_close(&desk);
}

TEST(desk__says_logged_out_to_the_server)
{
    open_desk();
    open_session();

    login_end(&desk);
    login_end(&desk);

    CHECK_EQ(desk.endings_count, 1);
    CHECK_TEXT(desk.endings[0].reason, "logged_out");
    desk_close(&desk);
}

TEST(desk__does_not_end_another_session_than_the_one_that_was_lost)
{
    open_desk();
    open_session();

    CHECK(desk_lose_session(&desk, "s0", STATUS_SESSION_ENDED)); /* there is a newer one */
    CHECK(desk.session.open);
    CHECK(!desk_lose_session(&desk, "s1", STATUS_SESSION_ENDED));

    CHECK(!desk.session.open);
    CHECK_EQ(desk.session_fault.status, STATUS_SESSION_ENDED);
    CHECK_EQ(desk.endings_count, 0); /* the server knows it already */
    desk_close(&desk);
}

TEST(desk__forgets_what_was_asked_when_the_session_ends)
{
    open_desk();
    open_session();
    struct desk_card *card = desk_locked_card_at(&desk, 1);
    card->has_look = true;
    card->phase = DESK_CARD_READY;
    card->identify = json_object();
    card->shown = json_object();

    login_end(&desk);

    CHECK(card->identify == NULL && card->shown == NULL);
    CHECK_EQ(card->phase, DESK_CARD_READ);
    desk_close(&desk);
}

TEST(desk__refuses_tasks_past_its_limit)
{
    open_desk();
    for (size_t i = 0; i < DESK_QUEUE_MAX; i++) {
        CHECK_EQ(desk_queue(&desk, desk_task_new(login_task)), STATUS_OK);
    }

    CHECK_EQ(desk_queue(&desk, desk_task_new(login_task)), STATUS_AGENT_BUSY);

    CHECK_EQ(desk.queue_count, DESK_QUEUE_MAX);
    desk_close(&desk);
}

/* ---- what is shown ---- */

TEST(desk_json__shows_readers_and_roles_and_no_secret)
{
    open_desk();
    open_session();
    json_t *shown = desk_json_locked_state(&desk);
    const json_t *readers = json_object_get(shown, "readers");

    CHECK_EQ(json_array_size(readers), 2);
    CHECK_TEXT(json_string_value(json_object_get(json_array_get(readers, 0), "role")), "operator");
    CHECK_TEXT(json_string_value(json_object_get(json_array_get(readers, 1), "role")), "user");
    CHECK_TEXT(
        json_string_value(json_object_get(json_object_get(shown, "session"), "operator_passcode")),
        "held");
    char *text = json_dumps(shown, 0);
    CHECK(strstr(text, "\"t1\"") == NULL); /* the token stays inside */
    free(text);
    json_decref(shown);
    desk_lose_readers(&desk);
    desk_close(&desk);
}

TEST(desk_json__shows_identify_without_nonce_and_commands)
{
    json_t *identify = json_pack("{s:s, s:i, s:[{s:s, s:s, s:{}}]}", "nonce", "00", "expires_at", 1,
                                 "services", "service", "renew", "job", "1", "prelude");

    json_t *shown = desk_json_shown(identify);

    CHECK(json_object_get(shown, "nonce") == NULL);
    const json_t *service = json_array_get(json_object_get(shown, "services"), 0);
    CHECK(json_object_get(service, "prelude") == NULL);
    CHECK_TEXT(json_string_value(json_object_get(service, "service")), "renew");
    CHECK(json_object_get(identify, "nonce") != NULL); /* the agent keeps its own */
    json_decref(shown);
    json_decref(identify);
}

static const char *contact(json_t *seen)
{
    return json_string_value(json_object_get(json_object_get(seen, "contacts"), "ra_desk"));
}

TEST(desk__says_whom_to_call_before_log_in_too)
{
    open_desk();
    assert_true(text_copy(desk.config.ra_desk, sizeof desk.config.ra_desk, "ext. 1"));
    json_t *seen = desk_json_locked_state(&desk);
    CHECK_TEXT(contact(seen), "ext. 1");
    CHECK_TEXT(json_string_value(json_object_get(seen, "word")), desk.page.word);
    json_decref(seen);

    open_session();
    json_object_set_new(desk.session.shown, "contacts",
                        json_pack("{s:s, s:s}", "ra_desk", "ext. 2", "site_it", "ext. 3"));
    seen = desk_json_locked_state(&desk);
    CHECK_TEXT(contact(seen), "ext. 2"); /* the server's word goes before ours */
    json_decref(seen);

    login_end(&desk);
    seen = desk_json_locked_state(&desk);
    CHECK_TEXT(contact(seen), "ext. 1");
    json_decref(seen);
    desk_close(&desk);
}
