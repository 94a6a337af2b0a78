/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_remedy.h"

#include <stdarg.h>

#include "base/text.h"

struct sentence {
    char *text;
    size_t len;
};

/* All of the part or nothing of it, so that no character is cut in two. */
static void PRINTF_LIKE(2, 3) add(struct sentence *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(s->text + s->len, POLICY_REMEDY_MAX - s->len, format, args);
    va_end(args);
    if (len > 0 && s->len + (size_t)len < POLICY_REMEDY_MAX) {
        s->len += (size_t)len;
    }
    s->text[s->len] = '\0';
}

static void add_date(struct sentence *s, instant at)
{
    static const char *const months[] = { "January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December" };
    struct calendar c = instant_calendar(at);
    add(s, "%d %s %d", c.day, months[c.month - 1], c.year);
}

static void add_profile(struct sentence *s, const struct policy_profile *profile)
{
    char name[POLICY_TITLE_MAX], org[POLICY_CODE_MAX];
    text_print_safe(span_of_text(profile->name), name, sizeof(name));
    text_print_safe(span_of_text(profile->org), org, sizeof(org));
    add(s, "your profile \"%s at %s\"", name, org);
}

/* "RA Manager, RA Agent or ID Checker": the roles that have the right. */
static size_t add_roles(struct sentence *s, const struct policy *p, enum policy_service service)
{
    size_t total = 0, done = 0;
    for (size_t i = 0; i < p->roles_count; i++) {
        total += p->rights[service][i] != POLICY_SCOPE_NONE ? 1 : 0;
    }
    for (size_t i = 0; i < p->roles_count; i++) {
        if (p->rights[service][i] != POLICY_SCOPE_NONE) {
            const char *joint = done == 0 ? "" : done + 1 == total ? " or " : ", ";
            add(s, "%s%s", joint, p->roles[i].title);
            done++;
        }
    }
    return total;
}

static const struct policy_profile *other_profile(const struct policy_subject *subject,
                                                  const struct policy_reason *reason)
{
    return reason->other_profile == POLICY_NO_PROFILE
               ? NULL
               : &subject->operator.others[reason->other_profile];
}

static void write_role(struct sentence *s, const struct policy *p, enum policy_service service)
{
    size_t before = s->len;
    add(s, "this needs ");
    if (add_roles(s, p, service) == 0) {
        s->len = before;
        add(s, "no role has this right under the policy '%s'", p->name);
        return;
    }
    add(s, "; ask a colleague who has that role");
}

static void write_scope(struct sentence *s, const struct policy *p,
                        const struct policy_subject *subject, enum policy_service service)
{
    const struct policy_profile *profile = &subject->operator.profile;
    char org[POLICY_CODE_MAX], holder[POLICY_CODE_MAX];
    text_print_safe(span_of_text(profile->org), org, sizeof(org));
    text_print_safe(span_of_text(subject->holder.org), holder, sizeof(holder));
    bool children = policy_right(p, profile, service) == POLICY_SCOPE_OWN_AND_CHILDREN;
    add(s, "ask the RA of %s; this profile serves %s %s", holder, org,
        children ? "and the organisations below it" : "only");
}

static void write_window(struct sentence *s, instant opens_on, instant now)
{
    struct calendar opens = instant_calendar(opens_on), today = instant_calendar(now);
    if (opens.year == today.year && opens.month == today.month && opens.day == today.day) {
        add(s, "opens today at %02d:%02d UTC", opens.hour, opens.minute);
        return;
    }
    add(s, "opens on ");
    add_date(s, opens_on);
}

/* X3, X4: who may repair, and whether that is the operator in another profile. */
static void write_repair(struct sentence *s, const struct policy *p,
                         const struct policy_subject *subject)
{
    const struct policy_operator *o = &subject->operator;
    add(s, "repair the card instead");
    if (policy_right(p, &o->profile, POLICY_REPAIR) != POLICY_SCOPE_NONE) {
        return;
    }
    for (size_t i = 0; i < o->others_count; i++) {
        if (policy_profile_is_current(&o->others[i], subject->now) &&
            policy_right(p, &o->others[i], POLICY_REPAIR) != POLICY_SCOPE_NONE) {
            add(s, ": ");
            add_profile(s, &o->others[i]);
            add(s, " has this right");
            return;
        }
    }
    add(s, ": ");
    add_roles(s, p, POLICY_REPAIR);
}

