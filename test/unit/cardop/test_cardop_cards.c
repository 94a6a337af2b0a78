/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "piv/card_model.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"

/* Any card: whatever the standard leaves open and cards do differently, each service goes through,
 * and a cut at any command loses nothing. One row is one card. */
enum { CUTS_MAX = 200, RUNS_MAX = 4 };

struct kind {
    const char *name;
    enum vcard_model model;
    uint32_t with, without; /* of enum vcard_feature */
    enum key_type key_type; /* 0: P-256 */
    uint8_t cipher;         /* 0: the model's */
    uint8_t pin_policy[2];  /* 9A, 9C; 0: the model's */
    uint8_t lie;            /* of enum vcard_lie */
    uint16_t object_max;    /* 0: the model's */
};

#define VENDOR VCARD_MODEL_METADATA
#define PLAIN VCARD_MODEL_STANDARD

static const struct kind kinds[] = {
    { "P-384", PLAIN, .key_type = KEY_TYPE_P384 },
    { "P-384, vendor", VENDOR, .key_type = KEY_TYPE_P384 },
    { "RSA-2048", PLAIN, .key_type = KEY_TYPE_RSA2048 },
    { "RSA-2048, vendor", VENDOR, .key_type = KEY_TYPE_RSA2048 },
    { "RSA-2048, short commands", PLAIN, .without = VCARD_FEATURE_EXTENDED,
      .key_type = KEY_TYPE_RSA2048 },
    { "RSA-3072", VCARD_MODEL_MOVE, .key_type = KEY_TYPE_RSA3072 },
    { "RSA-2048 and nothing else", PLAIN, .without = VCARD_FEATURE_P256 | VCARD_FEATURE_P384,
      .key_type = KEY_TYPE_RSA2048 },
    { "short commands", PLAIN, .without = VCARD_FEATURE_EXTENDED },
    { "short commands, vendor", VENDOR, .without = VCARD_FEATURE_EXTENDED },
    { "T=0", PLAIN, .with = VCARD_FEATURE_ANSWER_LATER, .without = VCARD_FEATURE_EXTENDED },
    { "T=0, vendor", VENDOR, .with = VCARD_FEATURE_ANSWER_LATER,
      .without = VCARD_FEATURE_EXTENDED },
    { "T=0, RSA-2048", PLAIN, .with = VCARD_FEATURE_ANSWER_LATER, .without = VCARD_FEATURE_EXTENDED,
      .key_type = KEY_TYPE_RSA2048 },
    { "6Cxx for every Le that is too small", VENDOR, .with = VCARD_FEATURE_WRONG_LE },
    { "small objects, vendor", VENDOR, .object_max = 1000 },
    { "no serial", VENDOR, .without = VCARD_FEATURE_SERIAL },
    { "no metadata", VENDOR, .without = VCARD_FEATURE_METADATA },
    { "no version", VENDOR, .without = VCARD_FEATURE_VERSION },
    { "no printed information", PLAIN, .without = VCARD_FEATURE_PRINTED },
    { "no key history", PLAIN, .without = VCARD_FEATURE_HISTORY },
    { "no discovery object", PLAIN, .without = VCARD_FEATURE_DISCOVERY },
    { "no change of the PUK", PLAIN, .without = VCARD_FEATURE_PUK_CHANGE },
    { "no change of the PUK, vendor", VENDOR, .without = VCARD_FEATURE_PUK_CHANGE },
    { "VERIFY lies", PLAIN, .with = VCARD_FEATURE_VERIFY_LIES },
    { "VERIFY lies, no metadata", VENDOR, .with = VCARD_FEATURE_VERIFY_LIES,
      .without = VCARD_FEATURE_METADATA },
    { "PIN policy once", PLAIN, .pin_policy = { VCARD_PIN_ONCE, VCARD_PIN_ONCE } },
    { "PIN policy once, vendor", VENDOR, .pin_policy = { VCARD_PIN_ONCE, VCARD_PIN_ONCE } },
    { "PIN policy never for 9A", PLAIN, .pin_policy = { VCARD_PIN_NEVER, VCARD_PIN_ALWAYS } },
    { "PIN policy always for 9A", PLAIN, .pin_policy = { VCARD_PIN_ALWAYS, VCARD_PIN_ALWAYS } },
    { "PIN policy always for 9A, once for 9C", PLAIN,
      .pin_policy = { VCARD_PIN_ALWAYS, VCARD_PIN_ONCE } },
    { "PIN policy always for 9A, one VERIFY a signature", PLAIN,
      .without = VCARD_FEATURE_ALWAYS_DIRECT,
      .pin_policy = { VCARD_PIN_ALWAYS, VCARD_PIN_ALWAYS } },
    { "9B AES-128", PLAIN, .cipher = VCARD_CIPHER_AES128 },
    { "9B AES-192", PLAIN, .cipher = VCARD_CIPHER_AES192 },
    { "9B AES-256", PLAIN, .cipher = VCARD_CIPHER_AES256 },
    { "9B AES-128, vendor", VENDOR, .cipher = VCARD_CIPHER_AES128 },
    { "9B AES-256, vendor", VENDOR, .cipher = VCARD_CIPHER_AES256 },
    { "a CHUID from the factory", PLAIN, .with = VCARD_FEATURE_CHUID },
    { "a CHUID from the factory, vendor", VENDOR, .with = VCARD_FEATURE_CHUID },
    { "9B 3DES only, whatever its version says", VENDOR, .without = VCARD_FEATURE_AES_MANAGEMENT },
    { "9B 3DES for ever", VENDOR, .without = VCARD_FEATURE_SET_MANAGEMENT },
    { "tries told as 630x, those of the PUK not at all", PLAIN, .lie = VCARD_LIE_UNCOUNTED },
    { "a key takes its certificate along", VCARD_MODEL_MOVE, .lie = VCARD_LIE_MOVE_CERTIFICATE },
    { "as a Nitrokey: a high version, and little behind it", VCARD_MODEL_MOVE,
      .with = VCARD_FEATURE_CHUID,
      .without = VCARD_FEATURE_SERIAL | VCARD_FEATURE_METADATA | VCARD_FEATURE_MOVE |
                 VCARD_FEATURE_AES_MANAGEMENT,
      .cipher = VCARD_CIPHER_3DES, .lie = VCARD_LIE_UNCOUNTED },
};

