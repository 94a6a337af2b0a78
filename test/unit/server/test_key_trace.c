/* SPDX-License-Identifier: Apache-2.0 */
#include "server/key_trace.h"

#include <string.h>

#include "base/text.h"
#include "codec/tlv.h"
#include "crypto/private_key.h"
#include "crypto/weak_key.h"
#include "test/lib/sample_keys.h"
#include "test/lib/sample_weak_keys.h"
#include "test/lib/seed.h"
#include "test/lib/test.h"
#include "test/unit/store/store_fixture.h"

static struct cardop op;
static struct batch_result result;
static struct key_trace_list list;

static struct key_trace_scope open_scope(void)
{
    struct store *store = fixture_open(":memory:");
    fixture_fill(store);
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_card(store, FIXTURE_CARD_2);
    memset(&op, 0, sizeof(op));
    memset(&list, 0, sizeof(list));
    batch_result_init(&result);
    return (struct key_trace_scope){ store, FIXTURE_CARD, FIXTURE_NOW };
}

static void close_scope(struct key_trace_scope *scope)
{
    store_close(&scope->store);
}

static struct public_key key_of(uint64_t value)
{
    struct seed seed = { .value = value };
    struct entropy entropy = seed_entropy(&seed);
    struct private_key *key = NULL;
    CHECK_EQ(private_key_generate(KEY_TYPE_P256, &entropy, &key), STATUS_OK);
    struct public_key public_part = *private_key_public(key);
    private_key_free(&key);
    return public_part;
}

static enum status take_keys(const struct key_trace_scope *scope, uint64_t first, uint64_t second)
{
    op.keys[0].key = key_of(first);
    op.keys[1].key = key_of(second);
    memset(&list, 0, sizeof(list));
    return key_trace_of_keys(scope, &op, &list);
}

TEST(key_trace__resumed_job_may_bring_its_keys_again)
{
    struct key_trace_scope scope = open_scope();
    CHECK_EQ(take_keys(&scope, 1, 2), STATUS_OK);
    CHECK_EQ(list.count, 2);
    CHECK_EQ(key_trace_save(scope.store, &list), STATUS_OK);

    CHECK_EQ(take_keys(&scope, 1, 2), STATUS_OK);
    CHECK_EQ(list.count, 0); /* nothing is new */
    CHECK_EQ(take_keys(&scope, 3, 4), STATUS_OK);
    CHECK_EQ(list.count, 2);
    close_scope(&scope);
}

TEST(key_trace__key_of_another_card_slot_or_time)
{
    struct key_trace_scope scope = open_scope();
    struct key_trace_scope other = { scope.store, FIXTURE_CARD_2, FIXTURE_NOW };
    CHECK_EQ(take_keys(&scope, 1, 2), STATUS_OK);
    CHECK_EQ(key_trace_save(scope.store, &list), STATUS_OK);

    CHECK_EQ(take_keys(&other, 1, 5), STATUS_KEY_SHARED);
    CHECK_EQ(take_keys(&other, 5, 2), STATUS_KEY_SHARED);
    CHECK_EQ(take_keys(&scope, 2, 1), STATUS_KEY_SHARED); /* in the other slot */
    CHECK_EQ(take_keys(&other, 6, 6), STATUS_KEY_SHARED); /* in both */

    CHECK_EQ(fixture_number(scope.store, "SELECT count(*) FROM key_trace"), 2);
    CHECK_EQ(take_keys(&other, 5, 6), STATUS_OK);
    close_scope(&scope);
}

static struct public_key rsa_of(const char *modulus, const uint8_t exponent[3])
{
    uint8_t memory[PUBLIC_KEY_BYTES_MAX];
    struct buf bytes = BUF(memory);
    struct public_key key = { .type = KEY_TYPE_NONE };
    CHECK_EQ(public_key_of_rsa(seed_hex(modulus, &bytes), span_of(exponent, 3), &key), STATUS_OK);
    return key;
}

TEST(key_trace__same_modulus_with_another_exponent)
{
    static const uint8_t f4[] = { 1, 0, 1 }, other_e[] = { 1, 0, 3 };
    struct key_trace_scope scope = open_scope();
    op.keys[0].key = rsa_of(sound_apart, f4);
    op.keys[1].key = rsa_of(sound_factor, f4);
    CHECK_EQ(key_trace_of_keys(&scope, &op, &list), STATUS_OK);
    CHECK_EQ(key_trace_save(scope.store, &list), STATUS_OK);

    op.keys[0].key = rsa_of(sound_apart, other_e);
    CHECK_EQ(key_trace_of_keys(&scope, &op, &list), STATUS_KEY_SHARED);
    close_scope(&scope);
}

