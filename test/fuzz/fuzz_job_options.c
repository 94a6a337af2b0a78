/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/job_options.h"

#include "base/text.h"
#include "test/fuzz/fuzz_json.h"

/* The body of POST /v1/desk/jobs. A renewal that passes has a passcode, a service that sets one has
 * it twice. */
static enum status fill_seven(void *context, uint8_t *ret, size_t len)
{
    (void)context;
    for (size_t i = 0; i < len; i++) {
        ret[i] = 7;
    }
    return STATUS_OK;
}

static void check_options(struct job_options *options)
{
    const struct entropy entropy = { .fill = fill_seven };
    const struct job_options_limits limits = { .passcode_min = 6,
                                               .passcode_max = 8,
                                               .entropy = &entropy };
    char detail[FAULT_DETAIL_MAX] = "";
    fuzz_text(options->service, sizeof options->service);
    fuzz_text(options->identity_check, sizeof options->identity_check);
    REQUIRE(!options->reset || text_equal(options->service, "issue"));
    if (job_options_check(options, &limits, detail) == STATUS_OK) {
        REQUIRE(!rules_needs_passcode(&options->rules) || options->pin != NULL);
        REQUIRE(!rules_sets_passcode(&options->rules) ||
                (options->new_pin != NULL && options->new_pin->secret.len >= 6 &&
                 options->new_pin->secret.len <= 8));
    } else {
        REQUIRE(detail[0] != '\0');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct job_options options;
    char detail[FAULT_DETAIL_MAX] = "";
    json_t *json = fuzz_json(bytes, len);
    if (json != NULL && job_options_read(json, &options, detail) == STATUS_OK) {
        check_options(&options);
        job_options_wipe(&options);
        REQUIRE(options.pin == NULL && options.operator_passcode == NULL);
    }
    fuzz_text(detail, sizeof detail);
    json_decref(json);
    return 0;
}