static struct bench bench, start;

static void blank_of_kind(struct bench *b, const struct kind *kind)
{
    struct vcard_options options = vcard_model_options(kind->model);
    options.features = (options.features | kind->with) & ~kind->without;
    options.management_algorithm = kind->cipher != 0 ? kind->cipher : options.management_algorithm;
    options.object_max = kind->object_max != 0 ? kind->object_max : options.object_max;
    options.lie = kind->lie;
    for (size_t i = 0; i < 2; i++) {
        options.pin_policy[i] =
            kind->pin_policy[i] != 0 ? kind->pin_policy[i] : options.pin_policy[i];
    }
    vcard_model_settle(&options);
    bench_blank_of(b, &options, (uint8_t)(0x60 + (kind - kinds)));
    b->key_type = kind->key_type != 0 ? kind->key_type : KEY_TYPE_P256;
}

static bool job_good(const struct kind *kind, enum cardop_service service)
{
    enum status status = bench_job(&bench, service);
    if (status != STATUS_OK) {
        printf("# %s, %s: %s %s %04x: %s\n", kind->name, cardop_service_name(service),
               status_entry(status)->name, bench.fault.detail, bench.fault.sw, bench.log);
        return false;
    }
    bench_check_good(&bench);
    return true;
}

static bool whole_life(const struct kind *kind)
{
    blank_of_kind(&bench, kind);
    if (!job_good(kind, CARDOP_ISSUE)) {
        return false;
    }
    CHECK(secret_set(&bench.new_pin, SPAN_TEXT("835291")));
    bench_insert(&bench);
    bool renewed = job_good(kind, CARDOP_RENEW);
    CHECK_EQ(bench.round_trips, 3);
    bench_insert(&bench);
    return renewed && job_good(kind, CARDOP_REPAIR);
}

