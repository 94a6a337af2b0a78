/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/control.h"

#include "test/unit/vcardd/driver.h"
#include "test/unit/vcardd/folder.h"
#include "vcardd/card_file.h"

static struct reader_slot readers[2];
static struct control_desk desk;
static struct control_reply reply;
static struct folder folder;
static struct driver drivers[2];

static void start(void)
{
    static struct vcard card;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    folder_open(&folder);
    vcard_init(&card, &options);
    CHECK_EQ(card_file_create(folder_path(&folder, "a b.card"), &card), STATUS_OK);
    CHECK_EQ(card_file_create(folder_path(&folder, "c.card"), &card), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        driver_open(&drivers[i]);
        reader_slot_init(&readers[i], i + 1, drivers[i].port);
    }
    desk = (struct control_desk){ .readers = readers, .count = 2 };
}

static void finish(void)
{
    for (int i = 0; i < 2; i++) {
        reader_slot_close(&readers[i]);
        driver_close(&drivers[i]);
    }
    folder_close(&folder);
}

static const char *ask(const char *format, const char *name)
{
    char line[CONTROL_LINE_MAX];
    CHECK(text_format(line, sizeof line, "%s%s", format,
                      name == NULL ? "" : folder_path(&folder, name)));
    control_run(&desk, line, &reply);
    return reply.text;
}

TEST(control__inserts_and_pulls)
{
    start();

    CHECK_TEXT(ask("insert 1 ", "a b.card"), "ok\n");
    CHECK_EQ(readers[0].state, SLOT_UP);
    CHECK_EQ(readers[1].state, SLOT_EMPTY);
    CHECK_TEXT(ask("insert 1 ", "c.card"), "error a card is in the reader\n");
    CHECK_TEXT(ask("pull 1", NULL), "ok\n");
    CHECK_EQ(readers[0].state, SLOT_EMPTY);
    CHECK_TEXT(ask("pull 1", NULL), "ok\n");
    finish();
}

TEST(control__one_card_is_in_one_reader)
{
    start();
    CHECK_TEXT(ask("insert 1 ", "c.card"), "ok\n");
    CHECK_EQ(link(readers[0].path, folder_path(&folder, "same.card")), 0);

    CHECK_TEXT(ask("insert 2 ", "c.card"), "error the card is in a reader already\n");
    CHECK_TEXT(ask("insert 2 ", "same.card"), "error the card is in a reader already\n");
    CHECK_TEXT(ask("insert 2 ", "a b.card"), "ok\n");
    finish();
}

TEST(control__says_what_is_wrong_with_a_card)
{
    start();
    CHECK(strncmp(ask("insert 1 ", "none.card"), "error '", 7) == 0);

    close(drivers[0].listen_fd);
    drivers[0].listen_fd = -1;
    CHECK(strncmp(ask("insert 1 ", "c.card"), "error nobody listens on port ", 29) == 0);
    finish();
}

TEST(control__arms_a_fault_on_a_card_that_is_in)
{
    start();
    CHECK_TEXT(ask("fault 1 cut-before 3", NULL), "error no card is in the reader\n");
    CHECK_TEXT(ask("insert 1 ", "c.card"), "ok\n");

    CHECK_TEXT(ask("fault 1 cut-before 3", NULL), "ok\n");
    CHECK_EQ(readers[0].card.fault.kind, VCARD_FAULT_CUT_BEFORE);
    CHECK_TEXT(ask("fault 1 explode 3", NULL), "error not a fault: 'explode 3'\n");
    CHECK_EQ(readers[0].card.fault.at, 3);
    CHECK_TEXT(ask("fault 1 none", NULL), "ok\n");
    CHECK_EQ(readers[0].card.fault.kind, VCARD_FAULT_NONE);
    finish();
}

