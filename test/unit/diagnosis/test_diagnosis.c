/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnosis/diagnosis.h"

#include <stdio.h>

#include "base/text.h"
#include "diagnosis/diagnosis_json.h"
#include "test/lib/test.h"

/* Every case starts from a card in order; one thing is changed, and that alone is to be found. */
enum { NOW = 1800000000, DAY = SECONDS_PER_DAY, GUID_TEXT = 33 };

static const char guid[] = "00112233445566778899aabbccddeeff";
static struct diagnosis_facts facts;
static struct diagnosis d;

static void offer(enum policy_service service, enum diagnosis_offer value)
{
    facts.offers[service] = value;
}

static void in_order(void)
{
    facts = (struct diagnosis_facts){ .asked = true,
                                      .known = true,
                                      .state = CARD_STATE_ACTIVE,
                                      .guid = guid,
                                      .has_certificates = true,
                                      .not_after = NOW + 400 * DAY,
                                      .window_opens = NOW + 310 * DAY,
                                      .now = NOW };
    facts.card = (struct diagnosis_card){ .chuid = DIAGNOSIS_SOUND,
                                          .has_serial = true,
                                          .chuid_end = NOW + 2000 * (instant)DAY,
                                          .default_pin = DIAGNOSIS_NO,
                                          .default_puk = DIAGNOSIS_NO,
                                          .default_management = DIAGNOSIS_NO,
                                          .takes_management_key = true,
                                          .pin_tries = 3,
                                          .puk_tries = 3 };
    CHECK(text_copy(facts.card.guid, GUID_TEXT, guid));
    for (size_t i = 0; i < DIAGNOSIS_SLOTS; i++) {
        facts.origins[i] = DIAGNOSIS_ORIGIN_CURRENT;
        facts.card.slots[i] = (struct diagnosis_slot){ .certificate = DIAGNOSIS_SOUND,
                                                       .key = DIAGNOSIS_KEY_SAME,
                                                       .not_after = NOW + 400 * DAY };
    }
    offer(POLICY_REPAIR, DIAGNOSIS_AVAILABLE);
    offer(POLICY_RENEW, DIAGNOSIS_REFUSED); /* the window is not open */
    offer(POLICY_ISSUE, DIAGNOSIS_REFUSED);
}

static bool has(enum diagnosis_code code)
{
    for (size_t i = 0; i < d.count; i++) {
        if (d.findings[i].code == code) {
            return true;
        }
    }
    return false;
}

static void check_first(enum diagnosis_code code)
{
    diagnosis_make(&facts, &d);
    CHECK_TEXT(diagnosis_code_name(d.findings[0].code), diagnosis_code_name(code));
    CHECK(code == DIAGNOSIS_CODE_GOOD || !has(DIAGNOSIS_CODE_GOOD));
}

/* The only one, and this service is offered for it. */
static void check_only(enum diagnosis_code code, enum policy_service service)
{
    check_first(code);
    CHECK_EQ(d.count, 1);
    CHECK_EQ(d.cure.means, DIAGNOSIS_SERVICE);
    CHECK_TEXT(policy_service_name(d.cure.service), policy_service_name(service));
    CHECK(d.cure.available);
}

static void check_means(enum diagnosis_code code, enum diagnosis_means means)
{
    check_first(code);
    CHECK_TEXT(diagnosis_means_name(d.cure.means), diagnosis_means_name(means));
    CHECK_EQ(d.cure.service, POLICY_NO_SERVICE);
}

/* ---- nothing, and the directory's word ---- */

TEST(diagnosis__a_card_in_order_is_in_order_and_nothing_is_to_do)
{
    in_order();
    check_means(DIAGNOSIS_CODE_GOOD, DIAGNOSIS_NOTHING);
    CHECK_EQ(d.count, 1);
    CHECK_TEXT(d.findings[0].text, "in order");
}

TEST(diagnosis__what_the_directory_says_of_the_whole_card_is_all_that_is_said)
{
    in_order();
    facts.card.default_puk = DIAGNOSIS_YES; /* whoever owns it */
    facts.other = true;
    check_means(DIAGNOSIS_CODE_OTHER_CARD, DIAGNOSIS_ASK);
    CHECK_EQ(d.count, 1);
    facts.other = false;
    facts.foreign = true;
    check_means(DIAGNOSIS_CODE_FOREIGN, DIAGNOSIS_ASK);
    facts.foreign = facts.known = false;
    facts.state = CARD_STATE_INVALID;
    facts.origins[0] = facts.origins[1] = DIAGNOSIS_ORIGIN_NONE;
    check_means(DIAGNOSIS_CODE_UNKNOWN, DIAGNOSIS_ASK);
    facts.origins[1] = DIAGNOSIS_ORIGIN_UNRECORDED;
    check_means(DIAGNOSIS_CODE_CARD_UNRECORDED, DIAGNOSIS_REPLACE);
    facts.known = true;
    facts.state = CARD_STATE_CANCELLED;
    check_means(DIAGNOSIS_CODE_CANCELLED, DIAGNOSIS_REPLACE);
    CHECK_EQ(d.count, 1);
}

