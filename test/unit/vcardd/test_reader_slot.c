/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/reader_slot.h"

#include "test/unit/vcardd/driver.h"
#include "test/unit/vcardd/folder.h"
#include "vcardd/card_file.h"
#include "vcardd/card_trace.h"

#define SELECT SPAN_TEXT("\x00\xA4\x04\x00\x05\xA0\x00\x00\x03\x08")
#define WRONG_PIN                                                                                  \
    SPAN_TEXT("\x00\x20\x00\x80\x08"                                                               \
              "999999\xFF\xFF")

static struct reader_slot slot;
static struct folder folder;
static struct driver driver;
static char card_path[PATH_MAX];

static void start(void)
{
    static struct vcard card;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    folder_open(&folder);
    driver_open(&driver);
    CHECK(text_copy(card_path, sizeof card_path, folder_path(&folder, "a.card")));
    vcard_init(&card, &options);
    CHECK_EQ(card_file_create(card_path, &card), STATUS_OK);
    reader_slot_init(&slot, 1, driver.port);
    CHECK_EQ(reader_slot_insert(&slot, card_path), STATUS_OK);
    driver_accept(&driver);
}

static void finish(void)
{
    reader_slot_close(&slot);
    driver_close(&driver);
    folder_close(&folder);
}

/* As the poll loop does: reads until the frame is whole. */
static void play(struct span body)
{
    driver_send(&driver, body);
    uint32_t before = slot.apdus;
    while (slot.fd >= 0 && (body.len > 1 ? slot.apdus == before : slot.in_len > 0)) {
        struct pollfd polled = { .fd = slot.fd, .events = POLLIN };
        CHECK_EQ(poll(&polled, 1, 2000), 1);
        reader_slot_readable(&slot);
    }
}

static void play_control(uint8_t control)
{
    struct pollfd polled = { .fd = slot.fd, .events = POLLIN };
    driver_send(&driver, span_of(&control, 1));
    CHECK_EQ(poll(&polled, 1, 2000), 1);
    reader_slot_readable(&slot);
    while (slot.in_len > 0) {
        CHECK_EQ(poll(&polled, 1, 2000), 1);
        reader_slot_readable(&slot);
    }
}

static uint16_t answer_sw(void)
{
    struct span answer = driver_receive(&driver);
    CHECK(answer.len >= 2);
    return (uint16_t)(answer.ptr[answer.len - 2] << 8 | answer.ptr[answer.len - 1]);
}

static void arm(const char *text)
{
    struct vcard_fault fault;
    CHECK(vcard_fault_parse(text, &fault));
    vcard_arm(&slot.card, &fault);
}

TEST(reader_slot__gives_the_atr_and_answers_commands)
{
    start();

    play_control(4);
    struct span atr = driver_receive(&driver);
    CHECK(atr.len > 2 && atr.ptr[0] == 0x3B);
    play(SELECT);
    CHECK_EQ(answer_sw(), 0x9000);
    CHECK_EQ(slot.apdus, 1);
    finish();
}

TEST(reader_slot__reset_and_power_end_the_session)
{
    static const uint8_t controls[] = { 0, 1, 2 };
    start();
    for (size_t i = 0; i < COUNT(controls); i++) {
        play(SELECT);
        CHECK_EQ(answer_sw(), 0x9000);
        CHECK_EQ(slot.card.session.application, VCARD_PIV_SELECTED);

        play_control(controls[i]);

        CHECK_EQ(slot.card.session.application, VCARD_NOTHING_SELECTED);
        CHECK(!driver_has_answer(&driver, 0));
    }
    finish();
}

TEST(reader_slot__a_change_is_in_the_file_before_the_answer)
{
    static struct vcard back;
    start();
    play(SELECT);
    CHECK_EQ(answer_sw(), 0x9000);

    play(WRONG_PIN);

    CHECK_EQ(card_file_load(card_path, &back), STATUS_OK); /* the answer is not read yet */
    CHECK_EQ(back.memory.pin.tries_left, 2);
    CHECK_EQ(answer_sw(), 0x63C2);
    finish();
}

TEST(reader_slot__what_cannot_be_written_is_not_answered)
{
    start();
    play(SELECT);
    CHECK_EQ(answer_sw(), 0x9000);
    CHECK(text_copy(slot.path, sizeof slot.path, "/nonexistent/a.card"));

    play(WRONG_PIN);

    CHECK_EQ(driver_receive(&driver).len, 0);
    CHECK_EQ(slot.state, SLOT_EMPTY);
    finish();
}

TEST(reader_slot__a_cut_closes_after_the_effect_is_durable)
{
    static struct vcard back;
    start();
    arm("cut-after 2");
    play(SELECT);
    CHECK_EQ(answer_sw(), 0x9000);

    play(WRONG_PIN);

    CHECK_EQ(driver_receive(&driver).len, 0);
    CHECK_EQ(slot.state, SLOT_EMPTY);
    CHECK_EQ(card_file_load(card_path, &back), STATUS_OK);
    CHECK_EQ(back.memory.pin.tries_left, 2);
    finish();
}

TEST(reader_slot__a_stalled_card_answers_when_released)
{
    start();
    arm("stall 1");

    play(SELECT);
    CHECK_EQ(slot.state, SLOT_STALLED);
    CHECK(!driver_has_answer(&driver, 20));
    CHECK(reader_slot_release(&slot));

    CHECK_EQ(answer_sw(), 0x9000);
    CHECK_EQ(slot.state, SLOT_UP);
    CHECK(!reader_slot_release(&slot));
    finish();
}

