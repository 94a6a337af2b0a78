/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "port/entropy_read.h"
#include "sim/sim_broken.h"
#include "sim/sim_clock.h"
#include "sim/sim_desk.h"
#include "sim/sim_fault.h"
#include "sim/sim_odd.h"
#include "sim/sim_random.h"
#include "sim/sim_story.h"
#include "vcard/vcard_object.h"

enum { COMMAND_MS = 15, ROUND_MS = 50 };
enum {
    INS_CHANGE = 0x24,
    INS_RESET_RETRY = 0x2C,
    INS_GENERATE_PAIR = 0x47,
    INS_PUT = 0xDB,
    INS_VERIFY_PIN = 0x20,
    INS_GENERAL_AUTHENTICATE = 0x87,
    INS_VENDOR_FIRST = 0xF6,
    INS_SET_MANAGEMENT = 0xFF,
    INS_REST = 0xC0
};

struct pcsc_reader_card {
    int desk, slot, card;
    uint16_t event; /* of the reader, when connected */
    bool opened;    /* something that a passcode or key opens was sent */
    struct pcsc_reader_card *next;
};

static struct {
    struct sim_card cards[SIM_CARDS_MAX];
    size_t count;
    struct {
        int card;
        uint16_t events;
    } readers[SIM_DESKS][SIM_SLOTS];
    struct pcsc_reader_card *connections;
    void (*look)(struct sim_card *card);
} world = { .readers = { { { SIM_NO_CARD, 0 }, { SIM_NO_CARD, 0 } },
                         { { SIM_NO_CARD, 0 }, { SIM_NO_CARD, 0 } } } };

/* ---- cards and readers ---- */

size_t sim_reader_card_add(void)
{
    struct sim_card *card = &world.cards[world.count];
    card->desk = card->slot = SIM_NO_CARD;
    return world.count++;
}

size_t sim_reader_cards(void)
{
    return world.count;
}

struct sim_card *sim_reader_card(size_t index)
{
    return &world.cards[index];
}

int sim_reader_card_in(int desk, int slot)
{
    return world.readers[desk][slot].card;
}

/* SP 800-73-4 part 1, table 10: '70' and a length of two bytes, then the certificate. */
struct span sim_reader_certificate(const struct vcard *card, uint8_t slot)
{
    const struct vcard_object *object =
        &card->memory.objects[vcard_object_index(slot == 0x9A ? 0x5FC105 : 0x5FC10A)];
    if (!object->present || object->len < 4 || object->bytes[0] != 0x70 ||
        object->bytes[1] != 0x82) {
        return SPAN_NONE;
    }
    size_t len = (size_t)object->bytes[2] << 8 | object->bytes[3];
    return len + 4 <= object->len ? span_of(object->bytes + 4, len) : SPAN_NONE;
}

static void put(int desk, int slot, int card)
{
    struct sim_card *c = &world.cards[card];
    vcard_reset(&c->card);
    c->desk = desk;
    c->slot = slot;
    world.readers[desk][slot].card = card;
    world.readers[desk][slot].events++;
    sim_story_tell("desk %d: %s's card goes into reader %d", desk + 1, c->name, slot + 1);
}

static void take_out(int desk, int slot)
{
    struct sim_card *c = &world.cards[world.readers[desk][slot].card];
    vcard_reset(&c->card);
    c->desk = c->slot = SIM_NO_CARD;
    world.readers[desk][slot].card = SIM_NO_CARD;
    world.readers[desk][slot].events++;
    sim_story_tell("desk %d: %s's card leaves reader %d", desk + 1, c->name, slot + 1);
}

void sim_reader_put(int desk, int slot, int card)
{
    put(desk, slot, card);
    sim_desk_hear_readers(desk);
}

void sim_reader_pull(int desk, int slot)
{
    if (world.readers[desk][slot].card != SIM_NO_CARD) {
        take_out(desk, slot);
        sim_desk_hear_readers(desk);
    }
}