TEST(diagnosis__a_blank_card_that_is_blocked_and_one_that_was_wiped_are_issued)
{
    in_order();
    offer(POLICY_ISSUE, DIAGNOSIS_AVAILABLE);
    facts.emptied = true;
    check_only(DIAGNOSIS_CODE_EMPTIED, POLICY_ISSUE);
    facts.known = facts.emptied = false;
    facts.state = CARD_STATE_BLANK;
    facts.card.pin_tries = facts.card.puk_tries = 0;
    check_only(DIAGNOSIS_CODE_BOTH_BLOCKED, POLICY_ISSUE);
}

TEST(diagnosis__a_card_that_keeps_the_makers_puk_is_not_repaired_for_it)
{
    in_order();
    offer(POLICY_REPAIR, DIAGNOSIS_AVAILABLE);
    facts.card.default_puk = DIAGNOSIS_YES;
    check_only(DIAGNOSIS_CODE_DEFAULT_PUK, POLICY_REPAIR);
    facts.puk_fixed = true;
    check_means(DIAGNOSIS_CODE_PUK_KEPT, DIAGNOSIS_REPLACE);
}

TEST(diagnosis__an_issue_whose_puk_was_refused_is_stuck_whatever_the_card_tells)
{
    in_order();
    facts.card.default_puk = DIAGNOSIS_YES;
    facts.job_stuck = true;
    facts.open_job = POLICY_ISSUE;
    check_means(DIAGNOSIS_CODE_STUCK, DIAGNOSIS_REPLACE);
    facts.open_job = POLICY_REPAIR;
    offer(POLICY_REPAIR, DIAGNOSIS_AVAILABLE);
    check_only(DIAGNOSIS_CODE_UNFINISHED, POLICY_REPAIR);
}

TEST(diagnosis__blank_and_set_apart_cards_are_issued)
{
    in_order();
    offer(POLICY_ISSUE, DIAGNOSIS_AVAILABLE);
    facts.known = false;
    facts.state = CARD_STATE_BLANK;
    check_only(DIAGNOSIS_CODE_BLANK, POLICY_ISSUE);
    facts.known = true;
    check_only(DIAGNOSIS_CODE_NOT_ISSUED, POLICY_ISSUE);
    CHECK_EQ(d.findings[0].severity, DIAGNOSIS_GOOD);
}

TEST(diagnosis__an_open_job_explains_what_else_is_odd_and_goes_on)
{
    in_order();
    facts.open_job = POLICY_RENEW;
    offer(POLICY_RENEW, DIAGNOSIS_AVAILABLE);
    facts.card.slots[0].certificate = DIAGNOSIS_TORN_OBJECT;
    facts.not_after = NOW - 1;
    check_only(DIAGNOSIS_CODE_UNFINISHED, POLICY_RENEW);
    facts.card.pin_tries = 0; /* but not this: the job cannot go on with it */
    check_first(DIAGNOSIS_CODE_UNFINISHED);
    CHECK(has(DIAGNOSIS_CODE_LOCKED));
}

TEST(diagnosis__a_job_that_may_send_no_puk_is_stuck_unless_the_card_says_which_puk_it_has)
{
    in_order();
    facts.open_job = POLICY_REPAIR;
    facts.job_stuck = true;
    check_means(DIAGNOSIS_CODE_STUCK, DIAGNOSIS_REPLACE);
    facts.card.default_puk = DIAGNOSIS_YES;
    check_only(DIAGNOSIS_CODE_UNFINISHED, POLICY_REPAIR);
}

/* ---- dates ---- */

