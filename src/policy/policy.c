/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include "base/check.h"
#include "base/text.h"
#include "policy/policy_remedy.h"

static const char *const scope_names[POLICY_SCOPE_MAX] = {
    [POLICY_SCOPE_NONE] = "none",
    [POLICY_SCOPE_OWN] = "own",
    [POLICY_SCOPE_OWN_AND_CHILDREN] = "own_and_children",
    [POLICY_SCOPE_ANY] = "any",
};

const char *policy_scope_name(enum policy_scope scope)
{
    return scope_names[(unsigned)scope < POLICY_SCOPE_MAX ? scope : POLICY_SCOPE_NONE];
}

const char *policy_operator_passcode_name(enum policy_operator_passcode value)
{
    return value == POLICY_OPERATOR_PASSCODE_EACH_ACT ? "each_act" : "session";
}

const char *policy_resume_name(enum policy_resume value)
{
    return value == POLICY_RESUME_ANY_ROLE ? "any_role" : "same_right";
}

/* What a service asks of the case. Each bit is one check below. */
enum need {
    NEED_OTHER_CARD = 1 << 0,   /* not a card of the operator (I8) */
    NEED_SESSION_CARD = 1 << 1, /* the card that opened the session */
    NEED_ISSUED = 1 << 2,
    NEED_BLANK = 1 << 3,
    NEED_STARTED = 1 << 4, /* not blank: issued, or half issued, or half wiped */
    NEED_OPEN_HOLDER = 1 << 5,
    NEED_UNLOCKED = 1 << 6,
    NEED_LOCKED = 1 << 7,
    NEED_CLOCK = 1 << 8, /* a new certificate would be dated by a clock that is behind */
    NEED_WINDOW = 1 << 9,
    NEED_UNEXPIRED = 1 << 10,
    NEED_REPAIRABLE = 1 << 11,
    NEED_KEYS = 1 << 12,
    NEED_PUK = 1 << 13,
    NEED_NO_JOB = 1 << 14,
    NEED_NO_JOB_UNLESS_LOCKED = 1 << 15
};

/* The rules in words, with their sources: docs/policy.md. */
static const unsigned needs[POLICY_SERVICE_MAX] = {
    [POLICY_RENEW] = NEED_OTHER_CARD | NEED_ISSUED | NEED_OPEN_HOLDER | NEED_NO_JOB |
                     NEED_UNLOCKED | NEED_CLOCK | NEED_WINDOW | NEED_KEYS,
    [POLICY_REPAIR] = NEED_OTHER_CARD | NEED_ISSUED | NEED_OPEN_HOLDER | NEED_NO_JOB | NEED_CLOCK |
                      NEED_REPAIRABLE | NEED_KEYS | NEED_PUK,
    /* An unlock does not touch keys, and a locked card cannot go on with its job without it. */
    [POLICY_UNLOCK] = NEED_OTHER_CARD | NEED_ISSUED | NEED_OPEN_HOLDER | NEED_NO_JOB_UNLESS_LOCKED |
                      NEED_LOCKED | NEED_UNEXPIRED | NEED_PUK,
    [POLICY_ISSUE] = NEED_OTHER_CARD | NEED_BLANK | NEED_OPEN_HOLDER | NEED_NO_JOB | NEED_KEYS,
    [POLICY_CLEAR] = NEED_OTHER_CARD | NEED_STARTED | NEED_NO_JOB,
    /* A lost card is cancelled whatever is open on it. */
    [POLICY_CANCEL] = NEED_OTHER_CARD | NEED_STARTED,
    [POLICY_TEST] = NEED_OTHER_CARD | NEED_ISSUED | NEED_OPEN_HOLDER | NEED_NO_JOB | NEED_UNLOCKED |
                    NEED_UNEXPIRED,
    [POLICY_SELF_RENEW] = NEED_SESSION_CARD | NEED_ISSUED | NEED_OPEN_HOLDER | NEED_NO_JOB |
                          NEED_UNLOCKED | NEED_CLOCK | NEED_WINDOW | NEED_KEYS,
    [POLICY_CHANGE_PASSCODE] =
        NEED_SESSION_CARD | NEED_ISSUED | NEED_OPEN_HOLDER | NEED_NO_JOB | NEED_UNLOCKED,
};

