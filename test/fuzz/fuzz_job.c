/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "crypto/x509_read.h"
#include "test/fuzz/fuzz.h"
#include "test/unit/cardop/card_bench.h"

/* Jobs on a virtual card that is pulled again and again, and answers that were changed on their way
 * (card_bench.h plays card, workstation, server and signer):
 *
 *     the card's model; then for each job 4 bytes: service and what the agent does, the cut, the
 *     APDU at which it happens, the answer that is changed
 *
 * Without a changed answer the card can be brought to its end by jobs that nothing disturbs. With
 * them a job may fail for good, but nothing is committed that is not on the card. */
enum { JOBS_MAX = 4, RECOVERIES = 4, APDUS = 56 };
enum { FLAG_REPAIR = 1, FLAG_LOCKED = 2, FLAG_DIES = 4, FLAG_P384 = 8 };

static struct bench b;
static uint8_t change; /* 0: none */

static const enum vcard_fault_kind cuts[] = { VCARD_FAULT_NONE, VCARD_FAULT_CUT_BEFORE,
                                              VCARD_FAULT_TEAR, VCARD_FAULT_CUT_AFTER,
                                              VCARD_FAULT_STALL };

static void tamper(struct bench *bench)
{
    struct batch_result *r = &bench->result;
    if (change == 0 || r->count == 0) {
        return;
    }
    struct batch_answer *answer = &r->answers[change / 8 % r->count];
    switch (change % 8) {
    case 1:
        answer->sw = SW_OK;
        break;
    case 2:
        answer->sw = 0x63C1;
        break;
    case 3:
        answer->sw = SW_CONDITIONS;
        break;
    case 4:
        answer->data_len /= 2;
        break;
    case 5:
        if (answer->data_len > 0) {
            r->memory[answer->data_at + answer->data_len / 2] ^= 1;
        }
        break;
    case 6:
        r->count = change / 8 % r->count;
        break;
    default:
        r->outcome = BATCH_DONE;
        r->status = STATUS_OK;
        break;
    }
    change = 0;
}

static void check_current(void)
{
    for (size_t i = 0; i < b.certificates_count; i++) {
        const struct bench_certificate *c = &b.certificates[i];
        struct x509_info info;
        if (c->state == BENCH_CURRENT) {
            REQUIRE(span_equal(bench_certificate_on_card(&b, c->index), span_of(c->der, c->len)));
            REQUIRE(x509_read(span_of(c->der, c->len), &info) == STATUS_OK);
            REQUIRE(
                span_equal(bench_key_on_card(&b, c->index), span_of(info.key.bytes, info.key.len)));
        }
    }
}

static enum cardop_service service_of(uint8_t flags)
{
    return (flags & FLAG_REPAIR) != 0 ? CARDOP_REPAIR : CARDOP_RENEW;
}

/* A job that is open goes on as what it is. */
static void play_job(struct reader *in, enum cardop_service *service)
{
    uint8_t flags, cut, at;
    if (!reader_u8(in, &flags) || !reader_u8(in, &cut) || !reader_u8(in, &at) ||
        !reader_u8(in, &change)) {
        return;
    }
    *service = bench_job_open(&b) ? *service : service_of(flags);
    b.left_locked = *service == CARDOP_REPAIR && (flags & FLAG_LOCKED) != 0;
    b.agent_dies = (flags & FLAG_DIES) != 0;
    b.key_type = (flags & FLAG_P384) != 0 ? KEY_TYPE_P384 : KEY_TYPE_P256;
    bench_insert(&b);
    bench_arm(&b, cuts[cut % COUNT(cuts)], 1 + at % APDUS);
    if (bench_job(&b, *service) == STATUS_OK) {
        check_current();
    }
}

static void recover(enum cardop_service service)
{
    enum status status = STATUS_INTERNAL;
    b.agent_dies = false;
    b.left_locked = false;
    for (size_t i = 0; i < RECOVERIES && status != STATUS_OK; i++) {
        bench_insert(&b);
        status = bench_job(&b, service);
    }
    REQUIRE(status == STATUS_OK || status == STATUS_CARD_PUK_REFUSED);
    if (status == STATUS_OK) {
        bench_check_good(&b);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct reader in = reader_of(span_of(bytes, len));
    enum cardop_service service = CARDOP_RENEW;
    uint8_t model;
    bool changed = false;
    if (!reader_u8(&in, &model)) {
        return 0;
    }
    bench_issued(&b, (enum vcard_model)(model % VCARD_MODEL_MAX));
    b.tamper = tamper;
    for (size_t i = 0; i < JOBS_MAX && in.rest.len >= 4; i++) {
        changed = changed || in.rest.ptr[3] != 0;
        play_job(&in, &service);
    }
    if (!changed) {
        change = 0;
        recover(bench_job_open(&b) ? service : CARDOP_REPAIR);
    }
    return 0;
}