TEST(diagnosis__due_is_renewed_and_expired_repaired_or_renewed_by_whoever_may)
{
    in_order();
    facts.window_opens = NOW;
    check_first(DIAGNOSIS_CODE_DUE);
    CHECK(!d.cure.available);
    CHECK_EQ(d.cure.service, POLICY_RENEW); /* refused: its reasons are what matters */
    offer(POLICY_RENEW, DIAGNOSIS_AVAILABLE);
    check_only(DIAGNOSIS_CODE_DUE, POLICY_RENEW);
    facts.not_after = NOW;
    check_only(DIAGNOSIS_CODE_EXPIRED, POLICY_RENEW); /* less is lost by it */
    offer(POLICY_RENEW, DIAGNOSIS_REFUSED);
    check_only(DIAGNOSIS_CODE_EXPIRED, POLICY_REPAIR);
    offer(POLICY_REPAIR, DIAGNOSIS_REFUSED);
    check_first(DIAGNOSIS_CODE_EXPIRED);
    CHECK_EQ(d.cure.service, POLICY_REPAIR);
    CHECK(!d.cure.available);
}

TEST(diagnosis__a_minute_before_the_window_and_before_the_end_nothing_is_due)
{
    in_order();
    facts.window_opens = NOW + 1;
    check_first(DIAGNOSIS_CODE_GOOD);
    facts.window_opens = NOW - 1;
    facts.not_after = NOW + 1;
    check_first(DIAGNOSIS_CODE_DUE);
    CHECK(!has(DIAGNOSIS_CODE_EXPIRED));
}

/* ---- certificates and keys ---- */

TEST(diagnosis__each_thing_that_may_be_wrong_with_a_certificate_is_told_with_its_slot)
{
    static const struct {
        enum diagnosis_origin origin;
        enum diagnosis_code code;
    } cases[] = {
        { DIAGNOSIS_ORIGIN_OTHER_SLOT, DIAGNOSIS_CODE_SLOT_SWAPPED },
        { DIAGNOSIS_ORIGIN_PENDING, DIAGNOSIS_CODE_UNPROVED },
        { DIAGNOSIS_ORIGIN_SUPERSEDED, DIAGNOSIS_CODE_SUPERSEDED },
        { DIAGNOSIS_ORIGIN_REVOKED, DIAGNOSIS_CODE_REVOKED },
        { DIAGNOSIS_ORIGIN_OTHER_CARD, DIAGNOSIS_CODE_SLOT_OF_OTHER },
        { DIAGNOSIS_ORIGIN_UNRECORDED, DIAGNOSIS_CODE_UNRECORDED },
        { DIAGNOSIS_ORIGIN_FOREIGN, DIAGNOSIS_CODE_SLOT_FOREIGN },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        in_order();
        facts.origins[i % 2] = cases[i].origin;
        check_only(cases[i].code, POLICY_REPAIR);
        CHECK_EQ(d.findings[0].place, i % 2);
        CHECK(strstr(d.findings[0].text, i % 2 == 0 ? "(9A)" : "(9C)") != NULL);
    }
}

TEST(diagnosis__a_key_of_another_certificate_or_none_needs_a_new_pair)
{
    in_order();
    facts.card.slots[1].key = DIAGNOSIS_KEY_OTHER;
    check_only(DIAGNOSIS_CODE_KEY_DIFFERS, POLICY_REPAIR);
    facts.card.slots[1].key = DIAGNOSIS_KEY_ABSENT;
    check_only(DIAGNOSIS_CODE_KEY_MISSING, POLICY_REPAIR);
    offer(POLICY_RENEW, DIAGNOSIS_AVAILABLE); /* it asks the old keys for a proof */
    check_only(DIAGNOSIS_CODE_KEY_MISSING, POLICY_REPAIR);
}

TEST(diagnosis__a_torn_or_missing_certificate_is_renewed_in_the_window_else_repaired)
{
    static const struct {
        enum diagnosis_object object;
        enum diagnosis_code code;
    } cases[] = { { DIAGNOSIS_TORN_OBJECT, DIAGNOSIS_CODE_TORN },
                  { DIAGNOSIS_COMPRESSED_OBJECT, DIAGNOSIS_CODE_COMPRESSED },
                  { DIAGNOSIS_ABSENT, DIAGNOSIS_CODE_CERTIFICATE_MISSING } };
    for (size_t i = 0; i < COUNT(cases); i++) {
        in_order();
        facts.card.slots[0] =
            (struct diagnosis_slot){ .certificate = cases[i].object, .key = DIAGNOSIS_KEY_PRESENT };
        facts.origins[0] = DIAGNOSIS_ORIGIN_NONE;
        check_only(cases[i].code, POLICY_REPAIR);
        offer(POLICY_RENEW, DIAGNOSIS_AVAILABLE);
        check_only(cases[i].code, POLICY_RENEW);
    }
}

