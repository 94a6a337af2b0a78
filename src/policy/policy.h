/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/instant.h"
#include "base/status.h"
#include "crypto/public_key.h"
#include "lifecycle/card_state.h"
#include "policy/policy_service.h"

/* policy: who may do what to which card now, and if not, why not and what would do.
 *
 *     policy_file_load(text, &policy, &error);          once: policy_file.h
 *     policy_evaluate(&policy, &subject, &result);
 *     if (result.services[POLICY_RENEW].available) ...
 *     status = policy_refusal(&result, POLICY_RENEW);   what the server enforces (I7)
 *
 * One pure function. What a page shows and what the server enforces are the same result: every
 * service, each available or with ALL its reasons, each reason with a remedy in words.
 *
 * Reasons stand in this order: the operator's profile (ROLE_ENDED, ROLE_UNKNOWN, POLICY_ROLE,
 * POLICY_SCOPE), whose card it is (POLICY_OWN_CARD, POLICY_NOT_OWN_CARD), the card as an object
 * (CARD_ABSENT, CARD_UNKNOWN, CARD_FOREIGN, CARD_UNRECORDED, POLICY_CANCELLED, POLICY_NOT_ISSUED,
 * POLICY_NOT_BLANK), its holder (POLICY_PROFILE_CLOSED), an unfinished job (POLICY_OPEN_JOB), the
 * chip (POLICY_LOCKED, POLICY_NOT_LOCKED), time (NOT_YET_VALID, POLICY_WINDOW, POLICY_EXPIRED,
 * CARD_EXPIRED) and what the card can do (CARD_BLOCKED, POLICY_CAPABILITY, CARD_FIRMWARE,
 * ATTESTATION_MISSING: the first of them). The rules, service by service: docs/policy.md.
 *
 * Memory: plain values, no pointers but those of policy_subject, borrowed for the call. A policy is
 * about 20 KiB, a result about 40 KiB: static or inside a longer-lived struct, not deep on a stack.
 * Limits: the sizes below; policy_file_load refuses a file that needs more.
 * Errors: none; a subject is made of facts that were read before. Empty texts match nothing.
 * Tests: test/unit/policy/test_policy*.c; test/golden/policy, written by hand from the rules */
enum {
    POLICY_NAME_MAX = 33,
    POLICY_TITLE_MAX = 101,
    POLICY_CODE_MAX = 17, /* ODS code, job role, activity */
    POLICY_ACTIVITIES_MAX = 401,
    POLICY_UUID_MAX = 13,
    POLICY_CARD_TEXT_MAX = 73,
    POLICY_ROLES_MAX = 16,
    POLICY_MATCHES_MAX = 4,
    POLICY_CODES_MAX = 8,
    POLICY_PARENTS_MAX = 8,
    POLICY_OPEN_ORGANISATIONS_MAX = 8,
    POLICY_REMINDERS_MAX = 8,
    POLICY_REASONS_MAX = 8,
    POLICY_REMEDY_MAX = 240,
    POLICY_HASH_LEN = 32,
    POLICY_VERSION_MAX = 12 /* "255.255.255" */
};

/* Whose cards a right reaches, seen from the organisation of the role profile. Ordered: a larger
 * value includes the smaller ones. */
enum policy_scope {
    POLICY_SCOPE_NONE, /* the right is not given */
    POLICY_SCOPE_OWN,
    POLICY_SCOPE_OWN_AND_CHILDREN,
    POLICY_SCOPE_ANY,
    POLICY_SCOPE_MAX
};
/* How long the operator's passcode serves: one typing for a session, or one for each act. */
enum policy_operator_passcode {
    POLICY_OPERATOR_PASSCODE_SESSION,
    POLICY_OPERATOR_PASSCODE_EACH_ACT,
    POLICY_OPERATOR_PASSCODE_MAX
};
/* Who may finish a job that somebody else began. */
enum policy_resume {
    POLICY_RESUME_SAME_RIGHT, /* whoever may begin one of that service */
    POLICY_RESUME_ANY_ROLE,   /* whoever has any CARD service for that person */
    POLICY_RESUME_MAX
};

