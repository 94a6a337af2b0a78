/* SPDX-License-Identifier: Apache-2.0 */
#include "cardop/cardop_parts.h"

#include <string.h>

#include "base/check.h"
#include "base/secret.h"
#include "base/text.h"
#include "crypto/cipher.h"
#include "piv/capability.h"
#include "piv/cert_container.h"
#include "piv/chuid.h"
#include "piv/discovery.h"
#include "piv/piv_application.h"
#include "piv/piv_key.h"
#include "piv/piv_object.h"
#include "piv/printed_information.h"

enum { LOCKS_MAX = 10 }; /* as many as the agent permits */

const uint8_t cardop_slots[CARDOP_KEYS] = { 0x9A, 0x9C };
static const enum piv_object certificate_objects[CARDOP_KEYS] = { PIV_OBJECT_CERTIFICATE_9A,
                                                                  PIV_OBJECT_CERTIFICATE_9C };

struct cardop_label cardop_label_of(const char *prefix, size_t key_index)
{
    static const char *const names[CARDOP_KEYS] = { "9a", "9c" };
    struct cardop_label label;
    REQUIRE(key_index < CARDOP_KEYS);
    REQUIRE(text_format(label.text, sizeof(label.text), "%s%s", prefix, names[key_index]));
    return label;
}

/* A batch that is too small is our own mistake: its sizes are constants. */
static void set_field(struct batch *b, struct batch_op *op, bool built, struct buf *field)
{
    REQUIRE(built);
    batch_set_data(b, op, buf_span(field));
    wipe(field->ptr, field->max);
}

void cardop_add_select(struct batch *b)
{
    cardop_add_select_as(b, "select");
}

void cardop_add_select_as(struct batch *b, const char *label)
{
    struct batch_op *op = batch_add(b, label, BATCH_STEP_CHECK_CARD);
    op->ins = INS_SELECT;
    op->p1 = 0x04; /* by name, ISO/IEC 7816-4 table 39 */
    op->le = 256;
    batch_set_data(b, op, piv_application_select_name());
}

/* SP 800-73-4 part 2, 3.2.4: the card makes a witness, we show that we can decrypt it. */
void cardop_add_witness(struct batch *b, uint8_t algorithm)
{
    (void)cardop_add_witness_as(b, "witness", algorithm);
}

struct batch_op *cardop_add_witness_as(struct batch *b, const char *label, uint8_t algorithm)
{
    uint8_t memory[16];
    struct buf field = BUF(memory);
    struct batch_op *op = batch_add(b, label, BATCH_STEP_OPEN_CARD);
    op->ins = INS_AUTHENTICATE;
    op->p1 = algorithm;
    op->p2 = 0x9B;
    op->le = 256;
    op->capture = true;
    set_field(b, op, piv_key_witness_request(&field), &field);
    return op;
}

void cardop_add_opening(struct batch *b, const struct cardop *op,
                        const struct cardop_opening *opening)
{
    uint8_t memory[64];
    struct buf field = BUF(memory);
    struct batch_op *command = batch_add(b, "open", BATCH_STEP_OPEN_CARD);
    command->ins = INS_AUTHENTICATE;
    command->p1 = op->management_algorithm;
    command->p2 = 0x9B;
    command->le = 256;
    command->capture = true;
    set_field(b, command, piv_key_mutual_field(opening->witness_plain, opening->challenge, &field),
              &field);
}

static void add_verify(struct batch *b, const struct cardop *op, const char *label,
                       enum batch_step step)
{
    static const uint8_t padding[8] = { 255, 255, 255, 255, 255, 255, 255, 255 };
    struct batch_op *command = batch_add(b, label, step);
    command->ins = INS_VERIFY;
    command->p2 = 0x80;
    command->fill = op->service == CARDOP_RENEW ? BATCH_FILL_PIN_AT_0 : BATCH_FILL_NEW_PIN_AT_0;
    batch_set_data(b, command, SPAN_OF(padding));
}

struct proof_op {
    const char *prefix;
    const char *suffix; /* "-again"; or NULL */
    size_t index;
    uint8_t slot;
    enum key_type key_type;
    enum batch_step step;
    struct span subject;      /* 32 bytes, or none: */
    const char *subject_from; /* the label of the GENERATE */
};

