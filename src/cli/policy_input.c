/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy_input.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "port/file_read.h"

static enum status parse(const char *path, struct span bytes, struct policy *ret_policy,
                         struct fault *reterr_fault)
{
    struct policy_file_error error = { .what = "" };
    char detail[FAULT_DETAIL_MAX];
    enum status status = policy_file_load(bytes, ret_policy, &error);
    if (status == STATUS_OK) {
        return digest_sha256(bytes, ret_policy->hash);
    }
    (void)snprintf(detail, sizeof(detail), "%s:%zu:%zu: %s", path, error.line, error.column,
                   error.what);
    *reterr_fault = fault_of(status, detail);
    return status;
}

enum status policy_input_load(const char *path, struct policy *ret_policy,
                              struct fault *reterr_fault)
{
    static uint8_t memory[POLICY_FILE_MAX + 1]; /* one more: a file too large is seen as such */
    struct buf bytes = BUF(memory);
    *reterr_fault = fault_of(STATUS_BAD_FILE, path);
    enum status status = file_read(path, &bytes);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, path);
        return status;
    }
    return parse(path, buf_span(&bytes), ret_policy, reterr_fault);
}
