/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "sample_audit.h"

static struct audit_checkpoint sample_checkpoint(void)
{
    struct audit_checkpoint checkpoint = {
        .head.sequence = 7, .at = 1795339800, .signature = { 0xAB, 0xCD }, .signature_len = 2
    };
    memset(checkpoint.head.hash, 0x11, sizeof(checkpoint.head.hash));
    memset(checkpoint.key_id, 0x22, sizeof(checkpoint.key_id));
    return checkpoint;
}

static struct buf encoded(uint8_t *memory)
{
    struct buf line = buf_of(memory, AUDIT_CHECKPOINT_LINE_MAX);
    const struct audit_checkpoint checkpoint = sample_checkpoint();
    CHECK_EQ(audit_checkpoint_encode(&checkpoint, &line), STATUS_OK);
    return line;
}

TEST(audit_checkpoint_message__known_answer)
{
    uint8_t memory[AUDIT_CHECKPOINT_MESSAGE_MAX];
    char text[2 * AUDIT_CHECKPOINT_MESSAGE_MAX + 1];
    struct buf message = BUF(memory);
    const struct audit_checkpoint checkpoint = sample_checkpoint();
    CHECK_EQ(audit_checkpoint_message(&checkpoint, &message), STATUS_OK);
    CHECK(text_of_hex(buf_span(&message), text, sizeof(text)));
    CHECK_TEXT(text, "0000001e"
                     "6361726477726967687420617564697420636865636b706f696e74207631"
                     "00000008"
                     "0000000000000007"
                     "00000008"
                     "000000006b02b618"
                     "00000020"
                     "1111111111111111111111111111111111111111111111111111111111111111"
                     "00000020"
                     "2222222222222222222222222222222222222222222222222222222222222222");
}

TEST(audit_checkpoint_message__a_short_buffer_gets_nothing)
{
    uint8_t memory[50];
    struct buf message = BUF(memory);
    struct audit_checkpoint checkpoint = sample_checkpoint();
    CHECK_EQ(audit_checkpoint_message(&checkpoint, &message), STATUS_TOO_LARGE);
    CHECK_EQ(message.len, 0);
    checkpoint.head.sequence = 0; /* covers nothing */
    CHECK_EQ(audit_checkpoint_message(&checkpoint, &message), STATUS_BAD_VALUE);
}

TEST(audit_checkpoint_line__goes_out_and_comes_back)
{
    uint8_t memory[AUDIT_CHECKPOINT_LINE_MAX];
    const struct audit_checkpoint checkpoint = sample_checkpoint();
    struct audit_checkpoint found;
    struct buf line = encoded(memory);
    CHECK_EQ(audit_event_line_kind(buf_span(&line)), AUDIT_LINE_CHECKPOINT);
    CHECK_EQ(audit_checkpoint_decode(buf_span(&line), &found), STATUS_OK);
    CHECK_EQ(found.head.sequence, 7);
    CHECK_BYTES(found.head.hash, checkpoint.head.hash, AUDIT_HASH_LEN);
    CHECK_BYTES(found.key_id, checkpoint.key_id, AUDIT_HASH_LEN);
    CHECK_EQ(found.at, checkpoint.at);
    CHECK_EQ(found.signature_len, 2);
    CHECK_EQ(found.signature[1], 0xCD);
}

TEST(audit_checkpoint_line__fits_with_the_longest_signature)
{
    uint8_t memory[AUDIT_CHECKPOINT_LINE_MAX];
    struct buf line = BUF(memory);
    struct audit_checkpoint checkpoint = sample_checkpoint();
    checkpoint.head.sequence = INT64_MAX;
    checkpoint.signature_len = AUDIT_SIGNATURE_MAX;
    CHECK_EQ(audit_checkpoint_encode(&checkpoint, &line), STATUS_OK);
    checkpoint.signature_len++;
    CHECK_EQ(audit_checkpoint_encode(&checkpoint, &line), STATUS_BAD_VALUE);
}

TEST(audit_checkpoint_decode__refuses_truncations_and_other_spellings)
{
    uint8_t memory[AUDIT_CHECKPOINT_LINE_MAX];
    struct audit_checkpoint found = { .at = 5 };
    struct buf line = encoded(memory);
    for (size_t len = 0; len + 1 < line.len; len++) {
        CHECK_EQ(audit_checkpoint_decode(span_of(memory, len), &found), STATUS_AUDIT_BROKEN);
    }
    memory[line.len - 1] = ' ';
    CHECK_EQ(audit_checkpoint_decode(buf_span(&line), &found), STATUS_AUDIT_BROKEN);
    CHECK_EQ(found.at, 5);
}

static struct audit_checkpoint changed(struct audit_checkpoint checkpoint, unsigned what)
{
    switch (what) {
    case 0:
        checkpoint.head.sequence++;
        break;
    case 1:
        checkpoint.head.hash[0] ^= 1;
        break;
    case 2:
        checkpoint.at++;
        break;
    default:
        checkpoint.signature[checkpoint.signature_len - 1] ^= 1;
    }
    return checkpoint;
}

TEST(audit_checkpoint_check__believes_its_key_only)
{
    struct private_key *key = sample_new_key(KEY_TYPE_P256, 8);
    struct private_key *other = sample_new_key(KEY_TYPE_P256, 9);
    const struct audit_head head = { .sequence = 3 };
    const struct audit_checkpoint good = sample_audit_sign(NULL, &head, key);
    const struct public_key keys[] = { *private_key_public(other), *private_key_public(key) };

    CHECK_EQ(audit_checkpoint_check(&good, keys, 2), STATUS_OK);
    CHECK_EQ(audit_checkpoint_check(&good, keys, 1), STATUS_CA_UNKNOWN);
    CHECK_EQ(audit_checkpoint_check(&good, NULL, 0), STATUS_CA_UNKNOWN);
    for (unsigned what = 0; what < 4; what++) {
        const struct audit_checkpoint bad = changed(good, what);
        CHECK_EQ(audit_checkpoint_check(&bad, keys, 2), STATUS_SIGNATURE_WRONG);
    }
    struct audit_checkpoint claimed = sample_audit_sign(NULL, &head, other);
    memcpy(claimed.key_id, good.key_id, sizeof(claimed.key_id));
    CHECK_EQ(audit_checkpoint_check(&claimed, keys, 2), STATUS_SIGNATURE_WRONG);
    private_key_free(&key);
    private_key_free(&other);
}