static struct batch_op *add_proof(struct batch *b, const struct proof_op *proof)
{
    char label[BATCH_LABEL_MAX];
    REQUIRE(text_format(label, sizeof(label), "%s%s",
                        cardop_label_of(proof->prefix, proof->index).text,
                        proof->suffix != NULL ? proof->suffix : ""));
    struct batch_op *command = batch_add(b, label, proof->step);
    command->ins = INS_AUTHENTICATE;
    command->p1 = public_key_piv_algorithm(proof->key_type);
    command->p2 = proof->slot;
    command->le = 256;
    command->capture = true;
    if (proof->subject_from != NULL) {
        command->proof = BATCH_PROOF_OF_CAPTURE;
        REQUIRE(
            text_copy(command->subject_from, sizeof(command->subject_from), proof->subject_from));
        return command;
    }
    command->proof = BATCH_PROOF_OF_SUBJECT;
    REQUIRE(proof->subject.len == sizeof(command->subject));
    memcpy(command->subject, proof->subject.ptr, sizeof(command->subject));
    return command;
}

/* Whatever the card answers, the work goes on with the next command. */
static void go_on_anyway(struct batch_op *command)
{
    batch_on(command, 0, 0, BATCH_NEXT, NULL);
}

/* A key whose PIN policy is 'always' refuses a VERIFY that served another signature already (SP
 * 800-73-4 part 1, 5.5 for 9C; some cards have it for 9A). No card says so beforehand: where 9A
 * answers 6982, one more VERIFY stands directly before it. `to`: what comes next; NULL: nothing. */
static void add_second_proof(struct batch *b, const struct cardop *op, const struct proof_op *proof,
                             const char *to)
{
    char label[BATCH_LABEL_MAX];
    struct batch_op *first = &b->ops[b->count - 1];
    struct proof_op again = *proof;
    enum batch_action on = to != NULL ? BATCH_GOTO : BATCH_END;
    again.suffix = CARDOP_AGAIN;
    REQUIRE(text_format(label, sizeof(label), "verify-%s", first->label));
    bool any = first->rules_count > 0; /* whatever it answers, the work goes on */
    first->rules_count = 0;
    batch_on(first, SW_SECURITY_STATUS, 0xFFFF, BATCH_NEXT, NULL);
    batch_on(first, any ? 0 : SW_OK, any ? 0 : 0xFFFF, on, to);
    add_verify(b, op, label, proof->step);
    struct batch_op *second = add_proof(b, &again);
    if (any) {
        go_on_anyway(second);
    }
}

static void add_prelude_proofs(struct batch *b, const struct cardop *op,
                               const struct card_identity *identity)
{
    add_verify(b, op, "verify", BATCH_STEP_CHECK_PASSCODE);
    for (size_t i = CARDOP_KEYS; i-- > 0;) { /* 9C first: it wants the VERIFY directly before */
        if (!identity->has_certificate[i] && !op->keys[i].known) {
            continue;
        }
        enum key_type type =
            op->keys[i].known ? op->keys[i].key.type : identity->certificates[i].key.type;
        uint8_t subject[32] = { 0 };
        if (identity->has_certificate[i]) {
            memcpy(subject, identity->fingerprints[i], sizeof(subject));
        }
        const struct proof_op proof = { .prefix = "old-",
                                        .index = i,
                                        .slot = cardop_slots[i],
                                        .key_type = type,
                                        .step = BATCH_STEP_PROVE_OLD,
                                        .subject = SPAN_OF(subject) };
        struct batch_op *command = add_proof(b, &proof);
        if (op->keys_sent) { /* after a cut the key may be gone: that is what is found out here */
            go_on_anyway(command);
        }
        if (i == CARDOP_AUTHENTICATION) {
            add_second_proof(b, op, &proof, "witness");
        }
    }
}