TEST(diagnosis__what_the_card_did_not_give_is_asked_for_again_before_anything_is_changed)
{
    in_order();
    facts.card.slots[0].certificate = DIAGNOSIS_UNREAD;
    facts.card.slots[1].key = DIAGNOSIS_KEY_OTHER;
    check_means(DIAGNOSIS_CODE_UNREADABLE, DIAGNOSIS_INSERT_AGAIN);
    CHECK(has(DIAGNOSIS_CODE_KEY_DIFFERS));
}

TEST(diagnosis__a_weak_or_shared_key_is_replaced)
{
    in_order();
    facts.weak[0] = true;
    check_only(DIAGNOSIS_CODE_KEY_WEAK, POLICY_REPAIR);
    facts.shared[0] = true;
    facts.weak[0] = false;
    check_only(DIAGNOSIS_CODE_KEY_SHARED, POLICY_REPAIR);
}

TEST(diagnosis__a_card_whose_certificates_the_directory_does_not_count_is_not_in_order)
{
    in_order();
    facts.has_certificates = false;
    check_only(DIAGNOSIS_CODE_EXPIRED, POLICY_REPAIR);
}

/* ---- secrets ---- */

TEST(diagnosis__each_default_secret_is_found_and_repaired)
{
    in_order();
    facts.card.default_pin = DIAGNOSIS_YES;
    check_only(DIAGNOSIS_CODE_DEFAULT_PIN, POLICY_REPAIR);
    in_order();
    facts.card.default_puk = DIAGNOSIS_YES;
    check_only(DIAGNOSIS_CODE_DEFAULT_PUK, POLICY_REPAIR);
    in_order();
    facts.card.default_management = DIAGNOSIS_YES;
    offer(POLICY_RENEW, DIAGNOSIS_AVAILABLE); /* which sets no secret */
    check_only(DIAGNOSIS_CODE_DEFAULT_MANAGEMENT, POLICY_REPAIR);
}

TEST(diagnosis__a_card_that_takes_no_management_key_keeps_its_makers_and_that_is_no_fault)
{
    in_order();
    facts.card.default_management = DIAGNOSIS_NOT_TOLD;
    facts.makers_management = true;
    facts.card.takes_management_key = false;
    check_means(DIAGNOSIS_CODE_GOOD, DIAGNOSIS_NOTHING);
    CHECK(has(DIAGNOSIS_CODE_MAKERS_MANAGEMENT));
    CHECK(!has(DIAGNOSIS_CODE_DEFAULTS_NOT_TOLD));
    facts.card.default_management =
        DIAGNOSIS_YES; /* one that tells, and refused a key when issued */
    facts.card.takes_management_key = true;
    check_first(DIAGNOSIS_CODE_GOOD);
    CHECK(has(DIAGNOSIS_CODE_MAKERS_MANAGEMENT));
}

TEST(diagnosis__what_a_plain_card_does_not_tell_is_said_to_be_unknown_and_is_no_fault)
{
    in_order();
    facts.card.default_pin = facts.card.default_puk = facts.card.default_management =
        DIAGNOSIS_NOT_TOLD;
    facts.card.slots[0].key = facts.card.slots[1].key = DIAGNOSIS_KEY_NOT_TOLD;
    facts.card.pin_tries = facts.card.puk_tries = -1;
    check_means(DIAGNOSIS_CODE_GOOD, DIAGNOSIS_NOTHING);
    CHECK_EQ(d.count, 3);
    CHECK(has(DIAGNOSIS_CODE_DEFAULTS_NOT_TOLD));
    CHECK(has(DIAGNOSIS_CODE_KEYS_NOT_TOLD));
    CHECK(!has(DIAGNOSIS_CODE_LOCKED));
}

TEST(diagnosis__a_blocked_passcode_is_unlocked_where_that_is_offered_else_the_card_is_repaired)
{
    in_order();
    facts.card.pin_tries = 0;
    check_only(DIAGNOSIS_CODE_LOCKED, POLICY_REPAIR);
    offer(POLICY_UNLOCK, DIAGNOSIS_AVAILABLE);
    check_only(DIAGNOSIS_CODE_LOCKED, POLICY_UNLOCK);
}

