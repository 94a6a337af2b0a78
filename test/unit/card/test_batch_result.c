/* SPDX-License-Identifier: Apache-2.0 */
#include "card/batch.h"

#include "test/lib/test.h"

static struct batch_result result;

TEST(batch_result__finds_answers_by_label)
{
    batch_result_init(&result);
    CHECK(batch_result_add(&result, "select", SW_OK, SPAN_TEXT("abc")));
    CHECK(batch_result_add(&result, "verify", 0x63C2, SPAN_NONE));

    const struct batch_answer *found = batch_result_find(&result, "select");
    CHECK(found != NULL);
    CHECK_SPAN(batch_answer_data(&result, found), SPAN_TEXT("abc"));
    CHECK(batch_result_good(&result, "select"));
    CHECK(!batch_result_good(&result, "verify"));
    CHECK(!batch_result_good(&result, "absent"));
    CHECK(batch_result_find(&result, "absent") == NULL);
}

TEST(batch_result__refuses_what_does_not_fit_and_keeps_what_it_has)
{
    static const uint8_t large[RESULT_MEMORY_MAX];
    batch_result_init(&result);
    CHECK(batch_result_add(&result, "a", SW_OK, SPAN_TEXT("x")));
    CHECK(!batch_result_add(&result, "b", SW_OK, SPAN_OF(large)));
    CHECK(!batch_result_add(&result, "a-label-of-more-than-24-bytes", SW_OK, SPAN_NONE));
    CHECK_EQ(result.count, 1);
    CHECK_EQ(result.memory_len, 1);

    for (size_t i = 1; i < BATCH_OPS_MAX; i++) {
        CHECK(batch_result_add(&result, "c", SW_OK, SPAN_NONE));
    }
    CHECK(!batch_result_add(&result, "c", SW_OK, SPAN_NONE));
    CHECK_EQ(result.count, BATCH_OPS_MAX);
}

TEST(batch_result__every_outcome_has_a_name_that_leads_back)
{
    for (int i = 0; i < BATCH_OUTCOME_MAX; i++) {
        enum batch_outcome back;
        CHECK(batch_outcome_by_name(batch_outcome_name((enum batch_outcome)i), &back));
        CHECK_EQ(back, i);
    }
    enum batch_outcome untouched = BATCH_UNKNOWN;
    CHECK(!batch_outcome_by_name("perhaps", &untouched));
    CHECK(!batch_outcome_by_name(NULL, &untouched));
    CHECK_EQ(untouched, BATCH_UNKNOWN);
}