/* What a job that has begun no longer asks: it was asked when it began, and the work itself may
 * have changed it (I4). */
enum {
    NEEDS_OF_BEGINNING = NEED_BLANK | NEED_LOCKED | NEED_WINDOW | NEED_UNEXPIRED | NEED_REPAIRABLE |
                         NEED_NO_JOB | NEED_NO_JOB_UNLESS_LOCKED
};

struct question {
    const struct policy *p;
    const struct policy_subject *subject;
    enum policy_service service;
    unsigned needs;
    struct policy_answer *answer;
};

static struct policy_reason *refuse(const struct question *q, enum status status)
{
    REQUIRE(q->answer->reasons_count < POLICY_REASONS_MAX);
    struct policy_reason *reason = &q->answer->reasons[q->answer->reasons_count++];
    *reason = (struct policy_reason){ .status = status, .other_profile = POLICY_NO_PROFILE };
    return reason;
}

static void refuse_instead(const struct question *q, enum status status,
                           enum policy_service instead)
{
    refuse(q, status)->instead = instead;
}

/* ---- rights ---- */

enum policy_scope policy_right(const struct policy *p, const struct policy_profile *profile,
                               enum policy_service service)
{
    enum policy_scope widest = POLICY_SCOPE_NONE;
    if ((unsigned)service >= POLICY_SERVICE_MAX) {
        return widest;
    }
    for (size_t i = 0; i < p->roles_count; i++) {
        if (p->rights[service][i] > widest && policy_profile_has_role(profile, &p->roles[i])) {
            widest = p->rights[service][i];
        }
    }
    return widest;
}

static bool is_resumed(const struct policy_subject *subject, enum policy_service service)
{
    return subject->card.present && subject->card.open_job == service &&
           service != POLICY_NO_SERVICE;
}

static enum policy_scope right_to_any_card_service(const struct policy *p,
                                                   const struct policy_profile *profile)
{
    enum policy_scope widest = POLICY_SCOPE_NONE;
    for (unsigned i = POLICY_NO_SERVICE + 1; i < POLICY_SERVICE_MAX; i++) {
        enum policy_service service = (enum policy_service)i;
        if (policy_service_kind(service) == POLICY_KIND_CARD &&
            policy_right(p, profile, service) > widest) {
            widest = policy_right(p, profile, service);
        }
    }
    return widest;
}

static enum policy_scope right_of(const struct question *q, const struct policy_profile *profile)
{
    if (policy_service_kind(q->service) == POLICY_KIND_CARD && is_resumed(q->subject, q->service) &&
        q->p->values.resume == POLICY_RESUME_ANY_ROLE) {
        return right_to_any_card_service(q->p, profile);
    }
    return policy_right(q->p, profile, q->service);
}

static bool is_open_organisation(const struct policy *p, const char *org)
{
    for (size_t i = 0; i < p->values.open_organisations_count; i++) {
        if (text_equal(p->values.open_organisations[i], org)) {
            return true;
        }
    }
    return false;
}

static bool is_below(const struct policy_holder *holder, const char *org)
{
    for (size_t i = 0; i < holder->parents_count && i < POLICY_PARENTS_MAX; i++) {
        if (text_equal(holder->parents[i], org)) {
            return true;
        }
    }
    return false;
}

/* Is the holder within the scope of a right, seen from the organisation of the profile? */
static bool reaches(const struct question *q, const struct policy_profile *profile,
                    enum policy_scope scope)
{
    const struct policy_holder *holder = &q->subject->holder;
    bool about_nobody = holder->uuid[0] == '\0';
    if (scope == POLICY_SCOPE_ANY || about_nobody ||
        policy_service_kind(q->service) == POLICY_KIND_OWN ||
        is_open_organisation(q->p, holder->org)) {
        return true;
    }
    if (profile->org[0] == '\0') {
        return false;
    }
    return text_equal(profile->org, holder->org) ||
           (scope == POLICY_SCOPE_OWN_AND_CHILDREN && is_below(holder, profile->org));
}

