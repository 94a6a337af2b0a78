/* SPDX-License-Identifier: Apache-2.0 */
#include "store_fixture.h"

static struct job_record *job_new(void)
{
    return calloc(1, sizeof(struct job_record));
}

STORE_TEST(store_job__comes_back_as_it_went_in)
{
    struct job_record *job = job_new();
    struct job_record *found = job_new();
    fixture_add_card(store, FIXTURE_CARD);
    *job = fixture_job(FIXTURE_JOB, FIXTURE_CARD);
    job->state_len = STORE_JOB_STATE_MAX;
    job->statement_len = 0;

    CHECK_EQ(store_job_add(store, job), STATUS_OK);

    memset(job->statement, 0, sizeof(job->statement)); /* nothing of it was in use */
    CHECK_EQ(store_job_get(store, FIXTURE_JOB, found), STATUS_OK);
    CHECK_BYTES(found, job, sizeof(*job));
    CHECK_EQ(store_job_get(store, FIXTURE_JOB_2, found), STATUS_NOT_FOUND);
    free(job);
    free(found);
}

STORE_TEST(store_job__one_open_job_for_a_card)
{
    struct job_record *job = job_new();
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_job(store, FIXTURE_JOB, FIXTURE_CARD);
    *job = fixture_job(FIXTURE_JOB_2, FIXTURE_CARD);

    CHECK_EQ(store_job_add(store, job), STATUS_STORE_CONFLICT);
    CHECK_EQ(store_job_open_of_card(store, FIXTURE_CARD, job), STATUS_OK);
    CHECK_TEXT(job->id, FIXTURE_JOB);
    memcpy(job->result, "committed", 10);
    CHECK_EQ(store_job_update(store, job), STATUS_OK);
    CHECK_EQ(store_job_open_of_card(store, FIXTURE_CARD, job), STATUS_NOT_FOUND);
    fixture_add_job(store, FIXTURE_JOB_2, FIXTURE_CARD);
    free(job);
}

STORE_TEST(store_job_update__changes_progress_only_and_needs_the_revision)
{
    struct job_record *job = job_new();
    struct job_record *stale = job_new();
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_job(store, FIXTURE_JOB, FIXTURE_CARD);
    CHECK_EQ(store_job_get(store, FIXTURE_JOB, job), STATUS_OK);
    *stale = *job;
    memcpy(job->phase, "certified", 10);
    memcpy(job->service, "repair", 7);
    memcpy(job->operator_uuid, FIXTURE_HOLDER, sizeof(job->operator_uuid));
    memcpy(job->workstation, "desk-8", 7);
    job->state[0] = 99;

    CHECK_EQ(store_job_update(store, job), STATUS_OK);
    CHECK_EQ(job->revision, 1);
    CHECK_EQ(store_job_update(store, stale), STATUS_STORE_CONFLICT);

    CHECK_EQ(store_job_get(store, FIXTURE_JOB, stale), STATUS_OK);
    CHECK_TEXT(stale->phase, "certified");
    CHECK_EQ(stale->state[0], 99);
    CHECK_TEXT(stale->operator_uuid, FIXTURE_HOLDER); /* whoever finishes it */
    CHECK_TEXT(stale->workstation, "desk-8");
    CHECK_TEXT(stale->service, "renew"); /* what a job is about never changes */
    memcpy(job->id, FIXTURE_JOB_2, sizeof(job->id));
    CHECK_EQ(store_job_update(store, job), STATUS_NOT_FOUND);
    free(job);
    free(stale);
}