TEST(reader_slot__a_stalled_card_can_be_pulled)
{
    start();
    arm("stall 1");
    play(SELECT);

    reader_slot_pull(&slot, "pulled");

    CHECK_EQ(driver_receive(&driver).len, 0);
    CHECK_EQ(slot.state, SLOT_EMPTY);
    CHECK(!reader_slot_release(&slot));
    finish();
}

TEST(reader_slot__takes_its_time_when_told_to)
{
    start();
    slot.like_a_card = true;
    play(SELECT);
    CHECK(slot.answer_waits);

    struct pollfd polled = { .fd = slot.timer_fd, .events = POLLIN };
    CHECK_EQ(poll(&polled, 1, 2000), 1);
    reader_slot_timer(&slot);

    CHECK_EQ(answer_sw(), 0x9000);
    CHECK(!slot.answer_waits);
    finish();
}

TEST(reader_slot__frames_in_pieces_and_in_a_heap_are_told_apart)
{
    const uint8_t heap[] = { 0, 1, 4, 0, 4, 0x00, 0x20, 0x00, 0x80, 0, 1, 4 };
    start();
    for (size_t i = 0; i < sizeof heap; i++) {
        struct pollfd polled = { .fd = slot.fd, .events = POLLIN };
        CHECK_EQ(send(driver.fd, heap + i, 1, MSG_NOSIGNAL), 1);
        CHECK_EQ(poll(&polled, 1, 2000), 1);
        reader_slot_readable(&slot);
    }
    CHECK_EQ(driver_receive(&driver).ptr[0], 0x3B);
    CHECK_EQ(answer_sw(), 0x6D00); /* nothing is selected */
    CHECK_EQ(driver_receive(&driver).ptr[0], 0x3B);
    CHECK_EQ(send(driver.fd, heap, sizeof heap, MSG_NOSIGNAL), (ssize_t)sizeof heap);
    while (slot.apdus < 2 || slot.in_len > 0) {
        reader_slot_readable(&slot);
    }
    CHECK_EQ(driver_receive(&driver).ptr[0], 0x3B);
    CHECK_EQ(answer_sw(), 0x6D00);
    finish();
}

TEST(reader_slot__notices_that_its_reader_is_gone)
{
    start();
    close(driver.fd);
    driver.fd = -1;
    struct pollfd polled = { .fd = slot.fd, .events = POLLIN };
    CHECK_EQ(poll(&polled, 1, 2000), 1);

    reader_slot_readable(&slot);

    CHECK_EQ(slot.state, SLOT_EMPTY);
    finish();
}

TEST(reader_slot__refuses_a_second_card_a_bad_file_and_a_dead_port)
{
    start();
    CHECK_EQ(reader_slot_insert(&slot, card_path), STATUS_CARD_BUSY);
    reader_slot_pull(&slot, "pulled");
    CHECK_EQ(reader_slot_insert(&slot, "/nonexistent/a.card"), STATUS_NOT_FOUND);
    CHECK_EQ(slot.state, SLOT_EMPTY);

    close(driver.listen_fd);
    driver.listen_fd = -1;
    CHECK_EQ(reader_slot_insert(&slot, card_path), STATUS_READER_SERVICE);
    CHECK_EQ(slot.state, SLOT_EMPTY);
    finish();
}

static void play_witness(uint8_t ret_answer[64])
{
    play(SPAN_TEXT("\x00\x87\x03\x9B\x04\x7C\x02\x80\x00\x00"));
    struct span answer = driver_receive(&driver);
    CHECK(answer.len > 10 && answer.len <= 64 && answer.ptr[0] == 0x7C);
    memset(ret_answer, 0, 64);
    memcpy(ret_answer, answer.ptr, answer.len);
}

TEST(reader_slot__draws_the_randomness_of_a_trace_and_then_the_systems)
{
    uint8_t first[2][64], again[3][64];
    char trace[PATH_MAX];
    start();
    CHECK(text_copy(trace, sizeof trace, folder_path(&folder, "t")));
    slot.trace = card_trace_open(trace);
    play(SELECT);
    CHECK_EQ(answer_sw(), 0x9000);
    play_witness(first[0]);
    play_witness(first[1]);

    fclose(slot.trace);
    slot.trace = NULL;
    CHECK_EQ(reader_slot_replay(&slot, trace), STATUS_OK);
    play(SELECT); /* draws nothing: the first line is for the witness */
    CHECK_EQ(answer_sw(), 0x9000);
    for (size_t i = 0; i < 3; i++) {
        play_witness(again[i]);
    }

    CHECK(memcmp(first[0], first[1], 64) != 0);
    CHECK(memcmp(again[0], first[0], 64) == 0);
    CHECK(memcmp(again[1], first[1], 64) == 0);
    CHECK(memcmp(again[2], first[0], 64) != 0 && memcmp(again[2], first[1], 64) != 0);
    CHECK(slot.replay == NULL);
    CHECK_EQ(reader_slot_replay(&slot, folder_path(&folder, "none")), STATUS_NOT_FOUND);
    finish();
}

TEST(reader_slot__each_state_has_a_name)
{
    CHECK_TEXT(reader_slot_state_name(SLOT_EMPTY), "empty");
    CHECK_TEXT(reader_slot_state_name(SLOT_UP), "up");
    CHECK_TEXT(reader_slot_state_name(SLOT_STALLED), "stalled");
}