static bool would_do(const struct question *q, const struct policy_profile *profile)
{
    enum policy_scope scope = right_of(q, profile);
    return policy_profile_is_current(profile, q->subject->now) && scope != POLICY_SCOPE_NONE &&
           reaches(q, profile, scope);
}

/* X6: the first own profile that would do. With `further`, one that has that right as well. */
static int find_other_profile(const struct question *q, enum policy_service further)
{
    const struct policy_operator *o = &q->subject->operator;
    for (size_t i = 0; i < o->others_count; i++) {
        if (would_do(q, &o->others[i]) &&
            (further == POLICY_NO_SERVICE ||
             policy_right(q->p, &o->others[i], further) != POLICY_SCOPE_NONE)) {
            return (int)i;
        }
    }
    return POLICY_NO_PROFILE;
}

/* ---- the checks, in the order in which their reasons are told ---- */

static void check_profile(const struct question *q)
{
    const struct policy_profile *profile = &q->subject->operator.profile;
    enum policy_scope scope = right_of(q, profile);
    enum status status = STATUS_OK;
    if (!policy_profile_is_current(profile, q->subject->now)) {
        bool ended = profile->ends_at != 0 && q->subject->now >= profile->ends_at;
        status = ended ? STATUS_ROLE_ENDED : STATUS_ROLE_UNKNOWN;
    } else if (scope == POLICY_SCOPE_NONE) {
        status = STATUS_POLICY_ROLE;
    } else if (!reaches(q, profile, scope)) {
        status = STATUS_POLICY_SCOPE;
    }
    if (status != STATUS_OK) {
        refuse(q, status)->other_profile = find_other_profile(q, POLICY_NO_SERVICE);
    }
}

static bool is_session_card(const struct policy_subject *subject)
{
    return subject->card.identity[0] != '\0' &&
           text_equal(subject->card.identity, subject->operator.card);
}

/* Every card of the operator, not only the one in the first reader. */
static bool is_own_card(const struct policy_subject *subject)
{
    bool own_person =
        subject->holder.uuid[0] != '\0' && text_equal(subject->holder.uuid, subject->operator.uuid);
    return own_person || is_session_card(subject);
}

static void check_whose(const struct question *q)
{
    if ((q->needs & NEED_OTHER_CARD) != 0 && is_own_card(q->subject)) {
        bool may_oneself = q->service == POLICY_RENEW && is_session_card(q->subject);
        refuse_instead(q, STATUS_POLICY_OWN_CARD,
                       may_oneself ? POLICY_SELF_RENEW : POLICY_NO_SERVICE);
    }
    if ((q->needs & NEED_SESSION_CARD) != 0 && !is_session_card(q->subject)) {
        refuse(q, STATUS_POLICY_NOT_OWN_CARD);
    }
}

/* Passcode and PUK are blocked, as far as the card tells: nothing signs on it any more. */
static bool may_be_wiped(const struct policy_card *card)
{
    return card->tries_left == 0 && (card->puk_blocked || card->puk_silent) &&
           (card->capabilities & POLICY_CAN_RESET) != 0;
}

static bool is_blocked(const struct policy_card *card)
{
    return card->tries_left == 0 && card->puk_blocked;
}

/* Of an issue: does it begin by wiping the card? A card that tells nothing of its PUK is asked only
 * where it was issued before. */
static bool is_wiped_first(const struct policy_card *card)
{
    bool issued = card->state == CARD_STATE_ACTIVE;
    return may_be_wiped(card) && (is_blocked(card) || issued);
}

/* One of ours that works no more is as good as blank: wiped already, or to be wiped. */
static bool is_as_blank(const struct policy_card *card)
{
    return card->state == CARD_STATE_ACTIVE && (card->emptied || is_wiped_first(card));
}

/* A state that fits no service (an issue given up half-way) may only be cleared or cancelled. */
static void check_state(const struct question *q)
{
    enum card_state state = q->subject->card.state;
    bool blank = state == CARD_STATE_BLANK;
    if (state == CARD_STATE_CANCELLED) {
        refuse_instead(q, STATUS_POLICY_CANCELLED,
                       q->service == POLICY_CANCEL ? POLICY_NO_SERVICE : POLICY_ISSUE);
    } else if ((q->needs & NEED_BLANK) != 0 && !blank && !is_as_blank(&q->subject->card)) {
        refuse_instead(q, STATUS_POLICY_NOT_BLANK, POLICY_CLEAR);
    } else if ((q->needs & NEED_STARTED) != 0 && blank) {
        refuse_instead(q, STATUS_POLICY_NOT_ISSUED, POLICY_ISSUE);
    } else if ((q->needs & NEED_ISSUED) != 0 &&
               (state != CARD_STATE_ACTIVE || q->subject->card.emptied)) {
        refuse_instead(q, STATUS_POLICY_NOT_ISSUED, POLICY_ISSUE);
    }
}