STORE_TEST(store_job_open_list__without_the_finished)
{
    struct job_record *job = job_new();
    struct job_summary list[4];
    size_t count = 0;
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_card(store, FIXTURE_CARD_2);
    *job = fixture_job(FIXTURE_JOB, FIXTURE_CARD);
    memcpy(job->result, "abandoned", 10);
    CHECK_EQ(store_job_add(store, job), STATUS_OK);
    fixture_add_job(store, FIXTURE_JOB_2, FIXTURE_CARD_2);

    CHECK_EQ(store_job_open_list(store, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 1);
    CHECK_TEXT(list[0].id, FIXTURE_JOB_2);
    CHECK_TEXT(list[0].phase, "planned");
    CHECK_EQ(store_job_of_card(store, FIXTURE_CARD, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 1);
    CHECK_TEXT(list[0].result, "abandoned");
    free(job);
}

static void add_issue(struct store *store, const char *id, const char *card, const char *result)
{
    struct job_record *job = job_new();
    *job = fixture_job(id, card);
    memcpy(job->service, "issue", 6);
    memcpy(job->result, result, strlen(result) + 1);
    CHECK_EQ(store_job_add(store, job), STATUS_OK);
    free(job);
}

static void add_unissued(struct store *store, const char *id)
{
    struct card_record card = fixture_card(id);
    card.issued_at = 0;
    CHECK_EQ(store_card_add(store, &card), STATUS_OK);
}

static size_t overtaken(struct store *store, instant before)
{
    struct job_summary list[4];
    size_t count = 99;
    CHECK_EQ(store_job_overtaken(store, before, list, COUNT(list), &count), STATUS_OK);
    if (count == 1) {
        CHECK_TEXT(list[0].id, FIXTURE_JOB);
    }
    return count;
}

STORE_TEST(store_job_overtaken__by_a_later_issue_for_the_same_person)
{
    add_unissued(store, FIXTURE_CARD);
    add_issue(store, FIXTURE_JOB, FIXTURE_CARD, "");
    CHECK_EQ(overtaken(store, FIXTURE_NOW), 0); /* there is no other */
    fixture_add_card(store, FIXTURE_CARD_2);
    add_issue(store, FIXTURE_JOB_2, FIXTURE_CARD_2, "committed");

    CHECK_EQ(overtaken(store, FIXTURE_NOW), 1);
    CHECK_EQ(overtaken(store, FIXTURE_NOW - 1), 0); /* it has moved since */
}

STORE_TEST(store_job_overtaken__not_by_an_earlier_or_unfinished_one)
{
    fixture_add_card(store, FIXTURE_CARD_2);
    add_issue(store, FIXTURE_JOB_2, FIXTURE_CARD_2, "committed");
    add_unissued(store, FIXTURE_CARD);
    add_issue(store, FIXTURE_JOB, FIXTURE_CARD, "");
    CHECK_EQ(overtaken(store, FIXTURE_NOW), 0);
    add_issue(store, "00112233445566778899aabbccddeeff", FIXTURE_CARD_2, "refused");
    add_issue(store, "00112233445566778899aabbccddeefe", FIXTURE_CARD_2, "");
    CHECK_EQ(overtaken(store, FIXTURE_NOW), 0);
}

STORE_TEST(store_job_overtaken__not_of_a_card_that_was_issued_nor_of_another_person)
{
    struct card_record card = fixture_card(FIXTURE_CARD_2);
    fixture_add_card(store, FIXTURE_CARD);
    add_issue(store, FIXTURE_JOB, FIXTURE_CARD, "");
    CHECK_EQ(store_card_add(store, &card), STATUS_OK);
    add_issue(store, FIXTURE_JOB_2, FIXTURE_CARD_2, "committed");
    CHECK_EQ(overtaken(store, FIXTURE_NOW), 0);
    memcpy(card.person_uuid, FIXTURE_OPERATOR, sizeof(FIXTURE_OPERATOR));
    CHECK_EQ(store_card_update(store, &card), STATUS_OK);
    CHECK_EQ(store_card_get(store, FIXTURE_CARD, &card), STATUS_OK);
    card.issued_at = 0;
    CHECK_EQ(store_card_update(store, &card), STATUS_OK);
    CHECK_EQ(overtaken(store, FIXTURE_NOW), 0);
}

STORE_TEST(store_job_given_up_of_card__only_the_newest)
{
    struct job_record *job = job_new();
    fixture_add_card(store, FIXTURE_CARD);
    add_issue(store, FIXTURE_JOB, FIXTURE_CARD, "abandoned");
    CHECK_EQ(store_job_given_up_of_card(store, FIXTURE_CARD, job), STATUS_OK);
    CHECK_TEXT(job->id, FIXTURE_JOB);
    CHECK_EQ(store_job_given_up_of_card(store, FIXTURE_CARD_2, job), STATUS_NOT_FOUND);
    add_issue(store, FIXTURE_JOB_2, FIXTURE_CARD, "committed");
    CHECK_EQ(store_job_given_up_of_card(store, FIXTURE_CARD, job), STATUS_NOT_FOUND);
    free(job);
}

STORE_TEST(store_job_step__is_written_once)
{
    struct job_step_record step = { .job_id = FIXTURE_JOB, .number = 1, .at = FIXTURE_NOW };
    struct job_step_record found = { .number = 77 };
    uint8_t memory[64];
    struct buf answer = BUF(memory);
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_job(store, FIXTURE_JOB, FIXTURE_CARD);
    memset(step.request_hash, 0x31, sizeof(step.request_hash));
    CHECK_EQ(store_job_step_add(store, &step, SPAN_TEXT("first answer")), STATUS_OK);

    memset(step.request_hash, 0x32, sizeof(step.request_hash));
    CHECK_EQ(store_job_step_add(store, &step, SPAN_TEXT("second")), STATUS_STORE_CONFLICT);

    CHECK_EQ(store_job_step_get(store, FIXTURE_JOB, 2, &found, &answer), STATUS_NOT_FOUND);
    CHECK_EQ(found.number, 77);
    CHECK_EQ(store_job_step_get(store, FIXTURE_JOB, 1, &found, &answer), STATUS_OK);
    CHECK_SPAN(buf_span(&answer), SPAN_TEXT("first answer"));
    CHECK_EQ(found.request_hash[0], 0x31);
}

STORE_TEST(store_job_step_empty__empties_earlier_answers_only)
{
    uint8_t memory[64];
    struct buf answer = BUF(memory);
    struct job_step_record step = { .job_id = FIXTURE_JOB, .number = 1, .at = FIXTURE_NOW };
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_job(store, FIXTURE_JOB, FIXTURE_CARD);
    CHECK_EQ(store_job_step_add(store, &step, SPAN_TEXT("first")), STATUS_OK);
    step.number = 2;
    CHECK_EQ(store_job_step_add(store, &step, SPAN_TEXT("second")), STATUS_OK);

    CHECK_EQ(store_job_step_empty(store, FIXTURE_JOB, 2), STATUS_OK);

    CHECK_EQ(store_job_step_get(store, FIXTURE_JOB, 1, &step, &answer), STATUS_OK);
    CHECK_EQ(answer.len, 0);
    CHECK_EQ(store_job_step_get(store, FIXTURE_JOB, 2, &step, &answer), STATUS_OK);
    CHECK_SPAN(buf_span(&answer), SPAN_TEXT("second"));
}

STORE_TEST(store_job_step__has_limits)
{
    static uint8_t large[STORE_ANSWER_MAX + 1];
    static uint8_t memory[STORE_ANSWER_MAX];
    struct job_step_record step = { .job_id = FIXTURE_JOB, .number = 1, .at = FIXTURE_NOW };
    struct buf answer = BUF(memory);
    struct buf small = buf_of(memory, 10);
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_job(store, FIXTURE_JOB, FIXTURE_CARD);

    CHECK_EQ(store_job_step_add(store, &step, SPAN_OF(large)), STATUS_TOO_LARGE);
    CHECK_EQ(store_job_step_add(store, &step, span_of(large, STORE_ANSWER_MAX)), STATUS_OK);
    CHECK_EQ(store_job_step_get(store, FIXTURE_JOB, 1, &step, &small), STATUS_TOO_LARGE);
    CHECK_EQ(store_job_step_get(store, FIXTURE_JOB, 1, &step, &answer), STATUS_OK);
    CHECK_EQ(answer.len, STORE_ANSWER_MAX);
    memcpy(step.job_id, FIXTURE_JOB_2, sizeof(step.job_id)); /* no such job */
    CHECK_EQ(store_job_step_add(store, &step, SPAN_TEXT("x")), STATUS_BAD_VALUE);
}

STORE_TEST(store_job_step_last__counts_from_nothing)
{
    struct job_step_record step = { .job_id = FIXTURE_JOB, .number = 1, .at = FIXTURE_NOW };
    uint32_t last = 99;
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_job(store, FIXTURE_JOB, FIXTURE_CARD);

    CHECK_EQ(store_job_step_last(store, FIXTURE_JOB, &last), STATUS_OK);
    CHECK_EQ(last, 0);
    CHECK_EQ(store_job_step_add(store, &step, SPAN_NONE), STATUS_OK);
    step.number = 2;
    CHECK_EQ(store_job_step_add(store, &step, SPAN_NONE), STATUS_OK);
    CHECK_EQ(store_job_step_last(store, FIXTURE_JOB, &last), STATUS_OK);
    CHECK_EQ(last, 2);
}