/* Must a card attest that it made its new keys itself? */
enum policy_attestation {
    POLICY_ATTESTATION_OFF,        /* it is not asked */
    POLICY_ATTESTATION_IF_PRESENT, /* what it attests must be right */
    POLICY_ATTESTATION_REQUIRED,   /* and it must be able to */
    POLICY_ATTESTATION_MAX
};

const char *policy_scope_name(enum policy_scope scope); /* "own_and_children" */
const char *policy_operator_passcode_name(enum policy_operator_passcode value);
const char *policy_resume_name(enum policy_resume value);

/* ---- the data: what a policy file says ---- */
struct policy_passcode {
    int length_min, length_max; /* PIV holds 8 at most (SP 800-73-4 part 2, 2.4.3) */
    bool digits_only;
};

struct policy_values {
    int window_days; /* renewal opens so many days before expiry */
    int life_days;   /* of a new certificate, as asked of the signer */
    enum key_type key_type;
    struct policy_passcode passcode_new;     /* one that is being set */
    struct policy_passcode passcode_entry;   /* one that was set earlier */
    int reminder_days[POLICY_REMINDERS_MAX]; /* before expiry, falling */
    size_t reminders_count;
    enum policy_operator_passcode operator_passcode;
    int operator_idle_minutes; /* then the held passcode is forgotten */
    int session_minutes;       /* then the session is over */
    int lock_minutes;          /* a pulled card that is back so soon needs the passcode alone */
    int unproved_days;         /* how long a certificate of unknown fate is held (I5) */
    enum policy_resume resume;
    enum policy_attestation attestation;
    char firmware_min[POLICY_VERSION_MAX]; /* "5.7.0": cards that tell an older version get no keys
                                            */
    bool repair_before_expiry; /* may a card be repaired that has not expired and is not locked? */
    /* Organisations of persons who work everywhere: in everybody's reach. */
    char open_organisations[POLICY_OPEN_ORGANISATIONS_MAX][POLICY_CODE_MAX];
    size_t open_organisations_count;
};

/* One way to have a role: this job role (empty: any), all of these activities, none of those. */
struct policy_match {
    char job_role[POLICY_CODE_MAX];
    char has_all[POLICY_CODES_MAX][POLICY_CODE_MAX];
    size_t has_all_count;
    char has_none[POLICY_CODES_MAX][POLICY_CODE_MAX];
    size_t has_none_count;
};

struct policy_role {
    char name[POLICY_NAME_MAX];   /* "ra_agent" */
    char title[POLICY_TITLE_MAX]; /* "RA Agent" */
    struct policy_match matches[POLICY_MATCHES_MAX];
    size_t matches_count;
};

struct policy {
    char name[POLICY_NAME_MAX];
    char title[POLICY_TITLE_MAX];
    struct policy_values values;
    struct policy_role roles[POLICY_ROLES_MAX];
    size_t roles_count;
    enum policy_scope rights[POLICY_SERVICE_MAX][POLICY_ROLES_MAX];
    bool identity_check[POLICY_SERVICE_MAX]; /* how identity was checked must be recorded */
    uint8_t hash[POLICY_HASH_LEN];           /* SHA-256 of the file; set by the caller */
};

/* ---- the facts ---- */
struct policy_profile {
    char id[POLICY_UUID_MAX];
    char name[POLICY_TITLE_MAX];            /* for people: "ID Checker" */
    char job_role[3 * POLICY_CODE_MAX];     /* "R5090", or the triple "S8000:G8000:R8003" */
    char activities[POLICY_ACTIVITIES_MAX]; /* "B0267 B0274": codes, one space between */
    char org[POLICY_CODE_MAX];              /* ODS code */
    instant starts_at;                      /* 0: since ever */
    instant ends_at;                        /* the first moment at which it is over; 0: open */
};

struct policy_operator {
    char uuid[POLICY_UUID_MAX];
    char card[POLICY_CARD_TEXT_MAX];     /* identity of the card that opened the session */
    struct policy_profile profile;       /* the one chosen at log-in: only its rights count */
    const struct policy_profile *others; /* the person's further profiles: for hints only */
    size_t others_count;
};