TEST(control__waits_for_fault_and_stall)
{
    start();
    CHECK_TEXT(ask("wait-fault 1", NULL), "ok\n");
    CHECK_TEXT(ask("wait-stall 1", NULL), "error no card is in the reader\n");
    CHECK_TEXT(ask("insert 1 ", "c.card"), "ok\n");
    CHECK_TEXT(ask("fault 1 stall 1", NULL), "ok\n");

    CHECK_TEXT(ask("wait-fault 1", NULL), "");
    CHECK(reply.waits);
    CHECK_TEXT(ask("wait-stall 1", NULL), "");
    CHECK(reply.waits);
    CHECK_TEXT(ask("release 1", NULL), "error the card has not stalled\n");
    readers[0].state = SLOT_STALLED;
    CHECK_TEXT(ask("wait-stall 1", NULL), "ok\n");
    CHECK(!reply.waits);
    readers[0].state = SLOT_UP;
    finish();
}

TEST(control__shows_both_readers)
{
    char expected[4 * PATH_MAX];
    start();
    CHECK_TEXT(ask("insert 2 ", "a b.card"), "ok\n");
    CHECK_TEXT(ask("timing 2 card", NULL), "ok\n");
    CHECK_TEXT(ask("fault 2 flip 3 4", NULL), "ok\n");

    CHECK(text_format(expected, sizeof expected,
                      "reader 1 port %u empty card - apdus 0 fault none timing none\n"
                      "reader 2 port %u up card %s apdus 0 fault flip 3 4 timing card\n"
                      "ok change 1\n",
                      drivers[0].port, drivers[1].port, readers[1].path));
    CHECK_TEXT(ask("status", NULL), expected);
    finish();
}

TEST(control__waits_for_a_change_that_was_not_seen)
{
    start();
    CHECK_TEXT(ask("wait-change 0", NULL), "");
    CHECK(reply.waits);
    CHECK_TEXT(ask("timing 1 card", NULL), "ok\n");
    CHECK_TEXT(ask("pull 2", NULL), "ok\n"); /* nothing was in it */
    CHECK_TEXT(ask("wait-change 0", NULL), "");
    CHECK(reply.waits);

    CHECK_TEXT(ask("insert 2 ", "c.card"), "ok\n");
    CHECK_TEXT(ask("wait-change 0", NULL), "ok\n");
    CHECK(!reply.waits);
    CHECK_TEXT(ask("wait-change 1", NULL), "");
    CHECK(reply.waits);
    CHECK_TEXT(ask("pull 2", NULL), "ok\n");
    CHECK_TEXT(ask("wait-change 1", NULL), "ok\n");
    CHECK(!reply.waits);
    finish();
}

TEST(control__traces_into_a_file)
{
    start();
    CHECK_TEXT(ask("trace 1 on ", "t"), "ok\n");
    CHECK(readers[0].trace != NULL);
    CHECK_TEXT(ask("trace 1 off", NULL), "ok\n");
    CHECK(readers[0].trace == NULL);
    CHECK(strncmp(ask("trace 1 on /nonexistent/t", NULL), "error '", 7) == 0);
    CHECK(strncmp(ask("trace 1 maybe", NULL), "error trace", 11) == 0);
    finish();
}

TEST(control__replays_entropy)
{
    start();
    CHECK_TEXT(ask("trace 1 on ", "t"), "ok\n");
    CHECK_TEXT(ask("entropy 1 ", "t"), "ok\n");
    CHECK(readers[0].replay != NULL && readers[1].replay == NULL);
    CHECK_TEXT(ask("entropy 1 system", NULL), "ok\n");
    CHECK(readers[0].replay == NULL);
    CHECK(strncmp(ask("entropy 1 /nonexistent/t", NULL), "error '", 7) == 0);
    finish();
}

TEST(control__refuses_what_it_does_not_understand)
{
    static const char *const bad[] = { "",
                                       " ",
                                       "insert",
                                       "insert 1",
                                       "insert x",
                                       "pull",
                                       "pull 0",
                                       "pull 3",
                                       "pull 1 2",
                                       "pull 001",
                                       "explode",
                                       "status 1",
                                       "timing 1",
                                       "entropy 1",
                                       "quit now",
                                       "timing 1 x",
                                       "insert 1x /a",
                                       "wait-change",
                                       "wait-change x",
                                       "wait-change 1 2" };
    start();
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK(strncmp(ask(bad[i], NULL), "error ", 6) == 0);
    }
    CHECK(!desk.quits);
    CHECK_TEXT(ask("quit", NULL), "ok\n");
    CHECK(desk.quits);
    finish();
}
