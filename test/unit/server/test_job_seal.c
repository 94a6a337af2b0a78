/* SPDX-License-Identifier: Apache-2.0 */
#include "server/job_seal.h"
#include "test/lib/seed.h"
#include "test/lib/test.h"

static struct server server;
static uint8_t memory[256];

static struct buf sealed_of(const char *job, uint32_t step)
{
    struct buf sealed = BUF(memory);
    CHECK_EQ(job_seal_start(&server), STATUS_OK);
    CHECK_EQ(job_seal_close(&server, job, step, SPAN_TEXT("puk 83746152"), &sealed), STATUS_OK);
    return sealed;
}

TEST(job_seal__opens_what_it_closed_and_shows_nothing_meanwhile)
{
    struct seed seed = { 0 };
    uint8_t answer_memory[64];
    struct buf answer = BUF(answer_memory);
    server.entropy = seed_entropy(&seed);

    struct buf sealed = sealed_of("00112233445566778899aabbccddeeff", 2);

    CHECK(memmem(sealed.ptr, sealed.len, "83746152", 8) == NULL);
    CHECK_EQ(
        job_seal_open(&server, "00112233445566778899aabbccddeeff", 2, buf_span(&sealed), &answer),
        STATUS_OK);
    CHECK_SPAN(buf_span(&answer), SPAN_TEXT("puk 83746152"));
}

TEST(job_seal__an_answer_belongs_to_its_job_and_step)
{
    struct seed seed = { 0 };
    uint8_t answer_memory[64];
    struct buf answer = BUF(answer_memory);
    server.entropy = seed_entropy(&seed);
    struct buf sealed = sealed_of("00112233445566778899aabbccddeeff", 2);

    CHECK_EQ(
        job_seal_open(&server, "00112233445566778899aabbccddeeff", 3, buf_span(&sealed), &answer),
        STATUS_STORE);
    CHECK_EQ(
        job_seal_open(&server, "10112233445566778899aabbccddeeff", 2, buf_span(&sealed), &answer),
        STATUS_STORE);
    CHECK_EQ(answer.len, 0);
}

TEST(job_seal__refuses_every_changed_byte_and_what_was_emptied)
{
    struct seed seed = { 0 };
    uint8_t answer_memory[64];
    struct buf answer = BUF(answer_memory);
    server.entropy = seed_entropy(&seed);
    struct buf sealed = sealed_of("00112233445566778899aabbccddeeff", 2);

    for (size_t i = 0; i < sealed.len; i++) {
        sealed.ptr[i] ^= 1;
        CHECK_EQ(job_seal_open(&server, "00112233445566778899aabbccddeeff", 2, buf_span(&sealed),
                               &answer),
                 STATUS_STORE);
        sealed.ptr[i] ^= 1;
    }
    CHECK_EQ(job_seal_open(&server, "00112233445566778899aabbccddeeff", 2, SPAN_NONE, &answer),
             STATUS_JOB_ORDER);
    CHECK_EQ(answer.len, 0);
}
