/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/bytes.h"

/* status: the one catalogue of errors. What can go wrong, and what to do about it.
 *
 *     enum status status = card_state_move(...);
 *     if (status != STATUS_OK) { return status; }
 *     status_entry(status)->remedy
 *
 * The list itself is status_list.h; docs/errors.md and `cardwright errors` are made from it.
 * A number, once published, never changes its meaning.
 * Tests: test/unit/base/test_status.c walks the whole list. */
#define STATUS(name, number, class, actor, card, retry, cause, remedy) STATUS_##name,
enum status {
#include "base/status_list.h"
    STATUS_MAX
};
#undef STATUS

/* What the caller does about it. */
enum status_class {
    CLASS_OK,
    CLASS_INPUT,    /* refuse; the sender must change it */
    CLASS_DENIED,   /* policy or identity says no */
    CLASS_CONFLICT, /* somebody else changed it, or the order is wrong */
    CLASS_CARD,     /* the card said no, or is not there */
    CLASS_PEER,     /* the other program broke the protocol */
    CLASS_BLOCKED,  /* try later */
    CLASS_IO,
    CLASS_LIMIT,
    CLASS_INTERNAL,
    CLASS_MAX
};

enum status_actor {
    ACTOR_NONE,
    ACTOR_HOLDER,
    ACTOR_OPERATOR,
    ACTOR_RA_DESK,
    ACTOR_SITE_IT,
    ACTOR_MAX
};

/* Is the card safe? CARD_RESUMABLE: a job is open; the next insertion finishes it. */
enum status_card { CARD_UNTOUCHED, CARD_RESUMABLE, CARD_LOST_TRY, CARD_MAX };

struct status_entry {
    const char *name;   /* "PASSCODE_WRONG": for machines */
    const char *code;   /* "CW-301": for people on the telephone */
    const char *cause;  /* lower case, no full stop */
    const char *remedy; /* what to do, to the actor */
    enum status_class class;
    enum status_actor actor;
    enum status_card card;
    bool retry; /* may one simply try again? */
};

/* Never NULL; a value outside the list is INTERNAL. */
const struct status_entry *status_entry(enum status status);
MUST_USE bool status_by_name(const char *name, enum status *ret_status);
const char *status_class_name(enum status_class class);
const char *status_actor_name(enum status_actor actor);
const char *status_card_name(enum status_card card);
/* HTTP status code for a class (RFC 9110): what both APIs answer. */
int status_http(enum status status);
/* The entry as a problem in JSON (RFC 9457) under that HTTP code, without `detail`: takes no
 * memory. Returns `ret_text`. */
enum { STATUS_PROBLEM_MAX = 1024 };
const char *status_problem(enum status status, int code, char ret_text[STATUS_PROBLEM_MAX]);

enum { FAULT_DETAIL_MAX = 200 };

/* One failure on its way to the person: status, what we were doing, on which object. */
struct fault {
    enum status status;
    uint16_t sw;                   /* ISO 7816-4 status word, 0 when no card spoke */
    int tries_left;                /* -1: does not apply */
    char detail[FAULT_DETAIL_MAX]; /* the object, printable; never a secret */
};

struct fault fault_of(enum status status, const char *detail);
/* "WHERE: WHAT": a file or an option, and what about it. Of a long WHERE the end is kept. */
struct fault fault_at(enum status status, const char *where, const char *what);