void cardop_prelude(const struct cardop *op, const struct card_report *report,
                    struct batch *ret_batch)
{
    struct card_identity identity;
    batch_init(ret_batch);
    cardop_add_select(ret_batch);
    cardop_add_places(ret_batch, op, report);
    if (op->service == CARDOP_RENEW && card_identity_of_report(report, &identity) == STATUS_OK) {
        add_prelude_proofs(ret_batch, op, &identity);
    }
    cardop_add_witness(ret_batch, report->management_algorithm != 0 ? report->management_algorithm
                                                                    : op->management_algorithm);
}

/* ---- PUK and passcode ---- */

static struct batch_op *add_reset(struct batch *b, const char *label, struct span puk)
{
    uint8_t memory[16];
    struct buf field = BUF(memory);
    struct batch_op *command = batch_add(b, label, BATCH_STEP_SET_PASSCODE);
    command->ins = INS_RESET_RETRY; /* SP 800-73-4 part 2, 3.2.3 */
    command->p2 = 0x80;
    command->fill = BATCH_FILL_NEW_PIN_AT_8;
    bool built =
        buf_put(&field, puk) && buf_put(&field, SPAN_TEXT("\xff\xff\xff\xff\xff\xff\xff\xff"));
    set_field(b, command, built, &field);
    return command;
}

static struct batch_op *add_puk_change(struct batch *b, const struct cardop_opening *opening)
{
    uint8_t memory[16];
    struct buf field = BUF(memory);
    struct batch_op *command = batch_add(b, "puk", BATCH_STEP_SET_PASSCODE);
    command->ins = INS_CHANGE_REFERENCE; /* SP 800-73-4 part 2, 3.2.2 */
    command->p2 = 0x81;
    bool built = buf_put(&field, opening->puk_current) && buf_put(&field, opening->puk_next);
    set_field(b, command, built, &field);
    return command;
}

/* The card cannot change its PUK (CHANGE REFERENCE DATA on 81 is optional): the old one serves. */
static void on_no_change(struct batch_op *change)
{
    batch_on(change, SW_INS_UNKNOWN, 0xFFFF, BATCH_GOTO, "reset-old");
    batch_on(change, SW_WRONG_DATA, 0xFFF0, BATCH_GOTO, "reset-old"); /* 6A81, 6A86, 6A88 */
}

/* With one try left a candidate that may be wrong is not followed by the other. Those of a card
 * that tells no number (6300) were counted before: choose_puk. */
static void on_wrong_puk(struct batch_op *command, enum batch_action action, const char *to)
{
    batch_on(command, 0x63C0, 0xFFFE, BATCH_STOP, NULL);
    batch_on(command, 0x6300, 0xFF30, action, to); /* 63Cx, 630x */
}

/* Where the jumps meet: harmless, any answer will do. */
void cardop_add_mark(struct batch *b, const char *label)
{
    uint8_t memory[8];
    struct buf field = BUF(memory);
    struct batch_op *mark = batch_add(b, label, BATCH_STEP_SET_PASSCODE);
    mark->ins = INS_GET_DATA;
    mark->p1 = 0x3F;
    mark->p2 = 0xFF;
    mark->le = 256;
    set_field(b, mark, piv_object_get_field(PIV_OBJECT_DISCOVERY, &field), &field);
    go_on_anyway(mark);
}

/* The PUK is replaced at each use. RESET RETRY with the new one proves the change. When an earlier
 * change may have taken effect, old and new take turns in being tried first: never a third
 * candidate, and not with the last try (architecture.md §3, "PUK change lost"). */
static void add_passcode(struct batch *b, const struct cardop *op,
                         const struct cardop_opening *opening)
{
    if (op->puk.next == op->puk.current || op->puk_fixed) {
        add_reset(b, "reset-old", opening->puk_current);
        return;
    }
    if (op->puk.unsure && op->puk_first == CARDOP_PUK_NEXT) {
        struct batch_op *first = add_reset(b, "reset-first", opening->puk_next);
        batch_on(first, SW_OK, 0xFFFF, BATCH_GOTO, "passcode-set");
        on_wrong_puk(first, BATCH_NEXT, NULL);
    }
    struct batch_op *change = add_puk_change(b, opening);
    on_no_change(change);
    if (op->puk.unsure && op->puk_first == CARDOP_PUK_CURRENT) {
        on_wrong_puk(change, BATCH_GOTO, "reset-new");
    }
    struct batch_op *proof = add_reset(b, "reset-new", opening->puk_next);
    batch_on(proof, SW_OK, 0xFFFF, BATCH_GOTO, "passcode-set");
    add_reset(b, "reset-old", opening->puk_current);
    cardop_add_mark(b, "passcode-set");
}