static void answer(const char *label, const char *signature)
{
    uint8_t memory[300], bytes_memory[280];
    struct buf out = BUF(memory), bytes = BUF(bytes_memory);
    size_t open;
    CHECK(text_parse_hex(signature, &bytes));
    CHECK(tlv_open(&out, 0x7C, &open) && tlv_put(&out, 0x82, buf_span(&bytes)) &&
          tlv_close(&out, open));
    CHECK(batch_result_add(&result, label, SW_OK, buf_span(&out)));
}

/* r and s of one byte each: the form is all that is looked at here. */
TEST(key_trace__nonce_that_comes_again)
{
    struct key_trace_scope scope = open_scope();
    struct key_trace_scope other = { scope.store, FIXTURE_CARD_2, FIXTURE_NOW };
    answer("prove-9c", "3006020105020107");
    answer("prove-9a", "3006020106020107");
    CHECK_EQ(key_trace_of_proofs(&scope, &result, &list), STATUS_OK);
    CHECK_EQ(list.count, 2);
    CHECK_EQ(key_trace_save(scope.store, &list), STATUS_OK);
    CHECK_EQ(key_trace_of_proofs(&scope, &result, &list), STATUS_OK); /* the same step again */

    batch_result_init(&result);
    answer("test-9c", "3006020105020108"); /* r of before, another s */
    CHECK_EQ(key_trace_of_proofs(&scope, &result, &list), STATUS_KEY_WEAK);
    CHECK_EQ(key_trace_of_proofs(&other, &result, &list), STATUS_KEY_WEAK);
    CHECK_EQ(fixture_number(scope.store, "SELECT count(*) FROM key_trace"), 2);
    close_scope(&scope);
}

TEST(key_trace__nonce_that_comes_twice_in_one_batch)
{
    struct key_trace_scope scope = open_scope();
    answer("prove-9c", "3006020105020107");
    answer("prove-9a", "3006020105020109");

    CHECK_EQ(key_trace_of_proofs(&scope, &result, &list), STATUS_KEY_WEAK);
    close_scope(&scope);
}

TEST(key_trace__only_proofs_of_new_keys_with_ecdsa_count)
{
    struct key_trace_scope scope = open_scope();
    answer("old-9a", "3006020105020107");
    answer("open", "3006020105020108");
    answer("prove-9a", "00112233445566778899aabbccddeeff"); /* as of RSA: no sequence */
    CHECK(batch_result_add(&result, "test-9a", 0x6982, SPAN_NONE));

    CHECK_EQ(key_trace_of_proofs(&scope, &result, &list), STATUS_OK);

    CHECK_EQ(list.count, 0);
    close_scope(&scope);
}

TEST(key_trace__machine_that_left_its_keys_can_be_journalled)
{
    static uint8_t memory[CARDOP_ENCODED_MAX];
    static struct cardop again;
    struct buf bytes = BUF(memory);
    const struct cardop_options options = { .service = CARDOP_RENEW,
                                            .job = FIXTURE_JOB,
                                            .origin = "https://ra.example",
                                            .key_type = KEY_TYPE_P256 };
    CHECK_EQ(cardop_init(&op, &options), STATUS_OK);
    op.stage = CARDOP_STAGE_WRITING;
    op.goal = CARDOP_GOAL_WRITE;
    op.want = CARDOP_WANT_COMMIT;
    op.keys_sent = true;
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        op.keys[i].key = key_of(i + 1);
        op.keys[i].known = op.keys[i].certified = op.keys[i].proved = true;
        op.keys[i].fingerprint[0] = (uint8_t)(i + 1);
    }

    key_trace_leave(&op);

    CHECK_EQ(cardop_encode(&op, &bytes), STATUS_OK);
    CHECK_EQ(cardop_decode(buf_span(&bytes), &again), STATUS_OK);
    CHECK(again.keys_sent);
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        CHECK(!again.keys[i].known && !again.keys[i].certified && !again.keys[i].proved);
        CHECK(again.keys[i].discarded);
        CHECK_EQ(again.keys[i].discarded_fingerprint[0], i + 1);
    }
}