TEST(cardop_cards__each_is_issued_renewed_and_repaired)
{
    size_t good = 0;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        good += whole_life(&kinds[i]) ? 1 : 0;
    }
    printf("# %zu cards\n", good);
    CHECK_EQ(good, COUNT(kinds));
}

/* ---- pulled in the middle ---- */

static void finish(const struct kind *kind, enum cardop_service service)
{
    enum status status = STATUS_CARD_REMOVED;
    for (unsigned i = 0; i < RUNS_MAX && status != STATUS_OK; i++) {
        bench_insert(&bench);
        status = bench_job(&bench, service);
    }
    if (status != STATUS_OK) {
        printf("# %s: %s %s %04x: %s\n", kind->name, status_entry(status)->name, bench.fault.detail,
               bench.fault.sw, bench.log);
    }
    CHECK_EQ(status, STATUS_OK);
    bench_check_good(&bench);
}

/* False: the job ended before the fault. */
static bool cut_and_finish(const struct kind *kind, enum cardop_service service, uint32_t at)
{
    static const enum vcard_fault_kind cuts[] = { VCARD_FAULT_CUT_AFTER, VCARD_FAULT_TEAR,
                                                  VCARD_FAULT_CUT_BEFORE };
    memcpy(&bench, &start, sizeof(bench));
    bench.agent_dies = at % 2 == 0;
    bench_arm(&bench, cuts[at % COUNT(cuts)], at);
    enum status status = bench_job(&bench, service);
    if (!bench_fault_happened(&bench)) {
        CHECK_EQ(status, STATUS_OK);
        return false;
    }
    CHECK(status != STATUS_OK);
    bench.agent_dies = false;
    finish(kind, service);
    return true;
}

/* Kinds of cut take turns with the places; RSA, which takes its time here too, every seventh. */
static unsigned cut_everywhere(const struct kind *kind, enum cardop_service service)
{
    bool slow = public_key_type_is_rsa(kind->key_type);
    unsigned cuts = 0;
    blank_of_kind(&start, kind);
    bench_issue(&start);
    for (uint32_t at = 1; at < CUTS_MAX && cut_and_finish(kind, service, at); at += slow ? 7 : 1) {
        cuts++;
    }
    return cuts;
}

TEST(cardop_cards__none_is_lost_by_a_cut_at_any_command)
{
    unsigned cuts = 0;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (kinds[i].key_type != KEY_TYPE_RSA3072) {
            cuts += cut_everywhere(&kinds[i], i % 2 == 0 ? CARDOP_RENEW : CARDOP_REPAIR);
        }
    }
    printf("# %u cuts\n", cuts);
    CHECK(cuts > 500);
}

/* ---- from one kind of key to another ---- */

static void change_type(enum key_type from, enum key_type to)
{
    blank_of_kind(&bench, &(struct kind){ "any", VCARD_MODEL_MOVE, .key_type = from });
    bench_issue(&bench);
    bench.key_type = to;

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);

    bench_check_good(&bench);
    CHECK_EQ(bench.op.keys[CARDOP_SIGNING].key.type, to);
    CHECK_EQ(bench_count(&bench, BENCH_SUPERSEDED), CARDOP_KEYS);
}

TEST(cardop_cards__a_pair_is_followed_by_one_of_another_kind)
{
    change_type(KEY_TYPE_RSA2048, KEY_TYPE_P256);
    change_type(KEY_TYPE_P256, KEY_TYPE_RSA2048);
    change_type(KEY_TYPE_P384, KEY_TYPE_RSA3072);
}

/* ---- what a card cannot do ---- */

TEST(cardop_cards__a_kind_of_key_that_the_card_lacks_costs_nothing)
{
    const struct kind kind = { "any", PLAIN, .key_type = KEY_TYPE_P256 };
    blank_of_kind(&bench, &kind);
    bench_issue(&bench);
    memcpy(&start, &bench, sizeof(start));
    bench.key_type = KEY_TYPE_RSA3072;

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_CARD_KEY_TYPE);
    CHECK_TEXT(bench.fault.detail, "generate-9c");
    CHECK_EQ(bench.fault.sw, 0x6A80);
    CHECK_BYTES(&bench.card.memory, &start.card.memory, sizeof(bench.card.memory));
    CHECK_EQ(bench.certificates_count, start.certificates_count);

    bench.key_type = KEY_TYPE_RSA2048; /* the policy was changed meanwhile */
    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);
    bench_check_good(&bench);
    CHECK_EQ(bench.op.keys[CARDOP_AUTHENTICATION].key.type, KEY_TYPE_RSA2048);
}

