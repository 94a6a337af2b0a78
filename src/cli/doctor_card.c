/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_card.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "agent/card_look.h"
#include "agent/monitor.h"
#include "base/text.h"
#include "cli/desk_options.h"
#include "crypto/x509_chain.h"
#include "port/clock_read.h"
#include "port/process_socket.h"

enum { LIST_MAX = 256, BUSY_MS = 3000, PAUSE_MS = 200, MODEL_MAX = 64 };

/* ---- who is it that uses the card ---- */

static bool is_our_own(const char *name)
{
    return strncmp(name, "cardwright", sizeof("cardwright") - 1) == 0;
}

static void append(char text[LIST_MAX], const char *more)
{
    char longer[LIST_MAX];
    if (text_format(longer, sizeof(longer), "%s%s%s", text, text[0] != '\0' ? ", " : "", more)) {
        memcpy(text, longer, sizeof(longer));
    }
}

/* PC/SC does not tell who holds a card: those that are connected to the service are named. */
static void name_programs(char ret_text[LIST_MAX])
{
    struct process_socket_users users;
    const char *daemon = pcsc_reader_daemon();
    ret_text[0] = '\0';
    if (daemon == NULL || process_socket_users(daemon, &users) != STATUS_OK) {
        text_take(ret_text, LIST_MAX,
                  "by which program cannot be told, or the card does not answer");
        return;
    }
    for (size_t i = 0; i < users.count; i++) {
        char one[64];
        if (!is_our_own(users.name[i]) &&
            text_format(one, sizeof(one), "%s (process %d)", users.name[i], (int)users.pid[i])) {
            append(ret_text, one);
        }
    }
    if (ret_text[0] == '\0') {
        text_take(ret_text, LIST_MAX,
                  "a program that this user may not see, or the card does not answer");
    }
}

/* ---- one card ---- */

static struct desk_slot slot_of(const struct pcsc_reader_state *reader)
{
    struct desk_slot slot = { .present = reader->present,
                              .mute = reader->mute,
                              .contactless = reader->contactless,
                              .event_count = reader->event_count,
                              .atr_len = reader->atr_len };
    memcpy(slot.atr, reader->atr, sizeof(slot.atr));
    text_take(slot.name, sizeof(slot.name), reader->name);
    return slot;
}

/* ---- one look, which another program may hold up for ever ---- */

/* On a thread of its own, since PC/SC knows no time limit: an attempt that was given up stays, with
 * its thread, until the program ends, which it does soon. */
struct attempt {
    struct monitor monitor;
    bool done;
    enum status status;
    struct desk_slot slot;
    struct card_look look;
};

/* Another program, the agent for one, may be at a short piece of work: wait for its end. */
static void *attempt_main(void *context)
{
    struct attempt *attempt = context;
    int64_t until_ms = clock_read_monotonic_ms() + BUSY_MS;
    enum status status = card_look_read(&attempt->slot, &attempt->look);
    while (status == STATUS_CARD_BUSY && clock_read_monotonic_ms() < until_ms) {
        clock_read_pause_ms(PAUSE_MS);
        status = card_look_read(&attempt->slot, &attempt->look);
    }
    monitor_lock(&attempt->monitor);
    attempt->status = status;
    attempt->done = true;
    monitor_wake(&attempt->monitor);
    monitor_unlock(&attempt->monitor);
    return NULL;
}

/* False: it was given up. */
static bool attempt_wait(struct attempt *attempt, enum status *ret_status)
{
    int64_t until_ms = clock_read_monotonic_ms() + 2 * BUSY_MS;
    bool over = false;
    monitor_lock(&attempt->monitor);
    while (!attempt->done && !over) {
        over = monitor_wait_until(&attempt->monitor, until_ms);
    }
    bool done = attempt->done;
    *ret_status = done ? attempt->status : STATUS_CARD_BUSY;
    monitor_unlock(&attempt->monitor);
    return done;
}

enum status doctor_card_read(const struct pcsc_reader_state *reader, struct card_look *ret_look)
{
    pthread_t thread;
    struct attempt *attempt = calloc(1, sizeof(*attempt));
    if (attempt == NULL || monitor_open(&attempt->monitor) != STATUS_OK) {
        free(attempt);
        return STATUS_OUT_OF_MEMORY;
    }
    attempt->slot = slot_of(reader);
    enum status status = STATUS_OUT_OF_MEMORY;
    if (pthread_create(&thread, NULL, attempt_main, attempt) == 0) {
        if (!attempt_wait(attempt, &status)) {
            (void)pthread_detach(thread);
            return status;
        }
        (void)pthread_join(thread, NULL);
        *ret_look = attempt->look;
    }
    monitor_close(&attempt->monitor);
    free(attempt);
    return status;
}

/* ---- what it is ---- */

