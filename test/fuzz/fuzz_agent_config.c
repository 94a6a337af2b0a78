/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/config.h"

#include "base/text.h"
#include "test/fuzz/fuzz.h"

/* The agent's configuration file. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char detail[FAULT_DETAIL_MAX] = "";
    struct config config;
    if (config_parse(span_of(bytes, len), &config, detail) != STATUS_OK) {
        fuzz_text(detail, sizeof detail);
        return 0;
    }
    fuzz_text(config.origin, sizeof config.origin);
    fuzz_text(config.ca_file, sizeof config.ca_file);
    fuzz_text(config.socket, sizeof config.socket);
    struct span origin = span_of_text(config.origin);
    REQUIRE(span_starts(origin, SPAN_TEXT("https://")) ||
            span_starts(origin, SPAN_TEXT("http://127.")) ||
            span_starts(origin, SPAN_TEXT("http://localhost")) ||
            span_starts(origin, SPAN_TEXT("http://[::1]")));
    REQUIRE(origin.ptr[origin.len - 1] != '/');
    return 0;
}
