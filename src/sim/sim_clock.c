/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_clock.h"

#include "port/clock_read.h"

static int64_t since_boot_us;
static int64_t boot_us;   /* wall clock at boot */
static int64_t jumped_us; /* by how much it is wrong */

void sim_clock_set(instant now)
{
    boot_us = (int64_t)now * 1000000 - since_boot_us;
    jumped_us = 0;
}

void sim_clock_pass_ms(int64_t ms)
{
    since_boot_us += ms * 1000;
}

void sim_clock_jump(int64_t seconds)
{
    boot_us += seconds * 1000000;
    jumped_us += seconds * 1000000;
}

/* What was dated ahead of the true time must have come to pass: so long time goes by as well. */
void sim_clock_set_right(void)
{
    boot_us -= jumped_us;
    since_boot_us += jumped_us > 0 ? jumped_us : -jumped_us;
    jumped_us = 0;
}

/* ---- port/clock_read.h ---- */

instant clock_read_now(void)
{
    return (instant)((boot_us + since_boot_us) / 1000000);
}

int64_t clock_read_monotonic_us(void)
{
    return since_boot_us;
}

int64_t clock_read_monotonic_ms(void)
{
    return since_boot_us / 1000;
}

void clock_read_pause_ms(int ms)
{
    sim_clock_pass_ms(ms);
}