/* ---- what only a blank card needs ---- */

/* Not in SP 800-73: the form that Yubico gave it and others took over. */
static void add_management_key(struct batch *b, const struct cardop *op,
                               const struct cardop_opening *opening)
{
    uint8_t memory[3 + CIPHER_KEY_MAX];
    struct buf field = BUF(memory);
    struct batch_op *command = batch_add(b, "management", BATCH_STEP_PERSONALISE);
    command->ins = INS_SET_MANAGEMENT;
    command->p1 = 0xFF;
    command->p2 = 0xFF;
    bool built = buf_put_u8(&field, op->management_algorithm_next) && buf_put_u8(&field, 0x9B) &&
                 buf_put_u8(&field, (uint8_t)opening->management_key.len) &&
                 buf_put(&field, opening->management_key);
    set_field(b, command, built, &field);
    batch_on(command, SW_INS_UNKNOWN, 0xFFFF, BATCH_NEXT, NULL); /* the maker's stays */
}

struct batch_op *cardop_add_put(struct batch *b, enum piv_object object, const char *label,
                                enum batch_step step, struct span content)
{
    uint8_t memory[CARDOP_CERTIFICATE_MAX + 64];
    struct buf field = BUF(memory);
    struct batch_op *command = batch_add(b, label, step);
    command->ins = INS_PUT_DATA; /* SP 800-73-4 part 2, 3.3.1 */
    command->p1 = 0x3F;
    command->p2 = 0xFF;
    set_field(b, command, piv_object_put_field(object, content, &field), &field);
    return command;
}

static void add_chuid(struct batch *b, const struct cardop *op)
{
    uint8_t memory[CHUID_ENCODED_MAX];
    struct buf content = BUF(memory);
    struct chuid chuid = { 0 };
    chuid_fascn_non_federal(chuid.fascn);
    memcpy(chuid.guid, op->guid, sizeof(chuid.guid));
    REQUIRE(text_copy(chuid.expiry, sizeof(chuid.expiry), op->card_expiry));
    REQUIRE(chuid_encode(&chuid, &content));
    cardop_add_put(b, PIV_OBJECT_CHUID, "chuid", BATCH_STEP_PERSONALISE, buf_span(&content));
}

static void add_capability(struct batch *b, const struct cardop *op)
{
    uint8_t memory[CAPABILITY_ENCODED_MAX];
    struct buf content = BUF(memory);
    struct capability ccc = { .data_model = CAPABILITY_DATA_MODEL };
    memcpy(ccc.card_id, op->guid, sizeof(ccc.card_id));
    REQUIRE(capability_encode(&ccc, &content));
    cardop_add_put(b, PIV_OBJECT_CAPABILITY, "capability", BATCH_STEP_PERSONALISE,
                   buf_span(&content));
}

static bool encode_printed(const struct cardop *op, const struct printed_information *from,
                           struct buf *ret_content)
{
    struct printed_information printed = *from;
    return printed_information_date(op->card_expiry, printed.expiry) &&
           printed_information_encode(&printed, ret_content);
}

bool cardop_printed_good(const struct cardop *op, const struct printed_information *printed)
{
    uint8_t memory[PRINTED_ENCODED_MAX];
    struct buf content = BUF(memory);
    REQUIRE(printed != NULL);
    return encode_printed(op, printed, &content);
}