static const enum status strangers[] = {
    [POLICY_ORIGIN_UNKNOWN] = STATUS_CARD_UNKNOWN,
    [POLICY_ORIGIN_FOREIGN] = STATUS_CARD_FOREIGN,
    [POLICY_ORIGIN_OURS] = STATUS_CARD_UNRECORDED,
};

/* False: there is no card whose chip and certificates could be looked at further. */
static bool check_card(const struct question *q)
{
    const struct policy_card *card = &q->subject->card;
    if (!card->present) {
        refuse(q, STATUS_CARD_ABSENT);
        return false;
    }
    if (!card->known && card->state != CARD_STATE_BLANK) {
        refuse(q, strangers[card->origin]);
        return false;
    }
    check_state(q);
    return card->state == CARD_STATE_ACTIVE && !card->emptied;
}

static void check_job(const struct question *q)
{
    const struct policy_card *card = &q->subject->card;
    bool locked = card->tries_left == 0;
    bool asked =
        (q->needs & NEED_NO_JOB) != 0 || ((q->needs & NEED_NO_JOB_UNLESS_LOCKED) != 0 && !locked);
    if (asked && card->open_job != POLICY_NO_SERVICE) {
        refuse_instead(q, STATUS_POLICY_OPEN_JOB, card->open_job);
    }
}

static bool is_expired(const struct policy_subject *subject)
{
    return !subject->card.has_certificates || subject->now >= subject->card.not_after;
}

static void check_chip(const struct question *q)
{
    bool locked = q->subject->card.tries_left == 0;
    if ((q->needs & NEED_UNLOCKED) != 0 && locked) {
        refuse_instead(q, STATUS_POLICY_LOCKED,
                       is_expired(q->subject) ? POLICY_REPAIR : POLICY_UNLOCK);
    }
    if ((q->needs & NEED_LOCKED) != 0 && !locked) {
        refuse_instead(q, STATUS_POLICY_NOT_LOCKED, POLICY_REPAIR);
    }
}

instant policy_window_opens(const struct policy *p, instant not_after)
{
    return not_after - (instant)p->values.window_days * SECONDS_PER_DAY;
}

/* R2: renewal in [expiry - window, expiry). */
static void check_window(const struct question *q)
{
    const struct policy_card *card = &q->subject->card;
    instant opens_on = policy_window_opens(q->p, card->not_after);
    bool may_renew_expired = q->service == POLICY_RENEW && card->has_certificates &&
                             policy_right(q->p, &q->subject->operator.profile,
                                          POLICY_RENEW_EXPIRED) != POLICY_SCOPE_NONE;
    if (is_expired(q->subject) && !may_renew_expired) {
        struct policy_reason *reason = refuse(q, STATUS_POLICY_EXPIRED);
        reason->instead = POLICY_REPAIR;
        if (q->service == POLICY_RENEW && card->has_certificates) {
            reason->other_profile = find_other_profile(q, POLICY_RENEW_EXPIRED);
        }
    } else if (q->subject->now < opens_on) {
        refuse(q, STATUS_POLICY_WINDOW)->opens_on = opens_on;
    }
}

static void check_time(const struct question *q)
{
    const struct policy_card *card = &q->subject->card;
    bool too_early = card->has_certificates && q->subject->now < card->not_before;
    if ((q->needs & NEED_CLOCK) != 0 && too_early) {
        refuse(q, STATUS_NOT_YET_VALID)->opens_on = card->not_before;
        return; /* with such a clock, nothing more can be said about dates */
    }
    if ((q->needs & NEED_WINDOW) != 0) {
        check_window(q);
    }
    if ((q->needs & NEED_UNEXPIRED) != 0 && is_expired(q->subject)) {
        refuse_instead(q, STATUS_CARD_EXPIRED, POLICY_REPAIR);
    }
    if ((q->needs & NEED_REPAIRABLE) != 0 && !q->p->values.repair_before_expiry &&
        !is_expired(q->subject) && card->tries_left != 0) {
        refuse(q, STATUS_POLICY_WINDOW)->opens_on = card->not_after;
    }
}