TEST(diagnosis__without_a_puk_no_passcode_is_promised)
{
    in_order();
    facts.card.puk_tries = 0;
    check_means(DIAGNOSIS_CODE_PUK_BLOCKED, DIAGNOSIS_REPLACE);
    CHECK_EQ(d.findings[0].severity, DIAGNOSIS_WARNING);
    facts.card.slots[0].key = DIAGNOSIS_KEY_OTHER; /* which only a repair would cure */
    check_means(DIAGNOSIS_CODE_KEY_DIFFERS, DIAGNOSIS_REPLACE);
    facts.card.slots[0].key = DIAGNOSIS_KEY_SAME;
    facts.window_opens = NOW; /* a renewal needs none */
    offer(POLICY_RENEW, DIAGNOSIS_AVAILABLE);
    check_first(DIAGNOSIS_CODE_DUE);
    CHECK_EQ(d.cure.service, POLICY_RENEW);
    facts.card.pin_tries = 0;
    check_means(DIAGNOSIS_CODE_BOTH_BLOCKED, DIAGNOSIS_REPLACE);
    CHECK(!has(DIAGNOSIS_CODE_LOCKED));
}

/* ---- CHUID ---- */

TEST(diagnosis__nothing_here_writes_a_chuid_so_a_bad_one_is_a_warning_without_a_service)
{
    static const enum diagnosis_object objects[] = { DIAGNOSIS_TORN_OBJECT, DIAGNOSIS_ABSENT };
    static const enum diagnosis_code found[] = { DIAGNOSIS_CODE_CHUID_TORN,
                                                 DIAGNOSIS_CODE_CHUID_MISSING };
    for (size_t i = 0; i < COUNT(objects); i++) {
        in_order();
        facts.card.chuid = objects[i];
        facts.card.guid[0] = '\0';
        check_means(found[i], DIAGNOSIS_REPLACE);
        CHECK_EQ(d.findings[0].severity, DIAGNOSIS_WARNING);
        CHECK_EQ(d.count, 1); /* not also another GUID, or an end that has passed */
    }
}

TEST(diagnosis__a_chuid_is_compared_with_the_directory_and_with_the_certificates)
{
    in_order();
    facts.card.guid[0] = 'f';
    check_means(DIAGNOSIS_CODE_CHUID_OTHER, DIAGNOSIS_REPLACE);
    facts.card.has_serial = false; /* then it is the card's name, and no job is done */
    facts.not_after = NOW;
    check_means(DIAGNOSIS_CODE_NAME_OTHER, DIAGNOSIS_REPLACE);
    CHECK(has(DIAGNOSIS_CODE_EXPIRED));
    in_order();
    facts.card.guid[0] = 'f';
    facts.guid = ""; /* never recorded */
    check_first(DIAGNOSIS_CODE_GOOD);
    facts.card.chuid_end = facts.not_after - 1;
    check_means(DIAGNOSIS_CODE_CHUID_ENDS, DIAGNOSIS_REPLACE);
    facts.card.chuid_end = NOW;
    check_means(DIAGNOSIS_CODE_CHUID_EXPIRED, DIAGNOSIS_REPLACE);
    CHECK(!has(DIAGNOSIS_CODE_CHUID_ENDS));
}

/* ---- several ---- */

TEST(diagnosis__one_cure_is_chosen_that_serves_all_where_one_does)
{
    in_order();
    facts.window_opens = NOW;
    offer(POLICY_RENEW, DIAGNOSIS_AVAILABLE);
    facts.card.slots[0].certificate = DIAGNOSIS_TORN_OBJECT;
    check_first(DIAGNOSIS_CODE_TORN);
    CHECK_EQ(d.cure.service, POLICY_RENEW); /* cures the torn one and what is due */
    facts.card.default_puk = DIAGNOSIS_YES;
    check_first(DIAGNOSIS_CODE_TORN);
    CHECK_EQ(d.cure.service, POLICY_REPAIR); /* all three */
    CHECK_EQ(d.count, 3);
    CHECK_EQ(d.findings[0].cure.service, POLICY_RENEW); /* for this one alone */
}

TEST(diagnosis__the_gravest_comes_first_whatever_was_found_first)
{
    in_order();
    facts.card.chuid = DIAGNOSIS_TORN_OBJECT;
    facts.card.default_pin = DIAGNOSIS_YES;
    facts.card.default_management = DIAGNOSIS_NOT_TOLD;
    facts.card.slots[1].key = DIAGNOSIS_KEY_NOT_TOLD;
    facts.origins[0] = DIAGNOSIS_ORIGIN_REVOKED;
    facts.not_after = NOW - 1;
    check_first(DIAGNOSIS_CODE_EXPIRED);
    for (size_t i = 1; i < d.count; i++) {
        CHECK(d.findings[i - 1].severity <= d.findings[i].severity);
    }
    CHECK_EQ(d.count, 6);
}

