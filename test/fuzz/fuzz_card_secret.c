/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/card_secret.h"

#include <string.h>

#include "test/fuzz/fuzz.h"

/* What the signer gives out for one statement, however often a server asks and for whatever card:
 * each record of the input is one request. The quota holds, the card stays the same one, and a
 * refusal gives nothing. */
enum { RECORDS_MAX = 64, KEPT = 0x55 };

static struct signer signer;
static struct signer_request request;
static struct quota_record record;

static enum status fill_same(void *context, uint8_t *ret, size_t len)
{
    (void)context;
    memset(ret, 9, len);
    return STATUS_OK;
}

static uint8_t next(struct reader *in)
{
    uint8_t byte = 0;
    return reader_u8(in, &byte) ? byte : 0;
}

static void take_factory(struct reader *in, struct signer_factory *ret_factory)
{
    uint8_t bits = next(in);
    *ret_factory = (struct signer_factory){ .candidate = bits & 7 };
    ret_factory->facts.told = (enum factory_told)(bits >> 3 & 1);
    ret_factory->facts.algorithm = next(in);
    ret_factory->facts.version[0] = (char)('0' + (bits >> 4));
    ret_factory->facts.version[1] = '\0';
}

static void check_answer(struct reader *in, uint8_t card)
{
    static const struct entropy entropy = { .fill = fill_same };
    static const struct signer_moment moment = { .now = 1000, .entropy = &entropy };
    struct signer_management_request *m = &request.management;
    struct signer_management_answer answer, before;
    memset(&answer, KEPT, sizeof answer);
    before = answer;
    *m = (struct signer_management_request){ .card_id = { card }, .version = next(in) % 3 };
    m->algorithm = (enum management_algorithm)next(in);
    m->witness_len = next(in) % (CIPHER_BLOCK_MAX + 1);
    memset(m->witness, next(in), sizeof m->witness);
    take_factory(in, &m->factory);
    uint8_t answers = record.management_answers;
    if (card_secret_management_answer(&signer, &request, &record, &moment, &answer) != STATUS_OK) {
        REQUIRE(memcmp(&answer, &before, sizeof answer) == 0);
        return;
    }
    REQUIRE(record.management_answers == answers + 1 && answers < SIGNER_MANAGEMENT_ANSWERS_MAX);
    REQUIRE(answer.len == cipher_block_len(m->algorithm) && answer.len == m->witness_len);
    REQUIRE(record.card_id[0] == card);
}

static void check_key(struct reader *in, uint8_t card)
{
    const struct signer_management_request m = { .card_id = { card },
                                                 .version = next(in) % 3,
                                                 .algorithm = (enum management_algorithm)next(in) };
    struct secret key = { 0 };
    uint8_t keys = record.management_keys;
    if (card_secret_management_key(&signer, &m, &record, &key) != STATUS_OK) {
        REQUIRE(key.len == 0 && record.management_keys == keys);
        return;
    }
    REQUIRE(m.version > 0 && keys < SIGNER_MANAGEMENT_KEYS_MAX);
    REQUIRE(record.management_keys == keys + 1 && record.card_id[0] == card);
    REQUIRE(key.len == cipher_key_len(m.algorithm));
}

static void check_puk(struct reader *in, uint8_t card)
{
    uint8_t versions = next(in);
    struct signer_puk_request puk = { .card_id = { card },
                                      .old_version = versions & 3,
                                      .new_version = versions >> 2 & 3 };
    struct signer_puk_answer answer = { .old_puk.len = 0 };
    uint8_t puks = record.puks;
    take_factory(in, &puk.factory);
    if (card_secret_puk(&signer, &puk, &record, &answer) != STATUS_OK) {
        REQUIRE(answer.old_puk.len == 0 && answer.new_puk.len == 0 && record.puks == puks);
        return;
    }
    REQUIRE(puk.new_version > 0 && puk.new_version != puk.old_version);
    REQUIRE(puks < SIGNER_PUKS_MAX && record.puks == puks + 1 && record.card_id[0] == card);
    REQUIRE(answer.old_puk.len == FACTORY_PUK_LEN && answer.new_puk.len == FACTORY_PUK_LEN);
    REQUIRE(record.old_puk == puk.old_version && record.new_puk == puk.new_version);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static void (*const checks[])(struct reader * in, uint8_t card) = { check_answer, check_key,
                                                                        check_puk };
    struct reader in = reader_of(span_of(bytes, len));
    memset(&record, 0, sizeof record);
    memset(&request, 0, sizeof request);
    signer.keys.master = (struct secret){ .len = KDF_MASTER_LEN, .bytes = { 3 } };
    signer.keys.transport.count = next(&in) % 3;
    for (size_t i = 0; i < signer.keys.transport.count; i++) {
        struct transport_key *key = &signer.keys.transport.keys[i];
        *key = (struct transport_key){ .algorithm = MANAGEMENT_AES_192 };
        key->key.len = cipher_key_len(key->algorithm);
        key->puk.len = FACTORY_PUK_LEN;
    }
    for (size_t i = 0; i < RECORDS_MAX && in.rest.len > 0; i++) {
        uint8_t kind = next(&in);
        checks[kind % COUNT(checks)](&in, kind >> 6);
    }
    return 0;
}
