/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "port/pcsc_reader.h"
#include "vcard/vcard.h"

/* sim_reader: all cards, and the readers of all desks.
 *
 *     struct sim_card *card = sim_reader_card(3);
 *     sim_reader_put(desk, slot, 3);        the desk hears of it (sim_desk.h)
 *     sim_reader_pull(desk, slot);
 *
 * Implements the connecting half of port/pcsc_reader.h on virtual cards. Before each command to a
 * card that is served it asks sim_fault what goes wrong. It also watches what no program may do:
 * change an operator's card (I8), begin to change a card while no operator's lies in a reader of
 * that desk (I11). */
enum {
    SIM_DESKS = 2,
    SIM_SLOTS = 2,
    SIM_CARDS_MAX = 24,
    SIM_NAME_MAX = 48,
    SIM_PASSCODES_MAX = 16,
    SIM_NO_CARD = -1
};

struct sim_card {
    struct vcard card;
    char name[SIM_NAME_MAX]; /* of its person: for the story */
    char person[13];
    char passcode[9];                    /* the holder's; "": nobody knows one */
    char possible[SIM_PASSCODES_MAX][9]; /* older ones, while nobody knows which is set */
    size_t possible_count;
    bool is_blank; /* as made */
    bool is_operator;
    bool is_local;      /* an operator's who may serve the own organisation only */
    bool is_sponsor;    /* an operator's who may serve nobody */
    bool is_stolen;     /* an operator's, revoked since */
    bool is_lost;       /* it was served, and nobody will ever see it again */
    bool served;        /* something was done to it in this run */
    unsigned writes;    /* commands that write to it, as they were sent */
    uint8_t puk[8];     /* at the last receipt */
    unsigned puks_used; /* since the last receipt */
    unsigned puks_ever;
    int desk, slot; /* where it is; SIM_NO_CARD: in a pocket */
};

size_t sim_reader_card_add(void);
size_t sim_reader_cards(void);
struct sim_card *sim_reader_card(size_t index);
/* In 9A or 9C, as it truly lies there; SPAN_NONE: none. */
struct span sim_reader_certificate(const struct vcard *card, uint8_t slot);
/* SIM_NO_CARD: empty. */
int sim_reader_card_in(int desk, int slot);
void sim_reader_put(int desk, int slot, int card);
void sim_reader_pull(int desk, int slot);
/* Does an operator's card lie in one of its readers? */
bool sim_reader_has_operator(int desk);
/* What the desk's readers report now. */
void sim_reader_list(int desk, struct pcsc_reader_list *ret_list);
/* `look` is called after each command that a card has answered or not; NULL: nobody looks. */
void sim_reader_look_after(void (*look)(struct sim_card *card));
/* The process that had cards open is gone: the service resets them. */
void sim_reader_break_connections(int desk);
