/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnosis/diagnosis.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"

#define CURES(service) (1U << POLICY_##service)

static const struct {
    const char *name, *title;
    enum diagnosis_severity severity;
    enum diagnosis_means means;
    unsigned services;
    const char *text;
} rows[DIAGNOSIS_CODE_MAX] = {
#define DIAGNOSIS(code, name, title, severity, means, services, text)                              \
    [DIAGNOSIS_CODE_##                                                                             \
        code] = { name, title, DIAGNOSIS_##severity, DIAGNOSIS_##means, services, text },
#include "diagnosis/diagnosis_list.h"
#undef DIAGNOSIS
};

static const char *const severity_names[DIAGNOSIS_SEVERITY_MAX] = { "problem", "warning", "good",
                                                                    "note" };
static const char *const means_names[DIAGNOSIS_MEANS_MAX] = {
    [DIAGNOSIS_NOTHING] = "nothing", [DIAGNOSIS_INSERT_AGAIN] = "insert_again",
    [DIAGNOSIS_LOG_IN] = "log_in",   [DIAGNOSIS_SERVICE] = "service",
    [DIAGNOSIS_ASK] = "ask",         [DIAGNOSIS_REPLACE] = "replace",
};
static const char *const place_names[DIAGNOSIS_PLACE_MAX] = { "9a", "9c", "chuid", "card" };
static const char *const place_texts[DIAGNOSIS_PLACE_MAX] = { "the authentication certificate (9A)",
                                                              "the signing certificate (9C)",
                                                              "the CHUID", "" };

const char *diagnosis_code_name(enum diagnosis_code code)
{
    REQUIRE(code < DIAGNOSIS_CODE_MAX);
    return rows[code].name;
}

const char *diagnosis_code_title(enum diagnosis_code code)
{
    REQUIRE(code < DIAGNOSIS_CODE_MAX);
    return rows[code].title;
}

const char *diagnosis_severity_name(enum diagnosis_severity severity)
{
    REQUIRE(severity < DIAGNOSIS_SEVERITY_MAX);
    return severity_names[severity];
}

const char *diagnosis_means_name(enum diagnosis_means means)
{
    REQUIRE(means < DIAGNOSIS_MEANS_MAX);
    return means_names[means];
}

const char *diagnosis_place_name(enum diagnosis_place place)
{
    REQUIRE(place < DIAGNOSIS_PLACE_MAX);
    return place_names[place];
}

/* ---- the cure ---- */

/* Services from the least destructive to the most, and what each does to the card. */
static const struct {
    enum policy_service service;
    const char *text;
} services[] = {
    { POLICY_RENEW, "renew it: new keys and certificates; the passcode stays" },
    { POLICY_UNLOCK, "unlock it: a new passcode; keys and certificates stay" },
    { POLICY_REPAIR, "repair it: a new passcode, new keys and certificates; the old ones end" },
    { POLICY_ISSUE, "issue it to a person" },
};

static const char *text_of(enum diagnosis_means means, enum diagnosis_severity severity)
{
    switch (means) {
    case DIAGNOSIS_INSERT_AGAIN:
        return "take the card out, wipe its contacts and insert it again; a second time, ask the "
               "RA desk";
    case DIAGNOSIS_LOG_IN:
        return "log in, and look again";
    case DIAGNOSIS_ASK:
        return "keep the card and ask the RA desk; nothing is done to it here";
    case DIAGNOSIS_REPLACE:
        return severity == DIAGNOSIS_WARNING
                   ? "nothing now: it may be used; issue another card when this one is refused"
                   : "issue another card: nothing here cures this one";
    case DIAGNOSIS_NOTHING:
    case DIAGNOSIS_SERVICE:
    case DIAGNOSIS_MEANS_MAX:
        break;
    }
    return "nothing to do";
}

/* The PUK sets every new passcode: without it neither of these can be done. */
static unsigned possible(const struct diagnosis_facts *facts, unsigned set)
{
    bool no_puk = facts->card.puk_tries == 0 && facts->open_job == POLICY_NO_SERVICE;
    return no_puk ? set & ~(CURES(UNLOCK) | CURES(REPAIR)) : set;
}

static struct diagnosis_cure resume(const struct diagnosis_facts *facts)
{
    return (struct diagnosis_cure){
        .means = DIAGNOSIS_SERVICE,
        .service = facts->open_job,
        .available = facts->offers[facts->open_job] == DIAGNOSIS_AVAILABLE,
        .text = "go on with it: nothing is lost",
    };
}

/* One that can be wiped and is still its holder's. */
static struct diagnosis_cure wipe_and_issue(const struct diagnosis_facts *facts)
{
    if (facts->offers[POLICY_ISSUE] != DIAGNOSIS_AVAILABLE) {
        return (struct diagnosis_cure){ .means = DIAGNOSIS_REPLACE,
                                        .text = text_of(DIAGNOSIS_REPLACE, DIAGNOSIS_PROBLEM) };
    }
    return (struct diagnosis_cure){
        .means = DIAGNOSIS_SERVICE,
        .service = POLICY_ISSUE,
        .available = true,
        .text = "wipe it and issue it anew: every key and certificate on it is destroyed",
    };
}

/* The least destructive that may be done; else the last that only this session may not do: it asks
 * least of the card, so its reasons are those that matter. */
static struct diagnosis_cure choose(const struct diagnosis_facts *facts, unsigned set)
{
    const char *text = NULL;
    struct diagnosis_cure cure = { .means = DIAGNOSIS_SERVICE };
    for (size_t i = 0; i < COUNT(services) && !cure.available; i++) {
        enum policy_service service = services[i].service;
        if ((set & (1U << service)) != 0 && facts->offers[service] != DIAGNOSIS_NOT_OFFERED) {
            cure.service = service;
            cure.available = facts->offers[service] == DIAGNOSIS_AVAILABLE;
            text = services[i].text;
        }
    }
    cure.text = text;
    return cure;
}

static struct diagnosis_cure plain_cure(enum diagnosis_means means,
                                        enum diagnosis_severity severity)
{
    return (struct diagnosis_cure){ .means = means, .text = text_of(means, severity) };
}

static struct diagnosis_cure cure_of(const struct diagnosis_facts *facts, enum diagnosis_code code,
                                     unsigned set)
{
    if (rows[code].means != DIAGNOSIS_SERVICE) {
        return plain_cure(rows[code].means, rows[code].severity);
    }
    if (!facts->asked) {
        return plain_cure(DIAGNOSIS_LOG_IN, rows[code].severity);
    }
    if (code == DIAGNOSIS_CODE_UNFINISHED) {
        return resume(facts);
    }
    if (code == DIAGNOSIS_CODE_BOTH_BLOCKED) {
        return wipe_and_issue(facts);
    }
    struct diagnosis_cure cure = choose(facts, possible(facts, set));
    return cure.text != NULL ? cure : plain_cure(DIAGNOSIS_REPLACE, rows[code].severity);
}

/* One for the whole: what cures the first cures as many of the others as it can. */
static struct diagnosis_cure cure_of_all(const struct diagnosis_facts *facts,
                                         const struct diagnosis *d)
{
    unsigned set = rows[d->findings[0].code].services;
    for (size_t i = 1; i < d->count; i++) {
        unsigned both = set & rows[d->findings[i].code].services;
        set = both != 0 ? both : set;
    }
    return cure_of(facts, d->findings[0].code, set);
}

/* ---- the findings ---- */

static void add(const struct diagnosis_facts *facts, struct diagnosis *d, enum diagnosis_code code,
                enum diagnosis_place place)
{
    REQUIRE(d->count < DIAGNOSIS_FINDINGS_MAX);
    size_t at = d->count++;
    for (; at > 0 && d->findings[at - 1].code > code; at--) { /* the gravest first */
        d->findings[at] = d->findings[at - 1];
    }
    struct diagnosis_finding *finding = &d->findings[at];
    *finding = (struct diagnosis_finding){ .code = code,
                                           .severity = rows[code].severity,
                                           .place = place,
                                           .cure = cure_of(facts, code, rows[code].services) };
    const char *gap = strstr(rows[code].text, "%s");
    bool fits = gap == NULL ? text_copy(finding->text, sizeof(finding->text), rows[code].text)
                            : text_format(finding->text, sizeof(finding->text), "%.*s%s%s",
                                          (int)(gap - rows[code].text), rows[code].text,
                                          place_texts[place], gap + 2);
    REQUIRE(fits);
}

static void add_if(const struct diagnosis_facts *facts, struct diagnosis *d, bool found,
                   enum diagnosis_code code)
{
    if (found) {
        add(facts, d, code, DIAGNOSIS_PLACE_CARD);
    }
}

/* ---- certificates and keys ---- */

static const enum diagnosis_code origin_codes[] = {
    [DIAGNOSIS_ORIGIN_PENDING] = DIAGNOSIS_CODE_UNPROVED,
    [DIAGNOSIS_ORIGIN_SUPERSEDED] = DIAGNOSIS_CODE_SUPERSEDED,
    [DIAGNOSIS_ORIGIN_REVOKED] = DIAGNOSIS_CODE_REVOKED,
    [DIAGNOSIS_ORIGIN_OTHER_CARD] = DIAGNOSIS_CODE_SLOT_OF_OTHER,
    [DIAGNOSIS_ORIGIN_OTHER_SLOT] = DIAGNOSIS_CODE_SLOT_SWAPPED,
    [DIAGNOSIS_ORIGIN_UNRECORDED] = DIAGNOSIS_CODE_UNRECORDED,
    [DIAGNOSIS_ORIGIN_FOREIGN] = DIAGNOSIS_CODE_SLOT_FOREIGN,
};

static void judge_certificate(const struct diagnosis_facts *facts, size_t slot, struct diagnosis *d)
{
    enum diagnosis_place place = (enum diagnosis_place)slot;
    enum diagnosis_key key = facts->card.slots[slot].key;
    if (facts->origins[slot] > DIAGNOSIS_ORIGIN_CURRENT) {
        add(facts, d, origin_codes[facts->origins[slot]], place);
    }
    if (key == DIAGNOSIS_KEY_OTHER) {
        add(facts, d, DIAGNOSIS_CODE_KEY_DIFFERS, place);
    }
    if (key == DIAGNOSIS_KEY_ABSENT) {
        add(facts, d, DIAGNOSIS_CODE_KEY_MISSING, place);
    }
    if (facts->weak[slot]) {
        add(facts, d, DIAGNOSIS_CODE_KEY_WEAK, place);
    }
    if (facts->shared[slot]) {
        add(facts, d, DIAGNOSIS_CODE_KEY_SHARED, place);
    }
}

static void judge_slot(const struct diagnosis_facts *facts, size_t slot, struct diagnosis *d)
{
    enum diagnosis_place place = (enum diagnosis_place)slot;
    switch (facts->card.slots[slot].certificate) {
    case DIAGNOSIS_SOUND:
        judge_certificate(facts, slot, d);
        break;
    case DIAGNOSIS_ABSENT:
        add(facts, d, DIAGNOSIS_CODE_CERTIFICATE_MISSING, place);
        break;
    case DIAGNOSIS_TORN_OBJECT:
        add(facts, d, DIAGNOSIS_CODE_TORN, place);
        break;
    case DIAGNOSIS_COMPRESSED_OBJECT:
        add(facts, d, DIAGNOSIS_CODE_COMPRESSED, place);
        break;
    case DIAGNOSIS_UNREAD:
        add(facts, d, DIAGNOSIS_CODE_UNREADABLE, place);
        break;
    }
}

/* When the certificates end: as the directory has it, else as the card does. 0: there are none. */
static instant end_of(const struct diagnosis_facts *facts)
{
    instant end = 0;
    if (facts->asked) {
        return facts->has_certificates ? facts->not_after : 0;
    }
    for (size_t i = 0; i < DIAGNOSIS_SLOTS; i++) {
        const struct diagnosis_slot *slot = &facts->card.slots[i];
        if (slot->certificate == DIAGNOSIS_SOUND && (end == 0 || slot->not_after < end)) {
            end = slot->not_after;
        }
    }
    return end;
}

static void judge_dates(const struct diagnosis_facts *facts, struct diagnosis *d)
{
    instant end = end_of(facts);
    bool expired = end != 0 && facts->now >= end;
    add_if(facts, d, expired, DIAGNOSIS_CODE_EXPIRED);
    add_if(facts, d, end != 0 && !expired && facts->asked && facts->now >= facts->window_opens,
           DIAGNOSIS_CODE_DUE);
}

/* ---- the rest of the card ---- */

static void judge_tries(const struct diagnosis_facts *facts, struct diagnosis *d)
{
    bool pin = facts->card.pin_tries == 0, puk = facts->card.puk_tries == 0;
    add_if(facts, d, pin && puk, DIAGNOSIS_CODE_BOTH_BLOCKED);
    add_if(facts, d, pin && !puk, DIAGNOSIS_CODE_LOCKED);
    add_if(facts, d, puk && !pin, DIAGNOSIS_CODE_PUK_BLOCKED);
}

static void judge_secrets(const struct diagnosis_facts *facts, struct diagnosis *d)
{
    const struct diagnosis_card *card = &facts->card;
    bool makers = card->default_management == DIAGNOSIS_YES ||
                  (card->default_management == DIAGNOSIS_NOT_TOLD && facts->makers_management);
    add_if(facts, d, card->default_pin == DIAGNOSIS_YES, DIAGNOSIS_CODE_DEFAULT_PIN);
    add_if(facts, d, card->default_puk == DIAGNOSIS_YES,
           facts->puk_fixed ? DIAGNOSIS_CODE_PUK_KEPT : DIAGNOSIS_CODE_DEFAULT_PUK);
    add_if(facts, d, makers,
           card->takes_management_key && !facts->makers_management
               ? DIAGNOSIS_CODE_DEFAULT_MANAGEMENT
               : DIAGNOSIS_CODE_MAKERS_MANAGEMENT);
    add_if(facts, d,
           card->default_pin == DIAGNOSIS_NOT_TOLD || card->default_puk == DIAGNOSIS_NOT_TOLD ||
               (card->default_management == DIAGNOSIS_NOT_TOLD && !makers),
           DIAGNOSIS_CODE_DEFAULTS_NOT_TOLD);
}

static void judge_sound_chuid(const struct diagnosis_facts *facts, struct diagnosis *d)
{
    bool recorded = facts->asked && facts->guid != NULL && facts->guid[0] != '\0';
    instant end = end_of(facts);
    bool expired = facts->now >= facts->card.chuid_end;
    /* Without a serial number the GUID is the name by which the signer knows the card. */
    add_if(facts, d, recorded && !text_equal(facts->guid, facts->card.guid),
           facts->card.has_serial ? DIAGNOSIS_CODE_CHUID_OTHER : DIAGNOSIS_CODE_NAME_OTHER);
    add_if(facts, d, expired, DIAGNOSIS_CODE_CHUID_EXPIRED);
    add_if(facts, d, !expired && facts->card.chuid_end < end, DIAGNOSIS_CODE_CHUID_ENDS);
}

static void judge_chuid(const struct diagnosis_facts *facts, struct diagnosis *d)
{
    switch (facts->card.chuid) {
    case DIAGNOSIS_SOUND:
        judge_sound_chuid(facts, d);
        break;
    case DIAGNOSIS_ABSENT:
        add(facts, d, DIAGNOSIS_CODE_CHUID_MISSING, DIAGNOSIS_PLACE_CHUID);
        break;
    case DIAGNOSIS_UNREAD:
        add(facts, d, DIAGNOSIS_CODE_UNREADABLE, DIAGNOSIS_PLACE_CHUID);
        break;
    case DIAGNOSIS_TORN_OBJECT:
    case DIAGNOSIS_COMPRESSED_OBJECT:
        add(facts, d, DIAGNOSIS_CODE_CHUID_TORN, DIAGNOSIS_PLACE_CHUID);
        break;
    }
}

static bool has_untold_key(const struct diagnosis_facts *facts)
{
    const struct diagnosis_slot *slots = facts->card.slots;
    return (slots[0].certificate == DIAGNOSIS_SOUND && slots[0].key == DIAGNOSIS_KEY_NOT_TOLD) ||
           (slots[1].certificate == DIAGNOSIS_SOUND && slots[1].key == DIAGNOSIS_KEY_NOT_TOLD);
}

static void judge_all(const struct diagnosis_facts *facts, struct diagnosis *d)
{
    judge_dates(facts, d);
    judge_tries(facts, d);
    judge_slot(facts, 0, d);
    judge_slot(facts, 1, d);
    judge_secrets(facts, d);
    judge_chuid(facts, d);
    add_if(facts, d, has_untold_key(facts), DIAGNOSIS_CODE_KEYS_NOT_TOLD);
}

/* ---- what is said of the card as a whole ---- */

static bool is_empty(const struct diagnosis_card *card)
{
    bool keys =
        card->slots[0].key > DIAGNOSIS_KEY_ABSENT || card->slots[1].key > DIAGNOSIS_KEY_ABSENT;
    return card->chuid == DIAGNOSIS_ABSENT && card->slots[0].certificate == DIAGNOSIS_ABSENT &&
           card->slots[1].certificate == DIAGNOSIS_ABSENT && !keys;
}

/* A certificate of our own CA, on a card that stands in no record. */
static enum diagnosis_code code_of_stranger(const struct diagnosis_facts *facts)
{
    if (facts->state == CARD_STATE_BLANK) {
        bool blocked = facts->card.pin_tries == 0 && facts->card.puk_tries == 0;
        return blocked ? DIAGNOSIS_CODE_BOTH_BLOCKED : DIAGNOSIS_CODE_BLANK;
    }
    bool ours = facts->origins[0] == DIAGNOSIS_ORIGIN_UNRECORDED ||
                facts->origins[1] == DIAGNOSIS_ORIGIN_UNRECORDED;
    return ours ? DIAGNOSIS_CODE_CARD_UNRECORDED : DIAGNOSIS_CODE_UNKNOWN;
}

/* True: this says all, and what else the card holds is not looked at. While a job is open on it,
 * anything may lie there; that is what the job is for. */
static bool judge_directory(const struct diagnosis_facts *facts, struct diagnosis *d)
{
    enum diagnosis_code code = DIAGNOSIS_CODE_MAX;
    if (facts->other) {
        code = DIAGNOSIS_CODE_OTHER_CARD;
    } else if (facts->foreign) {
        code = DIAGNOSIS_CODE_FOREIGN;
    } else if (!facts->known) {
        code = code_of_stranger(facts);
    } else if (facts->state == CARD_STATE_CANCELLED) {
        code = DIAGNOSIS_CODE_CANCELLED;
    } else if (facts->open_job != POLICY_NO_SERVICE) {
        bool mends = facts->open_job == POLICY_REPAIR && facts->card.default_puk == DIAGNOSIS_YES;
        bool stuck =
            facts->job_stuck && !mends; /* a repair takes the maker's PUK where it is told */
        code = stuck ? DIAGNOSIS_CODE_STUCK : DIAGNOSIS_CODE_UNFINISHED;
    } else if (facts->emptied) {
        code = DIAGNOSIS_CODE_EMPTIED;
    } else if (facts->state != CARD_STATE_ACTIVE) {
        code = DIAGNOSIS_CODE_NOT_ISSUED;
    }
    add_if(facts, d, code != DIAGNOSIS_CODE_MAX, code);
    return code != DIAGNOSIS_CODE_MAX;
}

/* Nothing is wrong: that is a sentence too. A card without current certificates is not in order,
 * whatever lies on it. */
static void judge_good(const struct diagnosis_facts *facts, struct diagnosis *d)
{
    if (d->count > 0 && d->findings[0].severity < DIAGNOSIS_GOOD) {
        return;
    }
    if (!facts->asked) {
        add(facts, d, DIAGNOSIS_CODE_SEEMS_GOOD, DIAGNOSIS_PLACE_CARD);
        return;
    }
    add_if(facts, d, true, facts->has_certificates ? DIAGNOSIS_CODE_GOOD : DIAGNOSIS_CODE_EXPIRED);
}

void diagnosis_make(const struct diagnosis_facts *facts, struct diagnosis *ret_diagnosis)
{
    struct diagnosis d = { 0 };
    bool alone = !facts->asked;
    if (alone && is_empty(&facts->card)) {
        add(facts, &d, DIAGNOSIS_CODE_EMPTY, DIAGNOSIS_PLACE_CARD);
    } else if (alone || !judge_directory(facts, &d)) {
        judge_all(facts, &d);
        judge_good(facts, &d);
    } else if (facts->open_job != POLICY_NO_SERVICE) {
        judge_tries(facts, &d);
    }
    add_if(facts, &d, alone, DIAGNOSIS_CODE_NOT_ASKED);
    d.cure = cure_of_all(facts, &d);
    *ret_diagnosis = d;
}