void sim_reader_list(int desk, struct pcsc_reader_list *ret_list)
{
    memset(ret_list, 0, sizeof(*ret_list));
    ret_list->count = SIM_SLOTS;
    for (int i = 0; i < SIM_SLOTS; i++) {
        struct pcsc_reader_state *state = &ret_list->readers[i];
        int card = world.readers[desk][i].card;
        REQUIRE(text_format(state->name, sizeof(state->name), "%d %d", desk, i));
        state->event_count = world.readers[desk][i].events;
        state->present = card != SIM_NO_CARD;
        if (state->present) {
            struct span atr = vcard_atr(&world.cards[card].card);
            memcpy(state->atr, atr.ptr, atr.len);
            state->atr_len = atr.len;
        }
    }
}

/* ---- what must not happen ---- */

static bool writes(uint8_t ins)
{
    static const uint8_t reading[] = { 0xF7, 0xF8, 0xF9,
                                       0xFD }; /* metadata, serial, attest, version */
    bool reads = memchr(reading, ins, sizeof(reading)) != NULL;
    return ins == INS_CHANGE || ins == INS_RESET_RETRY || ins == INS_GENERATE_PAIR ||
           ins == INS_PUT || (ins >= INS_VENDOR_FIRST && !reads);
}

bool sim_reader_has_operator(int desk)
{
    bool found = false;
    for (int slot = 0; slot < SIM_SLOTS; slot++) {
        int card = world.readers[desk][slot].card;
        found = found || (card != SIM_NO_CARD && world.cards[card].is_operator);
    }
    return found;
}

/* I8: an operator's passcode is for the operator's card. Theirs are nobody else's (sim_found.c). */
static void watch_passcode(const struct sim_card *card, struct span command)
{
    enum { HEAD = 5, PASSCODE_LEN = 8 };
    for (size_t i = 0; i < world.count && command.len >= HEAD + PASSCODE_LEN; i++) {
        const struct sim_card *c = &world.cards[i];
        if (c->is_operator && !text_equal(c->person, card->person) &&
            memcmp(command.ptr + HEAD, c->passcode, PASSCODE_LEN) == 0) {
            sim_story_break("I8", "%s's passcode is shown to the card of %s", c->name, card->name);
        }
    }
}

/* By what lies in the readers and whose card it is, not by what the agent believes. No operator's
 * card is ever served here. */
static void watch(const struct pcsc_reader_card *c, struct span command)
{
    struct sim_card *card = &world.cards[c->card];
    uint8_t ins = command.len > 1 ? command.ptr[1] : 0;
    if (ins == INS_VERIFY_PIN) {
        watch_passcode(card, command);
    }
    bool new_command = ins != INS_REST && !card->card.session.chain_open;
    if (!writes(ins) || !new_command) {
        return;
    }
    card->writes++;
    card->served = true; /* whoever it was meant for: it is looked at in the end */
    if (card->is_operator) {
        sim_story_break("I8", "command %02X goes to the operator's card of %s", ins, card->name);
    }
    if (!sim_reader_has_operator(c->desk)) {
        sim_story_break("I11", "command %02X begins on %s's card, and no operator's card is there",
                        ins, card->name);
    }
}

/* ---- faults ---- */

/* Another card of the pocket, of another person, that can be served too. */
static int other_card(int card)
{
    for (size_t i = 0; i < world.count; i++) {
        size_t other = ((size_t)card + 1 + i) % world.count;
        if (world.cards[other].desk == SIM_NO_CARD && !world.cards[other].is_operator &&
            !world.cards[other].is_stolen) {
            return (int)other;
        }
    }
    return SIM_NO_CARD;
}

/* Another card that looks the same to the reader. */
static int same_make(int card)
{
    struct span atr = vcard_atr(&world.cards[card].card);
    for (size_t i = 0; i < world.count; i++) {
        size_t other = ((size_t)card + 1 + i) % world.count;
        if (world.cards[other].desk == SIM_NO_CARD && !world.cards[other].is_stolen &&
            span_equal(vcard_atr(&world.cards[other].card), atr)) {
            return (int)other;
        }
    }
    return SIM_NO_CARD;
}