static void add_printed(struct batch *b, const struct cardop *op,
                        const struct cardop_opening *opening)
{
    uint8_t memory[PRINTED_ENCODED_MAX];
    struct buf content = BUF(memory);
    REQUIRE(encode_printed(op, opening->printed, &content));
    struct batch_op *command = cardop_add_put(b, PIV_OBJECT_PRINTED, "printed",
                                              BATCH_STEP_PERSONALISE, buf_span(&content));
    /* SP 800-73-4 part 1, table 1: optional. 6A81, 6A82, 6A84, 6A86: there is none. */
    batch_on(command, SW_WRONG_DATA, 0xFFF0, BATCH_NEXT, NULL);
}

/* Some cards call their passcode the maker's for ever where it was set by RESET RETRY COUNTER. */
static void add_told_pin(struct batch *b, const struct cardop *op)
{
    if ((op->can & CARD_CAN_TELL_PIN) != 0) {
        struct batch_op *command = batch_add(b, "told-pin", BATCH_STEP_PERSONALISE);
        command->ins = INS_GET_METADATA;
        command->p2 = 0x80;
        command->le = 256;
        command->capture = true;
        go_on_anyway(command);
    }
}

static void add_objects(struct batch *b, const struct cardop *op,
                        const struct cardop_opening *opening)
{
    uint8_t memory[DISCOVERY_ENCODED_MAX];
    struct buf content = BUF(memory);
    add_capability(b, op);
    add_printed(b, op, opening);
    REQUIRE(discovery_encode(&(struct discovery){ .application_pin = true }, &content));
    /* Many cards have theirs built in and refuse to take one. */
    go_on_anyway(cardop_add_put(b, PIV_OBJECT_DISCOVERY, "discovery", BATCH_STEP_PERSONALISE,
                                buf_span(&content)));
}

/* ---- keys and certificates ---- */

static void add_generate(struct batch *b, const struct cardop *op, size_t index)
{
    uint8_t memory[16];
    struct buf field = BUF(memory);
    struct cardop_label label = cardop_label_of("generate-", index);
    struct batch_op *command = batch_add(
        b, label.text,
        index == CARDOP_SIGNING ? BATCH_STEP_MAKE_SIGNING_KEY : BATCH_STEP_MAKE_AUTHENTICATION_KEY);
    command->ins = INS_GENERATE; /* SP 800-73-4 part 2, 3.3.2 */
    command->p2 = op->keys[index].slot;
    command->le = 256;
    command->capture = true;
    bool built = (op->can & CARD_CAN_PIN_POLICY) != 0
                     ? piv_key_generate_policy_field(op->key_type, cardop_slots[index], &field)
                     : piv_key_generate_field(op->key_type, &field);
    set_field(b, command, built, &field);
}

static void add_new_proof(struct batch *b, const struct cardop *op, size_t index)
{
    struct cardop_label from = cardop_label_of("generate-", index);
    struct proof_op proof = {
        .prefix = "prove-",
        .index = index,
        .slot = op->keys[index].slot,
        .key_type = op->key_type,
        .step = BATCH_STEP_PROVE_NEW,
    };
    uint8_t subject[32];
    if (op->keys[index].known) {
        REQUIRE(public_key_hash(&op->keys[index].key, subject) == STATUS_OK);
        proof.subject = SPAN_OF(subject);
        proof.key_type = op->keys[index].key.type;
    } else {
        proof.subject_from = from.text;
    }
    add_proof(b, &proof);
    if (index == CARDOP_AUTHENTICATION) {
        add_second_proof(b, op, &proof, NULL);
    }
}

void cardop_add_making(struct batch *b, const struct cardop *op)
{
    for (size_t i = CARDOP_KEYS; i-- > 0;) {
        if (!op->keys[i].known) {
            cardop_add_clear(b, op, i);
            add_generate(b, op, i);
        }
    }
    cardop_add_attest(b, op);
    add_verify(b, op, "verify-new", BATCH_STEP_PROVE_NEW);
    add_new_proof(b, op, CARDOP_SIGNING);
    add_new_proof(b, op, CARDOP_AUTHENTICATION);
}

bool cardop_sets_management(const struct cardop *op)
{
    return cardop_opening_sets_secrets(op) && op->management_settable &&
           op->management.next != op->management_trying;
}

