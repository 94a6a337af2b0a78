/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/agent/rules_batches.h"

#include "base/text.h"
#include "piv/piv_application.h"
#include "test/lib/test.h"

static const uint8_t padding[16] = { 255, 255, 255, 255, 255, 255, 255, 255,
                                     255, 255, 255, 255, 255, 255, 255, 255 };

static struct batch_op *add(struct batch *b, const char *label, unsigned header, struct span data)
{
    struct batch_op *op = batch_add(b, label, BATCH_STEP_CHECK_CARD);
    op->ins = (uint8_t)(header >> 16);
    op->p1 = (uint8_t)(header >> 8);
    op->p2 = (uint8_t)header;
    batch_set_data(b, op, data);
    return op;
}

void add_hex(struct batch *b, const char *label, unsigned header, const char *hex)
{
    uint8_t memory[64];
    struct buf data = BUF(memory);
    assert_true(text_parse_hex(hex, &data));
    add(b, label, header, buf_span(&data));
}

struct batch_op *add_verify(struct batch *b, const char *label, enum batch_fill fill)
{
    struct batch_op *op = add(b, label, 0x200080, span_of(padding, 8));
    op->fill = fill;
    return op;
}

struct batch_op *add_proof(struct batch *b, const char *label, uint8_t slot)
{
    struct batch_op *op = add(b, label, 0x871100u | slot, SPAN_NONE);
    op->proof = BATCH_PROOF_OF_SUBJECT;
    op->capture = true;
    return op;
}

void add_select(struct batch *b)
{
    add(b, "select", 0xA40400, piv_application_select_name());
}

static void add_witness(struct batch *b)
{
    add_hex(b, "witness", 0x870A9B, "7c028000");
}

static void add_open(struct batch *b)
{
    add_hex(b, "open", 0x870A9B,
            "7c24801000112233445566778899aabbccddeeff811000112233445566778899aabbccddeeff");
}

void add_generate(struct batch *b, const char *label, uint8_t slot)
{
    struct batch_op *op = batch_add(b, label, BATCH_STEP_MAKE_SIGNING_KEY);
    static const uint8_t p256[] = { 0xAC, 0x03, 0x80, 0x01, 0x11 };
    op->ins = INS_GENERATE;
    op->p2 = slot;
    op->capture = true;
    batch_set_data(b, op, SPAN_OF(p256));
}

void add_put(struct batch *b, const char *label, enum piv_object object)
{
    uint8_t memory[64];
    struct buf data = BUF(memory);
    assert_true(piv_object_put_field(object, SPAN_TEXT("content"), &data));
    add(b, label, 0xDB3FFF, buf_span(&data));
}

void add_get(struct batch *b, const char *label, enum piv_object object)
{
    uint8_t memory[16];
    struct buf data = BUF(memory);
    assert_true(piv_object_get_field(object, &data));
    add(b, label, 0xCB3FFF, buf_span(&data))->capture = true;
}

void add_reset(struct batch *b, const char *label)
{
    add(b, label, 0x2C0080, SPAN_OF(padding))->fill = BATCH_FILL_NEW_PIN_AT_8;
}

/* ---- the batches of each service ---- */

void prelude_renew(struct batch *b)
{
    batch_init(b);
    add_select(b);
    add_verify(b, "verify", BATCH_FILL_PIN_AT_0);
    add_proof(b, "old-9c", 0x9C);
    add_proof(b, "old-9a", 0x9A);
    add_witness(b);
}

void prelude_other(struct batch *b)
{
    batch_init(b);
    add_select(b);
    add_witness(b);
}

static void add_keys(struct batch *b, enum batch_fill fill)
{
    add_generate(b, "generate-9c", 0x9C);
    add_generate(b, "generate-9a", 0x9A);
    add_verify(b, "verify-new", fill);
    struct batch_op *op = add_proof(b, "prove-9c", 0x9C);
    op->proof = BATCH_PROOF_OF_CAPTURE;
    assert_true(text_copy(op->subject_from, sizeof op->subject_from, "generate-9c"));
    op = add_proof(b, "prove-9a", 0x9A);
    op->proof = BATCH_PROOF_OF_CAPTURE;
    assert_true(text_copy(op->subject_from, sizeof op->subject_from, "generate-9a"));
}

void keys_renew(struct batch *b)
{
    batch_init(b);
    add_open(b);
    add_keys(b, BATCH_FILL_PIN_AT_0);
}

void add_passcode(struct batch *b)
{
    add(b, "puk", 0x240081, SPAN_OF(padding));
    add_reset(b, "reset-new");
    add_reset(b, "reset-old");
    add_get(b, "passcode-set", PIV_OBJECT_DISCOVERY);
}

void keys_repair(struct batch *b)
{
    batch_init(b);
    add_open(b);
    add_passcode(b);
    add_keys(b, BATCH_FILL_NEW_PIN_AT_0);
}

void add_management(struct batch *b)
{
    add_hex(b, "management", 0xFFFFFF, "0a9b18000102030405060708090a0b0c0d0e0f1011121314151617");
}

void keys_issue(struct batch *b)
{
    batch_init(b);
    add_open(b);
    add_management(b);
    add_passcode(b);
    add_put(b, "chuid", PIV_OBJECT_CHUID);
    add_put(b, "capability", PIV_OBJECT_CAPABILITY);
    add_put(b, "printed", PIV_OBJECT_PRINTED);
    add_put(b, "discovery", PIV_OBJECT_DISCOVERY);
    add_keys(b, BATCH_FILL_NEW_PIN_AT_0);
}

void writing(struct batch *b, enum batch_fill fill)
{
    batch_init(b);
    add_put(b, "put-9a", PIV_OBJECT_CERTIFICATE_9A);
    add_put(b, "put-9c", PIV_OBJECT_CERTIFICATE_9C);
    add_get(b, "get-9a", PIV_OBJECT_CERTIFICATE_9A);
    add_get(b, "get-9c", PIV_OBJECT_CERTIFICATE_9C);
    add_verify(b, "verify-test", fill);
    add_proof(b, "test-9c", 0x9C);
    add_proof(b, "test-9a", 0x9A);
}

void add_locks(struct batch *b, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char label[16];
        assert_true(text_format(label, sizeof label, "lock-%u", i));
        add_verify(b, label, BATCH_FILL_WRONG_PIN_AT_0);
    }
}

struct rules rules_for(const char *service, bool left_locked)
{
    struct rules rules;
    assert_true(rules_init(&rules, service, left_locked));
    return rules;
}

enum status check(struct rules *rules, enum rules_phase phase, const struct batch *b)
{
    char detail[FAULT_DETAIL_MAX] = "";
    enum status status = rules_check(rules, phase, b, detail);
    CHECK((status == STATUS_OK) == (detail[0] == '\0')); /* a refusal says which rule */
    return status;
}

enum status check_fresh(const char *service, enum rules_phase phase, const struct batch *b)
{
    struct rules rules = rules_for(service, false);
    return check(&rules, phase, b);
}

void refused_everywhere(const struct batch *b)
{
    static const char *const services[] = { "renew", "repair", "issue" };
    for (size_t i = 0; i < COUNT(services); i++) {
        CHECK_EQ(check_fresh(services[i], RULES_PRELUDE, b), STATUS_SERVER_PROTOCOL);
        CHECK_EQ(check_fresh(services[i], RULES_JOB, b), STATUS_SERVER_PROTOCOL);
    }
}