static void check_capability(const struct question *q)
{
    unsigned has = q->subject->card.capabilities;
    bool keys = (q->needs & NEED_KEYS) == 0 || (has & POLICY_CAN_MAKE_KEYS) != 0;
    bool puk = (q->needs & NEED_PUK) == 0 || (has & POLICY_CAN_SET_PASSCODE) != 0;
    const struct policy_card *card = &q->subject->card;
    bool needs_puk = (q->needs & NEED_PUK) != 0 || q->service == POLICY_ISSUE;
    bool made = (q->needs & NEED_KEYS) != 0;
    bool required = q->p->values.attestation == POLICY_ATTESTATION_REQUIRED;
    if (needs_puk && is_blocked(card) && (q->service != POLICY_ISSUE || !may_be_wiped(card))) {
        refuse_instead(q, STATUS_CARD_BLOCKED,
                       may_be_wiped(card) ? POLICY_ISSUE : POLICY_NO_SERVICE);
    } else if (!keys || !puk) {
        refuse(q, STATUS_POLICY_CAPABILITY);
    } else if (made && (has & POLICY_CAN_KEEP_KEYS) == 0) {
        refuse(q, STATUS_CARD_FIRMWARE);
    } else if (made && required && (has & POLICY_CAN_ATTEST) == 0) {
        refuse(q, STATUS_ATTESTATION_MISSING);
    }
}

static void check_card_service(const struct question *q)
{
    if (q->subject->card.present) {
        check_whose(q);
    }
    bool issued = check_card(q);
    const struct policy_holder *holder = &q->subject->holder;
    if ((q->needs & NEED_OPEN_HOLDER) != 0 && holder->uuid[0] != '\0' && holder->closed) {
        refuse(q, STATUS_POLICY_PROFILE_CLOSED);
    }
    if (!q->subject->card.present) {
        return;
    }
    check_job(q);
    if (issued) {
        check_chip(q);
        check_time(q);
    }
    if (issued || q->service == POLICY_ISSUE) {
        check_capability(q);
    }
}

static void answer_service(const struct policy *p, const struct policy_subject *subject,
                           enum policy_service service, struct policy_answer *ret_answer)
{
    struct question q = { p, subject, service, needs[service], ret_answer };
    *ret_answer = (struct policy_answer){ .resume = is_resumed(subject, service) };
    if (ret_answer->resume) {
        q.needs &= ~(unsigned)NEEDS_OF_BEGINNING;
    }
    check_profile(&q);
    if (policy_service_kind(service) != POLICY_KIND_RIGHT) {
        check_card_service(&q);
    }
    ret_answer->available = ret_answer->reasons_count == 0;
    ret_answer->reset =
        service == POLICY_ISSUE && ret_answer->available && is_wiped_first(&subject->card);
    for (size_t i = 0; i < ret_answer->reasons_count; i++) {
        policy_remedy_write(p, subject, service, &ret_answer->reasons[i]);
    }
}

void policy_evaluate(const struct policy *p, const struct policy_subject *subject,
                     struct policy_result *ret_result)
{
    ret_result->services[POLICY_NO_SERVICE] = (struct policy_answer){ 0 };
    for (unsigned i = POLICY_NO_SERVICE + 1; i < POLICY_SERVICE_MAX; i++) {
        answer_service(p, subject, (enum policy_service)i, &ret_result->services[i]);
    }
}

enum status policy_refusal(const struct policy_result *result, enum policy_service service)
{
    if (service <= POLICY_NO_SERVICE || service >= POLICY_SERVICE_MAX) {
        return STATUS_POLICY_UNKNOWN_SERVICE;
    }
    const struct policy_answer *answer = &result->services[service];
    return answer->available ? STATUS_OK : answer->reasons[0].status;
}
