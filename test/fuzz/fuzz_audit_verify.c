/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lifecycle/audit_verify.h"
#include "test/fuzz/fuzz.h"

/* A whole exported audit, line by line. Without a key that is trusted nothing can be believed. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct audit_verify v;
    struct span rest = span_of(bytes, len);
    uint64_t lines = 0;
    audit_verify_init(&v, &(struct audit_verify_options){ .keys_count = 0 });
    while (rest.len > 0) {
        const uint8_t *end = memchr(rest.ptr, '\n', rest.len);
        size_t line_len = end != NULL ? (size_t)(end - rest.ptr) + 1 : rest.len;
        audit_verify_line(&v, span_part(rest, 0, line_len));
        rest = span_part(rest, line_len, rest.len);
        lines++;
    }
    REQUIRE(audit_verify_end(&v) != STATUS_OK);
    REQUIRE(v.fault > AUDIT_FAULT_NONE && v.fault < AUDIT_FAULT_MAX);
    REQUIRE(v.bad_line <= lines && v.covered == 0 && v.lines <= lines);
    REQUIRE(audit_verify_fault_name(v.fault)[0] != '\0');
    return 0;
}
