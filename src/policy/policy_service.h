/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/attr.h"
#include "base/bytes.h"

/* policy_service: everything that a policy permits or refuses, by name.
 *
 *     enum policy_service service;
 *     if (!policy_service_by_name("renew", &service)) { ... POLICY_UNKNOWN_SERVICE }
 *
 * Three kinds. CARD: an operator does it to another person's card; what the menu 'Service' lists.
 * OWN: a holder does it to the card that opened the session. RIGHT: no card is needed; what a
 * session may look at or administer. RENEW_EXPIRED is a right that modifies RENEW: with it, the
 * renewal of an expired card is permitted too (never to its holder: X3).
 * A name, once used in a policy file, a statement or the audit, never changes its meaning.
 * Tests: test/unit/policy/test_policy_service.c */
#define POLICY_SERVICE_LIST(SERVICE)                                                               \
    SERVICE(RENEW, "renew", CARD, "Renew certificates")                                            \
    SERVICE(REPAIR, "repair", CARD, "Repair smartcard")                                            \
    SERVICE(UNLOCK, "unlock", CARD, "Unlock smartcard")                                            \
    SERVICE(ISSUE, "issue", CARD, "Issue smartcard")                                               \
    SERVICE(CLEAR, "clear", CARD, "Clear for reuse")                                               \
    SERVICE(CANCEL, "cancel", CARD, "Permanently cancel smartcard")                                \
    SERVICE(TEST, "test", CARD, "Test smartcard")                                                  \
    SERVICE(SELF_RENEW, "self_renew", OWN, "Renew own certificates")                               \
    SERVICE(CHANGE_PASSCODE, "change_passcode", OWN, "Change own passcode")                        \
    SERVICE(RENEW_EXPIRED, "renew_expired", RIGHT, "Renew certificates that have expired")         \
    SERVICE(SEARCH, "search", RIGHT, "Search for a person or a card")                              \
    SERVICE(MANAGE_TAB, "manage_tab", RIGHT, "See 'Manage smartcard'")                             \
    SERVICE(CREATE_PERSON, "create_person", RIGHT, "Create a person's profile")                    \
    SERVICE(CHANGE_PERSON, "change_person", RIGHT, "Change a person's details")                    \
    SERVICE(CLOSE_PERSON, "close_person", RIGHT, "Close or reopen a person's profile")             \
    SERVICE(REPORTS, "reports", RIGHT, "See the card reports")                                     \
    SERVICE(ACTIVATE_POLICY, "activate_policy", RIGHT, "Activate a policy")

#define POLICY_ENUM_ROW(name, text, kind, title) POLICY_##name,
enum policy_service { POLICY_NO_SERVICE, POLICY_SERVICE_LIST(POLICY_ENUM_ROW) POLICY_SERVICE_MAX };
#undef POLICY_ENUM_ROW

enum policy_kind { POLICY_KIND_CARD, POLICY_KIND_OWN, POLICY_KIND_RIGHT, POLICY_KIND_MAX };

/* "none" for POLICY_NO_SERVICE and for a value outside the list. */
const char *policy_service_name(enum policy_service service);
const char *policy_service_title(enum policy_service service); /* for people */
enum policy_kind policy_service_kind(enum policy_service service);
/* Never finds POLICY_NO_SERVICE. */
MUST_USE bool policy_service_by_name(const char *name, enum policy_service *ret_service);
