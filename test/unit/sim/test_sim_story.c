/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_story.h"

#include "port/log_write.h"
#include "test/lib/test.h"

TEST(sim_story__what_is_told_can_be_read_and_breaks_nothing)
{
    sim_story_tell("the card of %s is pulled", "Isla Novak");
    struct span text = sim_story_text();
    CHECK(memmem(text.ptr, text.len, "Isla Novak", 10) != NULL);
    CHECK(sim_story_broken() == NULL);
}

TEST(sim_story__a_secret_in_a_log_breaks_i2_and_the_first_breach_stays)
{
    sim_story_secret("48213579");
    sim_story_look(SPAN_TEXT("{\"pin\":\"4821\"}"), "a request");
    CHECK(sim_story_broken() == NULL);
    sim_story_look(SPAN_TEXT("{\"proof\":\"a48213579\"}"), "a request");
    sim_story_look(SPAN_TEXT("{\"proof\":\"482135790\"}"), "a request");
    CHECK(sim_story_broken() == NULL);
    log_write(LOG_LEVEL_INFO, "typed", LOG_FIELDS(LOG_TEXT("what", "48213579")));
    CHECK_TEXT(sim_story_broken(), "I2");
    sim_story_break("I4", "something else");
    CHECK_TEXT(sim_story_broken(), "I2");
}

TEST(sim_story__a_secret_is_found_as_hex_digits_too)
{
    static const char hex[] = "3438323133353739";
    sim_story_look(SPAN_TEXT(hex), "a batch");
    struct span text = sim_story_text();
    CHECK(memmem(text.ptr, text.len, "a batch", 7) != NULL);
}
