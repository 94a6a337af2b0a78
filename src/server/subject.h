/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cardop/cardop.h"
#include "server/server.h"
#include "wire_agent/card_report.h"

/* subject: the facts of one question to the policy, gathered from session, report and store.
 *
 *     status = subject_gather(call, &report, person_uuid_or_null, &subject);
 *     policy_evaluate(&server->policy, &subject.facts, &result);
 *
 * The card is found by the fingerprint of a certificate, else by serial, else by GUID: never by a
 * reader. A card whose certificates are not from our CA is not ours, even where its serial or GUID
 * is one of ours: makers count their cards each for themselves. Errors: those of the report
 * (CARD_ANSWER), of the store, CARD_OTHER when fingerprint and serial name different cards; then
 * `facts` are those of a card that nobody serves, for a diagnosis.
 * Memory: a value of about 30 KiB, not for deep stacks; pointers in `facts` point into it.
 * Tests: test/unit/server/test_subject.c, test/e2e */
enum { SUBJECT_PROFILES_MAX = 64 };

struct subject {
    struct card_identity identity;
    bool card_known, person_known, job_open;
    bool card_foreign; /* not ours, whatever its number says: the CA of another issued it */
    bool card_other;   /* with CARD_OTHER */
    struct card_record card;
    struct person_record person;
    struct job_record job; /* the open one */
    struct policy_profile others[SUBJECT_PROFILES_MAX];
    struct policy_subject facts;
    size_t certificate_len; /* what a new one will have at the least; 0: not known */
};

/* `report` NULL: no card is in question, `person` alone (or nobody). */
MUST_USE enum status subject_gather(struct call *call, const struct card_report *report,
                                    const char *person, struct subject *ret_subject);
/* Signed by one of our CAs, in date or not; says nothing about revocation. */
MUST_USE bool subject_certificate_is_ours(const struct call *call, struct span der);
/* For a card of the directory that is not in a reader. */
MUST_USE enum status subject_of_card(struct call *call, const struct card_record *card,
                                     struct subject *ret_subject);
