/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "diagnosis/diagnosis_look.h"
#include "lifecycle/card_state.h"
#include "policy/policy_service.h"

/* diagnosis: what is the matter with a card, in one sentence, and what is the least that cures it.
 *
 *     struct diagnosis_facts facts = { .now = now, .asked = true, ... };
 *     diagnosis_look(&report, &identity, &facts.card);
 *     diagnosis_make(&facts, &diagnosis);
 *     puts(diagnosis.findings[0].text);           the sentence
 *     if (diagnosis.cure.means == DIAGNOSIS_SERVICE) ... diagnosis.cure.service
 *
 * Card, directory and CA are compared; what follows is a list of findings, the gravest first, and
 * one cure for the whole: the least destructive service that the session may carry out and that
 * cures the first finding and whichever others it can. A cure is only offered here; it is carried
 * out as an ordinary job, which asks policy and the operator's card as any other does.
 *
 * Nothing is guessed. Where the card does not tell (a plain PIV card has no metadata) the list says
 * so in a note; whether a key belongs to its certificate is then seen when the card signs in a job.
 *
 * Severity: a problem keeps the card from working or lets somebody else use it; a warning works
 * today; good is the sentence of a card that has neither; a note cannot be cured, or not be known.
 * The table of findings, with what each cure costs: docs/card-doctor.md.
 * Memory: plain values; `facts.guid` is borrowed for the call, other pointers are to constants.
 * Errors: none.
 * Tests: test/unit/diagnosis/test_diagnosis.c, test/e2e/test_doctor_card.py */
enum diagnosis_severity {
    DIAGNOSIS_PROBLEM,
    DIAGNOSIS_WARNING,
    DIAGNOSIS_GOOD,
    DIAGNOSIS_NOTE,
    DIAGNOSIS_SEVERITY_MAX
};

/* From the least destructive to the most. */
enum diagnosis_means {
    DIAGNOSIS_NOTHING,      /* there is nothing to do */
    DIAGNOSIS_INSERT_AGAIN, /* take the card out and insert it again */
    DIAGNOSIS_LOG_IN,       /* the directory was not asked */
    DIAGNOSIS_SERVICE,      /* a job of this service */
    DIAGNOSIS_ASK,          /* keep the card, ask the RA desk */
    DIAGNOSIS_REPLACE,      /* nothing cures this card; issue another one */
    DIAGNOSIS_MEANS_MAX
};

/* What may be found: diagnosis_list.h. */
#define DIAGNOSIS(code, name, title, severity, means, services, text) DIAGNOSIS_CODE_##code,
enum diagnosis_code {
#include "diagnosis/diagnosis_list.h"
    DIAGNOSIS_CODE_MAX
};
#undef DIAGNOSIS

/* ---- the facts ---- */

/* What the directory knows of the certificate that lies in a slot. */
enum diagnosis_origin {
    DIAGNOSIS_ORIGIN_NONE, /* no certificate, or nobody was asked */
    DIAGNOSIS_ORIGIN_CURRENT,
    DIAGNOSIS_ORIGIN_PENDING, /* or unproved */
    DIAGNOSIS_ORIGIN_SUPERSEDED,
    DIAGNOSIS_ORIGIN_REVOKED,
    DIAGNOSIS_ORIGIN_OTHER_CARD,
    DIAGNOSIS_ORIGIN_OTHER_SLOT,
    DIAGNOSIS_ORIGIN_UNRECORDED, /* signed by our CA all the same */
    DIAGNOSIS_ORIGIN_FOREIGN
};

enum diagnosis_offer { DIAGNOSIS_NOT_OFFERED, DIAGNOSIS_REFUSED, DIAGNOSIS_AVAILABLE };

struct diagnosis_facts {
    struct diagnosis_card card;
    bool asked; /* false: the card alone; all of the directory is ignored */
    bool known; /* it stands in the directory */
    bool other; /* certificate and number name two cards */
    bool foreign;
    bool emptied;   /* issued, and nothing is on it any more */
    bool puk_fixed; /* it has refused a new PUK */
    enum card_state state;
    const char *guid; /* as issued, lower-case hex; empty or NULL: not recorded */
    enum diagnosis_origin origins[DIAGNOSIS_SLOTS];
    bool weak[DIAGNOSIS_SLOTS], shared[DIAGNOSIS_SLOTS];
    bool has_certificates;        /* current ones, in the directory */
    instant not_after;            /* the earlier of them */
    instant window_opens;         /* for renewal */
    bool makers_management;       /* the directory knows that the maker's key stayed */
    enum policy_service open_job; /* POLICY_NO_SERVICE: none */
    bool job_stuck;               /* it may send no PUK any more (cardop.h) */
    enum diagnosis_offer offers[POLICY_SERVICE_MAX];
    instant now;
};

/* ---- the answer ---- */
enum { DIAGNOSIS_FINDINGS_MAX = 32, DIAGNOSIS_TEXT_MAX = 160 };

/* Where it was found: a slot, an object, or the card as a whole. */
enum diagnosis_place {
    DIAGNOSIS_PLACE_9A,
    DIAGNOSIS_PLACE_9C,
    DIAGNOSIS_PLACE_CHUID,
    DIAGNOSIS_PLACE_CARD,
    DIAGNOSIS_PLACE_MAX
};

struct diagnosis_cure {
    enum diagnosis_means means;
    enum policy_service service; /* of DIAGNOSIS_SERVICE */
    bool available;              /* may this session do it? policy says why not */
    const char *text;            /* what is done, and what is lost by it */
};

struct diagnosis_finding {
    enum diagnosis_code code;
    enum diagnosis_severity severity;
    enum diagnosis_place place;
    char text[DIAGNOSIS_TEXT_MAX];
    struct diagnosis_cure cure;
};

struct diagnosis {
    size_t count; /* at least 1 */
    struct diagnosis_finding findings[DIAGNOSIS_FINDINGS_MAX];
    struct diagnosis_cure cure;
};

void diagnosis_make(const struct diagnosis_facts *facts, struct diagnosis *ret_diagnosis);
const char *diagnosis_code_name(enum diagnosis_code code);             /* "key_differs" */
const char *diagnosis_code_title(enum diagnosis_code code);            /* "Wrong key" */
const char *diagnosis_severity_name(enum diagnosis_severity severity); /* "problem" */
const char *diagnosis_means_name(enum diagnosis_means means);          /* "insert_again" */
const char *diagnosis_place_name(enum diagnosis_place place);          /* "9a" */