static void swap_operator(int desk)
{
    int slot = sim_desk_operator_slot(desk);
    int other = slot < SIM_SLOTS ? same_make(world.readers[desk][slot].card) : SIM_NO_CARD;
    if (other != SIM_NO_CARD) {
        take_out(desk, slot);
        put(desk, slot, other);
        sim_desk_hear_readers(desk);
    }
}

static void arm(const struct pcsc_reader_card *c, enum vcard_fault_kind kind)
{
    vcard_arm(&world.cards[c->card].card, &(struct vcard_fault){ .kind = kind, .at = 1 });
}

static void befall(const struct pcsc_reader_card *c, struct span command, enum sim_fault fault)
{
    int other = SIM_NO_CARD;
    sim_story_tell("desk %d: command %u, %02X, to %s's card: %s", c->desk + 1,
                   sim_fault_visits(sim_fault_point(fault)), command.len > 1 ? command.ptr[1] : 0,
                   world.cards[c->card].name, sim_fault_name(fault));
    switch ((unsigned)fault) {
    case SIM_CARD_CUT_BEFORE:
    case SIM_CHANGE_CUT_BEFORE:
        arm(c, VCARD_FAULT_CUT_BEFORE);
        break;
    case SIM_CARD_TORN:
        arm(c, VCARD_FAULT_TEAR);
        break;
    case SIM_CARD_CUT_AFTER:
    case SIM_CHANGE_CUT_AFTER:
        arm(c, VCARD_FAULT_CUT_AFTER);
        break;
    case SIM_CARD_SWAPPED:
        other = other_card(c->card);
        sim_reader_pull(c->desk, c->slot);
        if (other != SIM_NO_CARD) {
            sim_reader_put(c->desk, c->slot, other);
        }
        break;
    case SIM_OPERATOR_PULLED:
        sim_desk_pull_operator(c->desk);
        break;
    case SIM_OPERATOR_SWAPPED:
        swap_operator(c->desk);
        break;
    case SIM_AGENT_DIES:
        sim_desk_die(c->desk);
        break;
    default:
        break;
    }
}

static bool changes_secret(struct span command)
{
    enum { P2_PUK = 0x81 };
    uint8_t ins = command.len > 3 ? command.ptr[1] : 0;
    return ins == INS_RESET_RETRY || ins == INS_SET_MANAGEMENT ||
           (ins == INS_CHANGE && command.ptr[3] == P2_PUK);
}

static enum sim_fault fault_before(struct span command)
{
    enum sim_fault fault = sim_fault_at(SIM_AT_APDU);
    bool more = fault == SIM_NOTHING && changes_secret(command);
    return more ? sim_fault_at(SIM_AT_SECRET) : fault;
}

/* ---- port/pcsc_reader.h ---- */

static bool is_here(const struct pcsc_reader_card *c)
{
    return c->card != SIM_NO_CARD && world.readers[c->desk][c->slot].card == c->card &&
           world.readers[c->desk][c->slot].events == c->event;
}