TEST(diagnosis__everything_at_once_fits)
{
    in_order();
    facts.not_after = facts.card.chuid_end = NOW;
    facts.card.guid[0] = 'f';
    facts.card.pin_tries = 0;
    facts.card.default_pin = facts.card.default_puk = facts.card.default_management = DIAGNOSIS_YES;
    for (size_t i = 0; i < DIAGNOSIS_SLOTS; i++) {
        facts.origins[i] = DIAGNOSIS_ORIGIN_FOREIGN;
        facts.card.slots[i].key = DIAGNOSIS_KEY_OTHER;
        facts.weak[i] = facts.shared[i] = true;
    }
    check_first(DIAGNOSIS_CODE_EXPIRED);
    CHECK(d.count < DIAGNOSIS_FINDINGS_MAX);
}

/* ---- the card alone ---- */

TEST(diagnosis__without_the_directory_only_the_card_speaks_and_the_cure_is_to_log_in)
{
    in_order();
    facts.asked = false;
    facts.foreign = facts.other = true; /* nobody said so */
    facts.not_after = 0;
    check_means(DIAGNOSIS_CODE_SEEMS_GOOD, DIAGNOSIS_LOG_IN);
    CHECK(has(DIAGNOSIS_CODE_NOT_ASKED));
    facts.card.default_puk = DIAGNOSIS_YES;
    facts.card.slots[1].not_after = NOW;
    check_means(DIAGNOSIS_CODE_EXPIRED, DIAGNOSIS_LOG_IN);
    CHECK(has(DIAGNOSIS_CODE_DEFAULT_PUK));
    CHECK(!has(DIAGNOSIS_CODE_SEEMS_GOOD));
}

TEST(diagnosis__an_empty_card_has_the_makers_secrets_and_that_is_no_fault)
{
    in_order();
    facts.asked = false;
    facts.card = (struct diagnosis_card){ .default_pin = DIAGNOSIS_YES,
                                          .default_puk = DIAGNOSIS_YES,
                                          .pin_tries = 3 };
    check_means(DIAGNOSIS_CODE_EMPTY, DIAGNOSIS_LOG_IN);
    CHECK(!has(DIAGNOSIS_CODE_DEFAULT_PUK));
    facts.card.slots[0].key = DIAGNOSIS_KEY_PRESENT; /* an orphan */
    check_first(DIAGNOSIS_CODE_CERTIFICATE_MISSING);
}

/* ---- names ---- */

TEST(diagnosis__every_code_has_a_name_of_its_own_and_stands_in_the_document)
{
    static char document[64 * 1024];
    FILE *file = fopen(CARD_DOCTOR_DOCUMENT, "re");
    CHECK(file != NULL);
    size_t len = fread(document, 1, sizeof(document) - 1, file);
    (void)fclose(file);
    document[len] = '\0';
    for (unsigned i = 0; i < DIAGNOSIS_CODE_MAX; i++) {
        char quoted[64];
        const char *name = diagnosis_code_name((enum diagnosis_code)i);
        CHECK(text_format(quoted, sizeof(quoted), "| `%s` |", name));
        if (strstr(document, quoted) == NULL) {
            fail_msg("%s is not in docs/card-doctor.md", name);
        }
        for (unsigned j = 0; j < i; j++) {
            CHECK(!text_equal(name, diagnosis_code_name((enum diagnosis_code)j)));
        }
    }
}

TEST(diagnosis__the_json_says_service_and_whether_it_may_be_only_for_services)
{
    in_order();
    diagnosis_make(&facts, &d);
    json_t *json = diagnosis_to_json(&d);
    CHECK(json_object_get(json_object_get(json, "cure"), "service") == NULL);
    json_decref(json);
    facts.card.default_pin = DIAGNOSIS_YES;
    diagnosis_make(&facts, &d);
    json = diagnosis_to_json(&d);
    const json_t *cure = json_object_get(json, "cure");
    CHECK_TEXT(json_string_value(json_object_get(cure, "service")), "repair");
    CHECK(json_is_true(json_object_get(cure, "available")));
    const json_t *sentence = json_object_get(json, "diagnosis");
    CHECK_TEXT(json_string_value(json_object_get(sentence, "code")), "default_pin");
    CHECK_EQ(json_array_size(json_object_get(json, "findings")), 1);
    json_decref(json);
}
