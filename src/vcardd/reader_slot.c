/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/reader_slot.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"
#include "vcardd/card_file.h"
#include "vcardd/card_trace.h"

enum { CONTROL_OFF = 0, CONTROL_ON = 1, CONTROL_RESET = 2, CONTROL_ATR = 4, HEAD_LEN = 2 };
enum { US_PER_SECOND = 1000000, NS_PER_US = 1000 };

const char *reader_slot_state_name(enum slot_state state)
{
    static const char *const names[SLOT_STATES] = { "empty", "up", "stalled" };
    return state < SLOT_STATES ? names[state] : "?";
}

void reader_slot_init(struct reader_slot *slot, int number, uint16_t port)
{
    memset(slot, 0, sizeof *slot);
    slot->number = number;
    slot->port = port;
    slot->fd = -1;
    slot->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    slot->answer = buf_of(slot->answer_memory, sizeof slot->answer_memory);
}

static void become(struct reader_slot *slot, enum slot_state state)
{
    slot->changes += slot->state != state;
    slot->state = state;
}

static int connect_reader(uint16_t port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

enum status reader_slot_insert(struct reader_slot *slot, const char *path)
{
    if (slot->state != SLOT_EMPTY) {
        return STATUS_CARD_BUSY;
    }
    if (!text_copy(slot->path, sizeof slot->path, path)) {
        return STATUS_BAD_FILE;
    }
    enum status status = card_file_load(path, &slot->card);
    if (status != STATUS_OK) {
        return status;
    }
    slot->fd = connect_reader(slot->port);
    if (slot->fd < 0) {
        vcard_wipe(&slot->card);
        return STATUS_READER_SERVICE;
    }
    become(slot, SLOT_UP);
    slot->apdus = 0;
    slot->in_len = 0;
    slot->inserted_us = clock_read_monotonic_us();
    card_trace_remark(slot->trace, "reader %d inserted %s", slot->number, path);
    card_trace_reset(slot->trace);
    return STATUS_OK;
}

static void timer_set(const struct reader_slot *slot, uint64_t delay_us)
{
    const struct itimerspec when = {
        .it_value = { .tv_sec = (time_t)(delay_us / US_PER_SECOND),
                      .tv_nsec = (long)(delay_us % US_PER_SECOND * NS_PER_US) },
    };
    (void)timerfd_settime(slot->timer_fd, 0, &when, NULL);
}

void reader_slot_pull(struct reader_slot *slot, const char *why)
{
    if (slot->state == SLOT_EMPTY) {
        return;
    }
    card_trace_remark(slot->trace, "reader %d %s", slot->number, why);
    close(slot->fd);
    timer_set(slot, 0);
    slot->fd = -1;
    become(slot, SLOT_EMPTY);
    slot->answer_waits = false;
    slot->path[0] = '\0';
    vcard_wipe(&slot->card);
}

static void replay_end(struct reader_slot *slot)
{
    if (slot->replay != NULL) {
        fclose(slot->replay);
        slot->replay = NULL;
    }
    slot->entropy_is_kept = false;
}

enum status reader_slot_replay(struct reader_slot *slot, const char *path)
{
    replay_end(slot);
    if (path != NULL) {
        slot->replay = card_trace_open_to_read(path);
    }
    return path == NULL || slot->replay != NULL ? STATUS_OK : STATUS_NOT_FOUND;
}

void reader_slot_close(struct reader_slot *slot)
{
    reader_slot_pull(slot, "closed");
    if (slot->trace != NULL) {
        fclose(slot->trace);
        slot->trace = NULL;
    }
    replay_end(slot);
    close(slot->timer_fd);
    slot->timer_fd = -1;
}

/* One send for head and body: the driver reads them apart, but should not wait between. */
static bool frame_send(const struct reader_slot *slot, struct span body)
{
    uint8_t memory[HEAD_LEN + VCARD_ANSWER_MAX];
    struct buf frame = BUF(memory);
    if (body.len > UINT16_MAX || !buf_put_u16(&frame, (uint16_t)body.len) ||
        !buf_put(&frame, body)) {
        return false;
    }
    size_t done = 0;
    while (done < frame.len) {
        ssize_t sent = send(slot->fd, frame.ptr + done, frame.len - done, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            return false;
        }
        done += sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

static struct span frame_command(const struct reader_slot *slot)
{
    return span_of(slot->in + HEAD_LEN, slot->command_len);
}

static void frame_drop(struct reader_slot *slot)
{
    size_t used = HEAD_LEN + slot->command_len;
    memmove(slot->in, slot->in + used, slot->in_len - used);
    slot->in_len -= used;
}

static void trace_exchange(const struct reader_slot *slot, struct span answer)
{
    int64_t now_us = clock_read_monotonic_us();
    struct span entropy = slot->card.drew ? SPAN_OF(slot->entropy) : SPAN_NONE;
    card_trace_write(slot->trace, &(struct card_trace_entry){
                                      .entropy = entropy,
                                      .command = frame_command(slot),
                                      .answer = answer,
                                      .at_us = (uint64_t)(slot->received_us - slot->inserted_us),
                                      .took_us = (uint64_t)(now_us - slot->received_us),
                                  });
}

static void answer_send(struct reader_slot *slot)
{
    trace_exchange(slot, buf_span(&slot->answer));
    frame_drop(slot);
    slot->answer_waits = false;
    become(slot, SLOT_UP);
    if (!frame_send(slot, buf_span(&slot->answer))) {
        reader_slot_pull(slot, "lost by its reader");
    }
}

static void pull_unanswered(struct reader_slot *slot, const char *why)
{
    trace_exchange(slot, SPAN_NONE);
    reader_slot_pull(slot, why);
}

static bool card_saved(struct reader_slot *slot)
{
    if (!slot->card.changed) {
        return true;
    }
    if (card_file_save(slot->path, &slot->card) != STATUS_OK) {
        return false;
    }
    vcard_saved(&slot->card);
    return true;
}

static bool entropy_draw(struct reader_slot *slot)
{
    struct buf bytes = BUF(slot->entropy);
    if (slot->entropy_is_kept) {
        return true;
    }
    if (slot->replay != NULL && card_trace_next_entropy(slot->replay, &bytes)) {
        return true;
    }
    replay_end(slot);
    struct entropy entropy = entropy_read_system();
    return entropy.fill(entropy.context, slot->entropy, sizeof slot->entropy) == STATUS_OK;
}

static void command_run(struct reader_slot *slot)
{
    slot->received_us = clock_read_monotonic_us();
    slot->apdus++;
    if (!entropy_draw(slot)) {
        pull_unanswered(slot, "pulled: no random bytes");
        return;
    }
    enum vcard_outcome outcome =
        vcard_transmit(&slot->card, frame_command(slot), SPAN_OF(slot->entropy), &slot->answer);
    slot->entropy_is_kept = slot->replay != NULL && !slot->card.drew;
    if (!card_saved(slot)) {
        pull_unanswered(slot, "pulled: its file cannot be written");
        return;
    }
    if (outcome == VCARD_CUT) {
        pull_unanswered(slot, "cut by a fault");
        return;
    }
    slot->answer_waits = true;
    if (outcome == VCARD_STALLED) {
        become(slot, SLOT_STALLED);
    } else if (slot->like_a_card && slot->card.duration_us > 0) {
        timer_set(slot, slot->card.duration_us);
    } else {
        answer_send(slot);
    }
}

static void control_run(struct reader_slot *slot, uint8_t control)
{
    if (control == CONTROL_OFF || control == CONTROL_ON || control == CONTROL_RESET) {
        vcard_reset(&slot->card);
        card_trace_reset(slot->trace);
    }
    frame_drop(slot);
    if (control == CONTROL_ATR && !frame_send(slot, vcard_atr(&slot->card))) {
        reader_slot_pull(slot, "lost by its reader");
    }
}

static bool frame_whole(struct reader_slot *slot)
{
    if (slot->in_len < HEAD_LEN) {
        return false;
    }
    slot->command_len = (size_t)slot->in[0] << 8 | slot->in[1];
    return slot->in_len - HEAD_LEN >= slot->command_len;
}

/* While an answer is owed, later frames (the driver's question for the ATR) wait. */
static void frames_run(struct reader_slot *slot)
{
    while (slot->state != SLOT_EMPTY && !slot->answer_waits && frame_whole(slot)) {
        if (slot->command_len == 1) {
            control_run(slot, slot->in[HEAD_LEN]);
        } else {
            command_run(slot);
        }
    }
}

void reader_slot_readable(struct reader_slot *slot)
{
    int one = 1;
    (void)setsockopt(slot->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
    if (slot->in_len == sizeof slot->in) {
        reader_slot_pull(slot, "pulled: its reader talks too much");
        return;
    }
    ssize_t got =
        recv(slot->fd, slot->in + slot->in_len, sizeof slot->in - slot->in_len, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
        reader_slot_pull(slot, "lost by its reader");
        return;
    }
    slot->in_len += got > 0 ? (size_t)got : 0;
    frames_run(slot);
}

void reader_slot_timer(struct reader_slot *slot)
{
    uint64_t times;
    if (read(slot->timer_fd, &times, sizeof times) != (ssize_t)sizeof times) {
        return;
    }
    if (slot->answer_waits && slot->state == SLOT_UP) {
        answer_send(slot);
        frames_run(slot);
    }
}

bool reader_slot_release(struct reader_slot *slot)
{
    if (slot->state != SLOT_STALLED) {
        return false;
    }
    answer_send(slot);
    frames_run(slot);
    return true;
}