TEST(cardop_cards__whatever_it_says_to_a_kind_of_key_that_it_lacks)
{
    enum { GENERATE_AT = 6 }; /* behind SELECT, VERIFY, both proofs, witness and answer */
    static const uint16_t words[] = { 0x6A80, 0x6A81, 0x6A86, 0x6984 };
    for (size_t i = 0; i < COUNT(words); i++) {
        blank_of_kind(&bench, &(struct kind){ "any", PLAIN, .key_type = KEY_TYPE_P256 });
        bench_issue(&bench);
        bench_arm(&bench, VCARD_FAULT_REFUSE, GENERATE_AT + 1);
        bench.fault_next.sw = words[i];
        CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_CARD_KEY_TYPE);
        CHECK_TEXT(bench.fault.detail, "generate-9c");
    }
}

TEST(cardop_cards__an_old_card_gets_its_own_management_key_as_3des)
{
    struct vcard_options options = vcard_model_options(VENDOR);
    options.features &= ~(uint32_t)(VCARD_FEATURE_AES_MANAGEMENT | VCARD_FEATURE_METADATA);
    memcpy(options.version, (const uint8_t[]){ 5, 2, 7 }, sizeof(options.version));
    bench_blank_of(&bench, &options, 0x58);

    bench_issue(&bench);

    bench_check_good(&bench);
    CHECK_EQ(bench.management_version, 1);
    CHECK_EQ(bench.card.memory.management_algorithm, MANAGEMENT_3DES);
    CHECK_TEXT(cardop_management_name(&bench.op), "tdes");
}

/* Its version says that it takes AES. It costs one more opening, once. */
TEST(cardop_cards__a_card_that_refuses_an_aes_management_key_gets_one_as_3des)
{
    const struct kind kind = { "3DES only", VENDOR, .without = VCARD_FEATURE_AES_MANAGEMENT };
    blank_of_kind(&bench, &kind);

    bench_issue(&bench);

    bench_check_good(&bench);
    CHECK_EQ(bench.round_trips, 6);
    CHECK_EQ(bench.management_version, 1);
    CHECK_EQ(bench.card.memory.management_algorithm, MANAGEMENT_3DES);
    CHECK(card_model_lacks(bench.capabilities, CARD_CAN_AES_MANAGEMENT));
    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);
    CHECK_EQ(bench.round_trips, 3);
    CHECK(card_model_lacks(bench.capabilities, CARD_CAN_AES_MANAGEMENT));
}

/* Set by RESET RETRY COUNTER, and called the maker's all the same. */
TEST(cardop_cards__a_card_that_calls_any_passcode_the_makers_is_not_believed_again)
{
    struct vcard_options options = vcard_model_options(VENDOR);
    bench_blank_of(&bench, &options, 0x5A);
    bench_issue(&bench);
    CHECK(!card_model_lacks(bench.capabilities, CARD_CAN_TELL_PIN));

    options.lie = VCARD_LIE_DEFAULT_PIN;
    bench_blank_of(&bench, &options, 0x5B);
    bench_issue(&bench);
    CHECK(card_model_lacks(bench.capabilities, CARD_CAN_TELL_PIN));
    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);
    CHECK(card_model_lacks(bench.capabilities, CARD_CAN_TELL_PIN));
}

/* By its version it takes no AES; but the key that it came with is one. */
TEST(cardop_cards__a_card_that_came_with_an_aes_management_key_keeps_the_algorithm)
{
    struct vcard_options options = vcard_model_options(VENDOR);
    options.management_algorithm = VCARD_CIPHER_AES128;
    memcpy(options.version, (const uint8_t[]){ 5, 2, 7 }, sizeof(options.version));
    bench_blank_of(&bench, &options, 0x59);

    bench_issue(&bench);

    bench_check_good(&bench);
    CHECK_EQ(bench.management_version, 1);
    CHECK_EQ(bench.card.memory.management_algorithm, VCARD_CIPHER_AES128);
    CHECK(!card_model_lacks(bench.capabilities, CARD_CAN_AES_MANAGEMENT));
}