/* What a service may need of a card. Set what this card can do; a usual card has them all. */
enum policy_capability {
    POLICY_CAN_MAKE_KEYS = 1 << 0,    /* 9A and 9C can be generated and certified */
    POLICY_CAN_SET_PASSCODE = 1 << 1, /* the PUK is known and not blocked */
    POLICY_CAN_ATTEST = 1 << 2,       /* the card says so; whether it is right is seen in the job */
    POLICY_CAN_KEEP_KEYS = 1 << 3, /* no weakness of its firmware is known: values.firmware_min */
    POLICY_CAN_RESET = 1 << 4,     /* it can be wiped, and is known again afterwards */
    POLICY_CAN_ALL =
        POLICY_CAN_MAKE_KEYS | POLICY_CAN_SET_PASSCODE | POLICY_CAN_ATTEST | POLICY_CAN_KEEP_KEYS
};

/* Of a card that is neither in the directory nor blank. */
enum policy_origin {
    POLICY_ORIGIN_UNKNOWN, /* nothing on it could be read */
    POLICY_ORIGIN_FOREIGN, /* another issuer's certificates or name */
    POLICY_ORIGIN_OURS     /* certificates of our own CAs: its record is missing */
};

struct policy_card {
    bool present; /* false: no card is in question; all fields below are ignored */
    bool known;   /* stands in the directory. A blank card need not. */
    enum card_state state;
    enum policy_origin origin;           /* where it is not known */
    char identity[POLICY_CARD_TEXT_MAX]; /* as operator.card: compared, never shown */
    bool has_certificates;
    instant not_before; /* the later of the two */
    instant not_after;  /* the earlier of the two: the card is expired from this moment */
    int tries_left;     /* of the passcode; 0: locked, -1: not known */
    bool puk_blocked;   /* as the card tells */
    bool puk_silent;    /* the card tells nothing of its PUK */
    bool emptied;       /* issued here, but nothing is on it any more: somebody wiped it */
    enum policy_service open_job; /* POLICY_NO_SERVICE: none */
    unsigned capabilities;        /* of policy_capability */
};

struct policy_holder {
    char uuid[POLICY_UUID_MAX]; /* empty: nobody yet; scope and closed are not looked at */
    char org[POLICY_CODE_MAX];
    char parents[POLICY_PARENTS_MAX][POLICY_CODE_MAX]; /* of org, nearest first */
    size_t parents_count;
    bool closed;
};

struct policy_subject {
    struct policy_operator operator;
    struct policy_card card;
    struct policy_holder holder;
    instant now;
};

/* ---- the answer ---- */
enum { POLICY_NO_PROFILE = -1 };

struct policy_reason {
    enum status status;             /* cause, code and who acts: status_entry(status) */
    instant opens_on;               /* POLICY_WINDOW, NOT_YET_VALID: from when; else 0 */
    enum policy_service instead;    /* what to do instead or first; or POLICY_NO_SERVICE */
    int other_profile;              /* index into operator.others of one that would do; or -1 */
    char remedy[POLICY_REMEDY_MAX]; /* for this case; the catalogue's where nothing is to add */
};

struct policy_answer {
    bool available;
    bool resume; /* it finishes the job that is open on the card */
    bool reset;  /* it begins by wiping the card, which must be asked for */
    size_t reasons_count;
    struct policy_reason reasons[POLICY_REASONS_MAX];
};

struct policy_result {
    struct policy_answer services[POLICY_SERVICE_MAX]; /* index 0 is never available */
};

void policy_evaluate(const struct policy *p, const struct policy_subject *subject,
                     struct policy_result *ret_result);
/* The first reason why not, STATUS_OK when available, POLICY_UNKNOWN_SERVICE outside the list. */
enum status policy_refusal(const struct policy_result *result, enum policy_service service);

/* The widest scope that any role of this profile gives; dates are not looked at. */
enum policy_scope policy_right(const struct policy *p, const struct policy_profile *profile,
                               enum policy_service service);
bool policy_profile_is_current(const struct policy_profile *profile, instant now);
bool policy_profile_has_role(const struct policy_profile *profile, const struct policy_role *role);
/* The first role of the file that the profile has, for titles; false: none. */
MUST_USE bool policy_profile_role(const struct policy *p, const struct policy_profile *profile,
                                  size_t *ret_index);
/* First second of the renewal window; not_after when the window is empty. */
instant policy_window_opens(const struct policy *p, instant not_after);