static instant first_end(const struct card_identity *identity)
{
    instant end = INT64_MAX;
    for (size_t i = 0; i < COUNT(identity->certificates); i++) {
        if (identity->has_certificate[i] && identity->certificates[i].not_after < end) {
            end = identity->certificates[i].not_after;
        }
    }
    return end;
}

static struct doctor_card facts_of(const struct card_look *look, const struct doctor_cas *cas)
{
    const struct card_identity *identity = &look->identity;
    struct doctor_card facts = { .blank = card_identity_is_unissued(identity, ""),
                                 .torn = identity->torn,
                                 .has_certificate =
                                     identity->has_certificate[0] || identity->has_certificate[1],
                                 .not_after = first_end(identity) };
    size_t index = identity->has_certificate[0] ? 0 : 1;
    if (facts.has_certificate && cas->count > 0) {
        facts.known = true;
        facts.issued = x509_chain_verify(card_report_certificate(&look->report, index), cas->der,
                                         cas->count, clock_read_now(), NULL);
    }
    return facts;
}

static const char *origin_text(const struct doctor_card *facts)
{
    if (!facts->known) {
        return "whose CA cannot be told without the server";
    }
    bool ours = facts->issued == STATUS_OK || facts->issued == STATUS_CARD_EXPIRED;
    return ours ? "of this organisation" : "not of this organisation";
}

static void note_read(struct doctor *d, const char *reader, const struct card_look *look,
                      const struct doctor_cas *cas)
{
    char model[MODEL_MAX], day[16];
    const struct doctor_card facts = facts_of(look, cas);
    const struct doctor_verdict verdict = doctor_judge_card(&facts, clock_read_now());
    card_identity_model(&look->report, model, sizeof(model));
    if (facts.torn) {
        doctor_note(d, "card", verdict, "%s: %s, a certificate on it cannot be read", reader,
                    model);
    } else if (!facts.has_certificate) {
        doctor_note(d, "card", verdict, "%s: %s, %s", reader, model,
                    facts.blank ? "blank" : "without certificates");
    } else {
        desk_day(facts.not_after, day);
        doctor_note(d, "card", verdict, "%s: %s, %s, until %s", reader, model, origin_text(&facts),
                    day);
    }
}

static void note_card(struct doctor *d, const struct pcsc_reader_state *reader,
                      const struct doctor_cas *cas)
{
    char programs[LIST_MAX];
    struct card_look *look = calloc(1, sizeof(*look));
    enum status status = look != NULL ? doctor_card_read(reader, look) : STATUS_OUT_OF_MEMORY;
    if (status == STATUS_OK) {
        note_read(d, reader->name, look, cas);
    } else if (status == STATUS_CARD_BUSY) {
        name_programs(programs);
        doctor_note_wrong(d, "card", status, "%s: not to be had: %s", reader->name, programs);
    } else {
        doctor_note_wrong(d, "card", status, "%s", reader->name);
    }
    free(look);
}

/* ---- all ---- */

static void note_cards(struct doctor *d, const struct pcsc_reader_list *list,
                       const struct doctor_cas *cas, bool at_work)
{
    size_t present = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!list->readers[i].present) {
            continue;
        }
        present++;
        if (at_work) {
            doctor_note_warning(d, "card", STATUS_AGENT_BUSY, "%s: left alone",
                                list->readers[i].name);
        } else {
            note_card(d, &list->readers[i], cas);
        }
    }
    if (present == 0 && list->count > 0) {
        doctor_note_warning(d, "card", STATUS_CARD_ABSENT, "none in any reader");
    }
}

static void note_readers(struct doctor *d, const struct pcsc_reader_list *list)
{
    char names[LIST_MAX] = "";
    for (size_t i = 0; i < list->count; i++) {
        append(names, list->readers[i].name);
    }
    doctor_note(d, "readers", doctor_judge_readers(list->count), "%zu%s%s", list->count,
                names[0] != '\0' ? ": " : "", names);
}

enum status doctor_card_readers(struct pcsc_reader_list *ret_list)
{
    struct pcsc_reader_watch *watch = NULL;
    pcsc_reader_never_wait();
    enum status status = pcsc_reader_watch_open(&watch);
    if (status == STATUS_OK) {
        status = pcsc_reader_now(watch, ret_list);
    }
    pcsc_reader_watch_close(&watch);
    return status;
}

void doctor_card_look(struct doctor *d, const struct doctor_cas *cas, bool at_work)
{
    struct pcsc_reader_list list = { 0 };
    enum status status = doctor_card_readers(&list);
    if (status != STATUS_OK && status != STATUS_READER_NONE) {
        const char *daemon = pcsc_reader_daemon();
        doctor_note_wrong(d, "smartcard_service", status, "%s", daemon != NULL ? daemon : "");
        return;
    }
    doctor_note_ok(d, "smartcard_service", "answers");
    note_readers(d, &list);
    note_cards(d, &list, cas, at_work);
}