TEST(cardop_cards__a_missing_object_for_printed_information_is_no_failure)
{
    const struct kind kind = { "none", PLAIN, .without = VCARD_FEATURE_PRINTED };
    blank_of_kind(&bench, &kind);

    bench_issue(&bench);

    bench_check_good(&bench);
    CHECK(!bench.card.memory.objects[vcard_object_index(0x5FC109)].present);
    CHECK(bench.card.memory.objects[vcard_object_index(0x5FC107)].present);
}

/* The status word lies; what counts is the signature. */
TEST(cardop_cards__a_lying_status_word_is_not_believed)
{
    const struct kind kind = { "lies", PLAIN, .with = VCARD_FEATURE_VERIFY_LIES };
    blank_of_kind(&bench, &kind);
    bench_issue(&bench);
    memcpy(&start, &bench, sizeof(start));
    CHECK(secret_set(&bench.pin, SPAN_TEXT("000000")));

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_PASSCODE_WRONG);

    CHECK_EQ(bench.report.tries_left, -1); /* not known, rather than wrong */
    CHECK_EQ(bench.card.memory.pin.tries_left, 2);
    CHECK_BYTES(bench.card.memory.keys, start.card.memory.keys, sizeof(start.card.memory.keys));
}

TEST(cardop_cards__a_9a_that_wants_a_passcode_of_its_own_gets_it)
{
    const struct kind kind = { "any", PLAIN, .pin_policy = { VCARD_PIN_ALWAYS, VCARD_PIN_ALWAYS } };
    blank_of_kind(&bench, &kind);
    bench_issue(&bench);

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);

    bench_check_good(&bench);
    CHECK_TEXT(bench.log, "select verify sign-9c sign-9a verify sign-9a witness / answer"
                          " generate-9c generate-9a verify sign-9c sign-9a verify sign-9a / put-9a"
                          " put-9c get-9a get-9c verify sign-9c sign-9a verify sign-9a");
    CHECK_EQ(bench.round_trips, 3);
    CHECK_EQ(bench.card.memory.pin.tries_left, 3);
}

TEST(cardop_cards__a_9a_that_does_not_want_it_sees_one_verify_for_both)
{
    const struct kind kind = { "any", PLAIN, .pin_policy = { VCARD_PIN_ONCE, VCARD_PIN_ALWAYS } };
    blank_of_kind(&bench, &kind);
    bench_issue(&bench);

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);

    CHECK_TEXT(bench.log, "select verify sign-9c sign-9a witness / answer generate-9c generate-9a"
                          " verify sign-9c sign-9a / put-9a put-9c get-9a get-9c verify sign-9c"
                          " sign-9a");
}

TEST(cardop_cards__what_a_card_refused_is_told_and_not_forgotten)
{
    const struct kind kind = { "poor", PLAIN,
                               .without = VCARD_FEATURE_PUK_CHANGE | VCARD_FEATURE_PRINTED };
    blank_of_kind(&bench, &kind);
    bench_issue(&bench);

    uint32_t can = cardop_capabilities(&bench.op, 0);
    CHECK_EQ(can & (CARD_CAN_PUK_CHANGE | CARD_CAN_PRINTED | CARD_CAN_SET_MANAGEMENT), 0);
    CHECK((can & CARD_MODEL_SURVEYED) != 0);

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK); /* which asks for none of them */
    CHECK_EQ(cardop_capabilities(&bench.op, 0) & CARD_CAN_PRINTED, 0);
    CHECK_EQ(cardop_capabilities(&bench.op, can), can);
}