enum status pcsc_reader_connect(const char *name, struct pcsc_reader_card **ret_card)
{
    int desk = name[0] - '0', slot = name[2] - '0';
    int card = world.readers[desk][slot].card;
    if (card == SIM_NO_CARD || sim_desk_is_dead(desk)) {
        return STATUS_CARD_ABSENT;
    }
    struct pcsc_reader_card *c = calloc(1, sizeof(*c));
    if (c == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    *c = (struct pcsc_reader_card){ .desk = desk,
                                    .slot = slot,
                                    .card = card,
                                    .event = world.readers[desk][slot].events,
                                    .next = world.connections };
    world.connections = c;
    sim_clock_pass_ms(COMMAND_MS);
    *ret_card = c;
    return STATUS_OK;
}

static bool opens(struct span command)
{
    uint8_t ins = command.len > 1 ? command.ptr[1] : 0;
    return ins == INS_VERIFY_PIN || ins == INS_GENERAL_AUTHENTICATE || writes(ins);
}

/* I10: which PUKs have been shown to the card. What is new with a PUK stands behind the old one. */
static void take_puk(struct sim_card *card, struct span command)
{
    enum { HEAD = 5, PUK_LEN = 8, P2_PUK = 0x81 };
    if (command.len < HEAD + 2 * PUK_LEN) {
        return;
    }
    uint8_t ins = command.ptr[1];
    bool changes = ins == INS_CHANGE && command.ptr[3] == P2_PUK;
    if (ins == INS_RESET_RETRY) {
        card->puks_used++;
        card->puks_ever++;
    }
    if (ins == INS_RESET_RETRY || changes) {
        sim_story_guarded(span_of(command.ptr + HEAD, PUK_LEN));
    }
    if (changes) {
        sim_story_guarded(span_of(command.ptr + HEAD + PUK_LEN, PUK_LEN));
    }
}

static enum status play(struct pcsc_reader_card *c, struct span command, struct buf *answer)
{
    uint8_t random[VCARD_ENTROPY_LEN], memory[VCARD_ANSWER_MAX];
    struct vcard *card = &world.cards[c->card].card;
    struct entropy entropy = entropy_read_system();
    struct buf got = BUF(memory);
    if (entropy_fill(&entropy, random, sizeof(random)) != STATUS_OK) {
        return STATUS_CRYPTO;
    }
    enum vcard_outcome outcome = vcard_transmit(card, command, SPAN_OF(random), &got);
    /* Signatures differ in length from run to run, and so would microseconds. */
    sim_clock_pass_ms((int64_t)(card->duration_us / (ROUND_MS * 1000)) * ROUND_MS);
    if (outcome != VCARD_ANSWERED) {
        sim_reader_pull(c->desk, c->slot);
        return sim_random_chance(500) ? STATUS_CARD_REMOVED : STATUS_CARD_UNKNOWN_OUTCOME;
    }
    return buf_put(answer, buf_span(&got)) ? STATUS_OK : STATUS_CARD_LIMIT;
}

enum status pcsc_reader_transmit(struct pcsc_reader_card *c, struct span command,
                                 struct buf *answer)
{
    sim_clock_pass_ms(COMMAND_MS);
    if (is_here(c)) {
        watch(c, command);
        bool is_served = !sim_desk_is_operator(c->desk, c->slot) && sim_desk_has_session(c->desk);
        enum sim_fault fault = is_served ? fault_before(command) : SIM_NOTHING;
        if (fault != SIM_NOTHING) {
            befall(c, command, fault);
        }
    }
    if (!is_here(c)) {
        return STATUS_CARD_REMOVED;
    }
    c->opened = c->opened || opens(command);
    struct sim_card *card = &world.cards[c->card];
    take_puk(card, command);
    bool refused = sim_odd_answers(card, command, answer);
    enum status status = refused ? STATUS_OK : play(c, command, answer);
    if (status == STATUS_OK && is_here(c)) {
        sim_broken_after((size_t)c->card, command);
    }
    if (world.look != NULL) {
        world.look(card);
    }
    return status;
}

void sim_reader_look_after(void (*look)(struct sim_card *card))
{
    world.look = look;
}

static void forget(struct pcsc_reader_card *c)
{
    struct pcsc_reader_card **at = &world.connections;
    while (*at != c) {
        at = &(*at)->next;
    }
    *at = c->next;
    free(c);
}

void pcsc_reader_disconnect(struct pcsc_reader_card **card, enum pcsc_end end)
{
    struct pcsc_reader_card *c = *card;
    if (c == NULL) {
        return;
    }
    if (is_here(c) && (end == PCSC_END_RESET || c->opened)) {
        vcard_reset(&world.cards[c->card].card);
    }
    forget(c);
    *card = NULL;
}

void sim_reader_break_connections(int desk)
{
    for (struct pcsc_reader_card *c = world.connections; c != NULL; c = c->next) {
        if (c->desk == desk && is_here(c)) {
            vcard_reset(&world.cards[c->card].card);
            c->card = SIM_NO_CARD;
        }
    }
}
