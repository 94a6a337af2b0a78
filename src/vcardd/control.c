/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/control.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "base/text.h"
#include "vcardd/card_file.h"
#include "vcardd/card_trace.h"

struct request {
    struct control_desk *desk;
    struct reader_slot *slot; /* NULL for requests without a reader */
    const char *rest;         /* what follows the reader, or "" */
    struct control_reply *reply;
};

static void reply_add(struct control_reply *reply, const char *format, ...) PRINTF_LIKE(2, 3);

static void reply_add(struct control_reply *reply, const char *format, ...)
{
    va_list arguments;
    size_t room = sizeof reply->text - reply->len;
    va_start(arguments, format);
    int len = vsnprintf(reply->text + reply->len, room, format, arguments);
    va_end(arguments);
    if (len > 0) {
        reply->len += (size_t)len < room ? (size_t)len : room - 1;
    }
}

static void reply_ok(struct control_reply *reply)
{
    reply_add(reply, "ok\n");
}

/* The same file under two names is the same card; two readers must not write it. */
static bool inserted_elsewhere(const struct control_desk *desk, const char *path)
{
    struct stat wanted, other;
    if (stat(path, &wanted) != 0) {
        return false;
    }
    for (size_t i = 0; i < desk->count; i++) {
        if (desk->readers[i].state != SLOT_EMPTY && stat(desk->readers[i].path, &other) == 0 &&
            other.st_dev == wanted.st_dev && other.st_ino == wanted.st_ino) {
            return true;
        }
    }
    return false;
}

static void run_insert(struct request *request)
{
    if (inserted_elsewhere(request->desk, request->rest)) {
        reply_add(request->reply, "error the card is in a reader already\n");
        return;
    }
    errno = 0;
    enum status status = reader_slot_insert(request->slot, request->rest);
    switch (status) {
    case STATUS_OK:
        reply_ok(request->reply);
        return;
    case STATUS_CARD_BUSY:
        reply_add(request->reply, "error a card is in the reader\n");
        return;
    case STATUS_READER_SERVICE:
        reply_add(request->reply, "error nobody listens on port %u: %s\n", request->slot->port,
                  strerror(errno));
        return;
    default:
        reply_add(request->reply, "error '%s': %s\n", request->rest, status_entry(status)->cause);
    }
}

static void run_pull(struct request *request)
{
    reader_slot_pull(request->slot, "pulled");
    reply_ok(request->reply);
}

static void run_fault(struct request *request)
{
    struct vcard_fault fault;
    if (request->slot->state == SLOT_EMPTY) {
        reply_add(request->reply, "error no card is in the reader\n");
        return;
    }
    if (!vcard_fault_parse(request->rest, &fault)) {
        reply_add(request->reply, "error not a fault: '%s'\n", request->rest);
        return;
    }
    vcard_arm(&request->slot->card, &fault);
    reply_ok(request->reply);
}

/* From now on, and wherever the card is inserted. */
static void run_lie(struct request *request)
{
    enum vcard_lie lie;
    if (request->slot->state == SLOT_EMPTY) {
        reply_add(request->reply, "error no card is in the reader\n");
        return;
    }
    if (!vcard_model_lie_by_name(request->rest, &lie)) {
        reply_add(request->reply, "error not a lie: '%s'\n", request->rest);
        return;
    }
    request->slot->card.options.lie = (uint8_t)lie;
    if (card_file_save(request->slot->path, &request->slot->card) != STATUS_OK) {
        reply_add(request->reply, "error '%s' is not written\n", request->slot->path);
        return;
    }
    reply_ok(request->reply);
}

static void run_timing(struct request *request)
{
    bool card = text_equal(request->rest, "card");
    if (!card && !text_equal(request->rest, "none")) {
        reply_add(request->reply, "error timing is 'none' or 'card'\n");
        return;
    }
    request->slot->like_a_card = card;
    reply_ok(request->reply);
}

static void trace_close(struct reader_slot *slot)
{
    if (slot->trace != NULL) {
        fclose(slot->trace);
        slot->trace = NULL;
    }
}

static void run_trace(struct request *request)
{
    bool on = strncmp(request->rest, "on ", 3) == 0;
    if (!on && !text_equal(request->rest, "off")) {
        reply_add(request->reply, "error trace is 'on FILE' or 'off'\n");
        return;
    }
    trace_close(request->slot);
    if (on) {
        request->slot->trace = card_trace_open(request->rest + 3);
    }
    if (on && request->slot->trace == NULL) {
        reply_add(request->reply, "error '%s': %s\n", request->rest + 3, strerror(errno));
        return;
    }
    reply_ok(request->reply);
}

static void run_entropy(struct request *request)
{
    const char *path = text_equal(request->rest, "system") ? NULL : request->rest;
    enum status status = reader_slot_replay(request->slot, path);
    if (status == STATUS_OK) {
        reply_ok(request->reply);
    } else {
        reply_add(request->reply, "error '%s': %s\n", request->rest, status_entry(status)->cause);
    }
}

