/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_fault.h"

#include "sim/sim_random.h"
#include "test/lib/test.h"

TEST(sim_fault__a_plan_happens_at_its_visit_and_once)
{
    sim_fault_calm();
    sim_fault_count_anew();
    sim_fault_plan(SIM_CARD_TORN, 3);
    CHECK_EQ(sim_fault_at(SIM_AT_APDU), SIM_NOTHING);
    CHECK_EQ(sim_fault_at(SIM_AT_REQUEST), SIM_NOTHING);
    CHECK_EQ(sim_fault_at(SIM_AT_APDU), SIM_NOTHING);
    CHECK(!sim_fault_plan_done());
    CHECK_EQ(sim_fault_at(SIM_AT_APDU), SIM_CARD_TORN);
    CHECK(sim_fault_plan_done());
    sim_fault_count_anew();
    for (int i = 0; i < 10; i++) {
        CHECK_EQ(sim_fault_at(SIM_AT_APDU), SIM_NOTHING);
    }
}

TEST(sim_fault__calm_weather_has_no_faults_and_rough_weather_has)
{
    unsigned happened = 0;
    sim_random_seed(11);
    sim_fault_calm();
    for (int i = 0; i < 1000; i++) {
        CHECK_EQ(sim_fault_at(SIM_AT_COMMIT), SIM_NOTHING);
    }
    sim_fault_weather(5);
    for (int i = 0; i < 1000; i++) {
        happened += sim_fault_at(SIM_AT_REQUEST) != SIM_NOTHING ? 1 : 0;
    }
    CHECK(happened > 0);
    sim_fault_calm();
    for (int i = 0; i < 1000; i++) {
        CHECK_EQ(sim_fault_at(SIM_AT_REQUEST), SIM_NOTHING);
    }
}