void cardop_add_keys(struct batch *b, const struct cardop *op, const struct cardop_opening *opening)
{
    cardop_add_device(b, op);
    if (op->service == CARDOP_ISSUE) { /* before its secrets change the card must have a name */
        add_chuid(b, op);
    }
    cardop_add_room(b, op, opening->certificate_now);
    if (cardop_sets_management(op)) {
        add_management_key(b, op, opening);
    }
    if (cardop_opening_sets_secrets(op)) {
        add_passcode(b, op, opening);
    }
    if (op->service == CARDOP_ISSUE) {
        add_told_pin(b, op);
        add_objects(b, op, opening);
    }
    cardop_add_making(b, op);
}

struct batch_op *cardop_add_get(struct batch *b, enum piv_object object, const char *label,
                                enum batch_step step)
{
    uint8_t memory[8];
    struct buf field = BUF(memory);
    struct batch_op *command = batch_add(b, label, step);
    command->ins = INS_GET_DATA;
    command->p1 = 0x3F;
    command->p2 = 0xFF;
    command->le = CARDOP_LE_ALL;
    command->capture = true;
    set_field(b, command, piv_object_get_field(object, &field), &field);
    return command;
}

static void add_read(struct batch *b, size_t index)
{
    struct cardop_label label = cardop_label_of("get-", index);
    cardop_add_get(b, certificate_objects[index], label.text, BATCH_STEP_READ_BACK);
}

static void add_certificate(struct batch *b, size_t index, struct span der)
{
    uint8_t memory[CARDOP_CERTIFICATE_MAX + 32];
    struct buf content = BUF(memory);
    struct cardop_label label = cardop_label_of("put-", index);
    REQUIRE(cert_container_encode(der, &content));
    cardop_add_put(b, certificate_objects[index], label.text, BATCH_STEP_WRITE, buf_span(&content));
}

static struct batch_op *add_lock(struct batch *b, const char *label)
{
    static const uint8_t padding[8] = { 255, 255, 255, 255, 255, 255, 255, 255 };
    struct batch_op *command = batch_add(b, label, BATCH_STEP_LOCK);
    command->ins = INS_VERIFY;
    command->p2 = 0x80;
    command->fill = BATCH_FILL_WRONG_PIN_AT_0;
    batch_set_data(b, command, SPAN_OF(padding));
    return command;
}

/* A passcode that nobody knows is of no use to a thief only when it is blocked. How many wrong
 * entries that takes not every card tells: until one says so, and once more to be sure. */
static void add_locks(struct batch *b)
{
    for (unsigned i = 1; i < LOCKS_MAX; i++) {
        char label[BATCH_LABEL_MAX];
        REQUIRE(text_format(label, sizeof(label), "lock-%u", i));
        struct batch_op *command = add_lock(b, label);
        batch_on(command, SW_TRIES, 0xFFFF, BATCH_GOTO, "locked");
        batch_on(command, SW_BLOCKED, 0xFFFF, BATCH_GOTO, "locked");
        go_on_anyway(command);
    }
    go_on_anyway(add_lock(b, "locked"));
}

void cardop_add_write(struct batch *b, const struct cardop *op,
                      const struct span certificates[CARDOP_KEYS])
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        cardop_add_move_in(b, op, i);
        add_certificate(b, i, certificates[i]);
    }
    add_read(b, CARDOP_AUTHENTICATION);
    add_read(b, CARDOP_SIGNING);
    add_verify(b, op, "verify-test", BATCH_STEP_TEST);
    for (size_t i = CARDOP_KEYS; i-- > 0;) {
        const struct proof_op proof = { .prefix = "test-",
                                        .index = i,
                                        .slot = cardop_slots[i],
                                        .key_type = op->keys[i].key.type,
                                        .step = BATCH_STEP_TEST,
                                        .subject = SPAN_OF(op->keys[i].fingerprint) };
        add_proof(b, &proof);
        if (i == CARDOP_AUTHENTICATION) {
            const char *gone = cardop_first_gone(op);
            const char *last = op->left_locked ? "lock-1" : NULL;
            add_second_proof(b, op, &proof, gone != NULL ? gone : last);
        }
    }
    cardop_add_gone(b, op);
    if (op->left_locked) {
        add_locks(b);
    }
}