static uint32_t changes_of(const struct control_desk *desk)
{
    uint32_t changes = 0;
    for (size_t i = 0; i < desk->count; i++) {
        changes += desk->readers[i].changes;
    }
    return changes;
}

static void run_status(struct request *request)
{
    for (size_t i = 0; i < request->desk->count; i++) {
        const struct reader_slot *slot = &request->desk->readers[i];
        char fault[VCARD_FAULT_TEXT_MAX];
        vcard_fault_text(&slot->card.fault, fault);
        reply_add(request->reply, "reader %d port %u %s card %s apdus %u fault %s timing %s\n",
                  slot->number, slot->port, reader_slot_state_name(slot->state),
                  slot->path[0] == '\0' ? "-" : slot->path, slot->apdus, fault,
                  slot->like_a_card ? "card" : "none");
    }
    reply_add(request->reply, "ok change %u\n", changes_of(request->desk));
}

/* The caller names the change that it has seen: none falls between its question and this one. */
static void run_wait_change(struct request *request)
{
    char now[16];
    size_t digits = strspn(request->rest, "0123456789");
    if (request->rest[digits] != '\0' ||
        !text_format(now, sizeof now, "%u", changes_of(request->desk))) {
        reply_add(request->reply, "error not the number of a change: '%s'\n", request->rest);
        return;
    }
    request->reply->waits = text_equal(request->rest, now);
    if (!request->reply->waits) {
        reply_ok(request->reply);
    }
}

static void run_wait_fault(struct request *request)
{
    request->reply->waits = request->slot->card.fault.kind != VCARD_FAULT_NONE;
    if (!request->reply->waits) {
        reply_ok(request->reply);
    }
}

static void run_wait_stall(struct request *request)
{
    if (request->slot->state == SLOT_EMPTY) {
        reply_add(request->reply, "error no card is in the reader\n");
        return;
    }
    request->reply->waits = request->slot->state != SLOT_STALLED;
    if (!request->reply->waits) {
        reply_ok(request->reply);
    }
}

static void run_release(struct request *request)
{
    if (reader_slot_release(request->slot)) {
        reply_ok(request->reply);
    } else {
        reply_add(request->reply, "error the card has not stalled\n");
    }
}

static void run_quit(struct request *request)
{
    request->desk->quits = true;
    reply_ok(request->reply);
}

static const struct {
    const char *name;
    bool takes_reader, takes_rest;
    void (*run)(struct request *request);
} requests[] = {
    { "insert", true, true, run_insert },
    { "pull", true, false, run_pull },
    { "fault", true, true, run_fault },
    { "lie", true, true, run_lie },
    { "timing", true, true, run_timing },
    { "trace", true, true, run_trace },
    { "entropy", true, true, run_entropy },
    { "status", false, false, run_status },
    { "wait-change", false, true, run_wait_change },
    { "wait-fault", true, false, run_wait_fault },
    { "wait-stall", true, false, run_wait_stall },
    { "release", true, false, run_release },
    { "quit", false, false, run_quit },
};

/* "1 rest": finds the reader and moves on to the rest. */
static bool reader_find(struct request *request)
{
    unsigned number = 0;
    size_t digits = strspn(request->rest, "0123456789");
    bool ends = request->rest[digits] == ' ' || request->rest[digits] == '\0';
    if (digits == 0 || digits > 2 || !ends) {
        return false;
    }
    for (size_t i = 0; i < digits; i++) {
        number = 10 * number + (unsigned)(request->rest[i] - '0');
    }
    if (number == 0 || number > request->desk->count) {
        return false;
    }
    request->slot = &request->desk->readers[number - 1];
    request->rest += digits;
    request->rest += request->rest[0] == ' ' ? 1 : 0;
    return true;
}

void control_run(struct control_desk *desk, const char *line, struct control_reply *ret_reply)
{
    struct request request = { .desk = desk, .reply = ret_reply };
    size_t name_len = strcspn(line, " ");
    ret_reply->waits = false;
    ret_reply->len = 0;
    ret_reply->text[0] = '\0';
    size_t i = 0;
    while (i < COUNT(requests) &&
           !span_equal(span_of(line, name_len), span_of_text(requests[i].name))) {
        i++;
    }
    request.rest = line + name_len + (line[name_len] == ' ' ? 1 : 0);
    if (i == COUNT(requests)) {
        reply_add(ret_reply, "error no such request; see docs/virtual-card.md\n");
    } else if (requests[i].takes_reader && !reader_find(&request)) {
        reply_add(ret_reply, "error which reader? there are %zu\n", desk->count);
    } else if (requests[i].takes_rest != (request.rest[0] != '\0')) {
        reply_add(ret_reply, "error '%s' %s\n", requests[i].name,
                  requests[i].takes_rest ? "needs more words" : "takes no more words");
    } else {
        requests[i].run(&request);
    }
}
