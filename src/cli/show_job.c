/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show_job.h"

#include <stdio.h>

#include "base/text.h"
#include "cli/desk_options.h"
#include "cli/show_card.h"
#include "port/terminal.h"

void show_job_step(const json_t *event)
{
    const char *state = desk_text(event, "state");
    bool failed = text_equal(state, "failed");
    if (text_equal(state, "running")) {
        if (terminal_is(1)) {
            printf("  ...  %s\r", desk_text(event, "text"));
            fflush(stdout);
        }
        return;
    }
    printf("  %s%s%s  %-44s %5lld ms\n", terminal_style(1, failed ? TERMINAL_RED : TERMINAL_GREEN),
           failed ? "no " : "ok ", terminal_style(1, TERMINAL_PLAIN), desk_text(event, "text"),
           (long long)desk_number(event, "ms"));
    fflush(stdout);
}

void show_job_result(const json_t *result)
{
    const json_t *receipt = json_object_get(result, "receipt");
    char until[16], next[16];
    desk_day(desk_number(receipt, "not_after"), until);
    desk_day(desk_number(receipt, "next_renewal"), next);
    printf("%sdone%s: certificates until %s%s\n", terminal_style(1, TERMINAL_GREEN),
           terminal_style(1, TERMINAL_PLAIN), until,
           json_is_true(json_object_get(receipt, "left_locked")) ? "; the card is left locked"
                                                                 : "");
    printf("receipt %s, next renewal from %s%s\n", desk_text(receipt, "number"), next,
           show_attestation(json_array_get(json_object_get(receipt, "certificates"), 0)));
    printf("%.2f s, card %.2f s; round trips: identify %lld, job %lld; %lld APDUs\n",
           (double)desk_number(result, "wall_ms") / 1000,
           (double)desk_number(result, "card_ms") / 1000,
           (long long)desk_number(result, "round_trips_identify"),
           (long long)desk_number(result, "round_trips_job"),
           (long long)desk_number(result, "apdus"));
}