TEST(cardop_cards__a_vendors_card_is_told_what_it_can)
{
    const struct kind kind = { "rich", VENDOR, .with = 0 };
    blank_of_kind(&bench, &kind);
    bench_issue(&bench);

    uint32_t can = cardop_capabilities(&bench.op, 0);

    uint32_t most = CARD_CAN_PUK_CHANGE | CARD_CAN_PRINTED | CARD_CAN_SET_MANAGEMENT |
                    CARD_CAN_SERIAL | CARD_CAN_ATTEST | CARD_CAN_PIN_POLICY;
    CHECK_EQ(can & most, most);
    CHECK_EQ(can & CARD_CAN_MOVE_KEY, 0); /* 5.4.3 */
}

/* ---- objects too small for a certificate ---- */

TEST(cardop_cards__objects_too_small_for_a_certificate_cost_no_second_one)
{
    const struct kind kind = { "small", PLAIN, .object_max = 300 };
    blank_of_kind(&bench, &kind);
    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_CARD_ROOM);
    CHECK_TEXT(bench.fault.detail, "put-9a");
    CHECK_EQ(bench.fault.sw, 0x6A84);

    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_CARD_ROOM);

    CHECK_EQ(bench.certificates_count, CARDOP_KEYS);
    CHECK(bench_job_open(&bench));
}

TEST(cardop_cards__a_blank_card_that_is_too_small_keeps_the_factorys_secrets_and_gets_no_key)
{
    const struct kind kind = { "small", PLAIN, .object_max = 300 };
    blank_of_kind(&bench, &kind);
    bench.certificate_len = 400;

    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_CARD_ROOM);

    CHECK_TEXT(bench.fault.detail, "room-9a");
    CHECK_EQ(bench.certificates_count, 0);
    CHECK(vcard_puk_is(&bench.card, "12345678"));
    CHECK(vcard_pin_is(&bench.card, "123456"));
    CHECK_EQ(vcard_key_slot(&bench.card, 0x9C)->algorithm, 0);
    CHECK(bench_job_open(&bench));
}

static void renewal_of_small_card(void)
{
    const struct kind kind = { "small", PLAIN, .object_max = 500 };
    blank_of_kind(&bench, &kind);
    bench_issue(&bench);
    memcpy(&start, &bench, sizeof(start));
    bench.key_type = KEY_TYPE_RSA2048;
}

TEST(cardop_cards__a_renewal_whose_certificate_will_not_fit_destroys_no_key)
{
    renewal_of_small_card();

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_CARD_ROOM);

    CHECK_TEXT(bench.fault.detail, "room-old-9a");
    CHECK_BYTES(&bench.card.memory, &start.card.memory, sizeof(bench.card.memory));
    CHECK_EQ(bench.certificates_count, start.certificates_count);
}

TEST(cardop_cards__and_goes_on_when_the_policy_asks_for_a_smaller_one_again)
{
    renewal_of_small_card();
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_CARD_ROOM);
    bench.key_type = KEY_TYPE_P256;

    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);

    bench_check_good(&bench);
    CHECK_EQ(bench_count(&bench, BENCH_REVOKED), 0);
}

/* The card is pulled at each command of a renewal that tries the room first. */
TEST(cardop_cards__a_trial_of_the_room_that_is_cut_loses_nothing)
{
    const struct kind kind = { "any", PLAIN, .pin_policy = { VCARD_PIN_ONCE, VCARD_PIN_ALWAYS } };
    unsigned cuts = 0;
    blank_of_kind(&start, &kind);
    bench_issue(&start);
    start.key_type = KEY_TYPE_P384;
    for (uint32_t at = 1; at < CUTS_MAX && cut_and_finish(&kind, CARDOP_RENEW, at); at++) {
        cuts++;
    }
    CHECK(cuts > 20);
    CHECK_EQ(bench.op.keys[CARDOP_SIGNING].key.type, KEY_TYPE_P384);
}

/* The certificates that did not fit are revoked once the others are current. */
TEST(cardop_cards__certificates_that_did_not_fit_make_way_for_smaller_ones)
{
    const struct kind kind = { "small", PLAIN, .object_max = 500, .key_type = KEY_TYPE_RSA2048 };
    blank_of_kind(&bench, &kind);
    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_CARD_ROOM);
    bench.key_type = KEY_TYPE_P256;

    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_OK);

    bench_check_good(&bench);
    CHECK_EQ(bench_count(&bench, BENCH_REVOKED), CARDOP_KEYS);
}