static void write_expired(struct sentence *s, const struct policy *p,
                          const struct policy_subject *subject, const struct policy_reason *reason)
{
    if (!subject->card.has_certificates) {
        add(s, "no certificate of this card is known; ");
    }
    write_repair(s, p, subject);
    const struct policy_profile *other = other_profile(subject, reason);
    if (other != NULL) {
        add(s, "; ");
        add_profile(s, other);
        add(s, " may still renew it");
    }
}

static void write_own_card(struct sentence *s, enum policy_service instead)
{
    if (instead == POLICY_NO_SERVICE) {
        add(s, "ask a colleague");
        return;
    }
    add(s, "use '%s', or ask a colleague", policy_service_title(instead));
}

static void write_locked(struct sentence *s, enum policy_service service,
                         enum policy_service instead)
{
    if (instead == POLICY_REPAIR) {
        add(s, "repair the card: that sets a new passcode");
    } else if (policy_service_kind(service) == POLICY_KIND_OWN) {
        add(s, "ask a colleague to unlock the card");
    } else {
        add(s, "unlock the card first, or repair it");
    }
}

/* The profile's own reasons: does another profile of the same person do? (X6) */
static bool write_other(struct sentence *s, const struct policy_subject *subject,
                        const struct policy_reason *reason)
{
    const struct policy_profile *other = other_profile(subject, reason);
    bool about_profile =
        reason->status == STATUS_POLICY_ROLE || reason->status == STATUS_POLICY_SCOPE ||
        reason->status == STATUS_ROLE_ENDED || reason->status == STATUS_ROLE_UNKNOWN;
    if (other == NULL || !about_profile) {
        return false;
    }
    add_profile(s, other);
    add(s, " has this right; log in with it");
    return true;
}

static void write_card(struct sentence *s, enum policy_service service,
                       const struct policy_reason *reason)
{
    switch (reason->status) {
    case STATUS_POLICY_OWN_CARD:
        write_own_card(s, reason->instead);
        break;
    case STATUS_POLICY_LOCKED:
        write_locked(s, service, reason->instead);
        break;
    case STATUS_CARD_EXPIRED:
        add(s, "repair the card instead: that sets a new passcode too");
        break;
    case STATUS_POLICY_CANCELLED:
        add(s, service == POLICY_CANCEL ? "nothing to do" : "issue a new card");
        break;
    case STATUS_POLICY_OPEN_JOB:
        add(s, "finish the open job first: '%s'", policy_service_title(reason->instead));
        break;
    case STATUS_POLICY_NOT_LOCKED:
        add(s, "nothing to do; a forgotten passcode is replaced by repair");
        break;
    case STATUS_CARD_BLOCKED:
        add(s, "%s",
            reason->instead == POLICY_ISSUE
                ? "issue it anew with '--reset'; that destroys every key on it"
                : status_entry(reason->status)->remedy);
        break;
    case STATUS_POLICY_NOT_BLANK:
        add(s, "insert a blank card, or clear this one first");
        break;
    default:
        add(s, "%s", status_entry(reason->status)->remedy);
        break;
    }
}

void policy_remedy_write(const struct policy *p, const struct policy_subject *subject,
                         enum policy_service service, struct policy_reason *reason)
{
    struct sentence s = { .text = reason->remedy };
    reason->remedy[0] = '\0';
    if (write_other(&s, subject, reason)) {
        return;
    }
    switch (reason->status) {
    case STATUS_POLICY_ROLE:
        write_role(&s, p, service);
        break;
    case STATUS_POLICY_SCOPE:
        write_scope(&s, p, subject, service);
        break;
    case STATUS_POLICY_WINDOW:
        write_window(&s, reason->opens_on, subject->now);
        break;
    case STATUS_NOT_YET_VALID:
        add(&s, "check the clock of the server: the certificates begin on ");
        add_date(&s, reason->opens_on);
        break;
    case STATUS_POLICY_EXPIRED:
        write_expired(&s, p, subject, reason);
        break;
    default:
        write_card(&s, service, reason);
        break;
    }
}
