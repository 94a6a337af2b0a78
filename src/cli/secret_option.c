/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/secret_option.h"

#include <string.h>

#include "base/text.h"
#include "port/file_read.h"
#include "port/terminal.h"

enum { PROMPT_MAX = 160 };

static enum status read_file(const char *path, struct secret *ret_secret)
{
    uint8_t memory[SECRET_MAX];
    struct buf bytes = BUF(memory);
    if (text_equal(path, "-")) {
        enum status read = terminal_read_secret_from(0, ret_secret);
        return read == STATUS_STOPPED ? STATUS_BAD_VALUE : read; /* not one line came */
    }
    enum status status = file_read_secret(path, &bytes);
    if (status == STATUS_NOT_FOUND) {
        status = STATUS_BAD_FILE;
    } else if (status == STATUS_KEY_FILE) {
        status = STATUS_SECRET_FILE;
    } else if (status == STATUS_TOO_LARGE) {
        status = STATUS_BAD_VALUE;
    }
    const uint8_t *end =
        status == STATUS_OK && bytes.len > 0 ? memchr(memory, '\n', bytes.len) : NULL;
    size_t len = end != NULL ? (size_t)(end - memory) : bytes.len;
    if (status == STATUS_OK && !secret_set(ret_secret, span_of(memory, len))) {
        status = STATUS_BAD_VALUE;
    }
    wipe(memory, sizeof(memory));
    return status;
}

static enum status read_typed(const char *prompt, const char *suffix, struct secret *ret_secret)
{
    char text[PROMPT_MAX];
    if (!text_format(text, sizeof(text), "%s%s: ", prompt, suffix)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = terminal_read_secret(text, ret_secret);
    return status == STATUS_BAD_FILE ? STATUS_NO_TERMINAL : status;
}

enum status secret_option_read(const char *path, const char *prompt, struct secret *ret_secret)
{
    enum status status =
        path != NULL ? read_file(path, ret_secret) : read_typed(prompt, "", ret_secret);
    return status == STATUS_OK && ret_secret->len == 0 ? STATUS_BAD_VALUE : status;
}

enum status secret_option_read_twice(const char *path, const char *prompt,
                                     struct secret *ret_secret)
{
    struct secret again SCOPED_SECRET = { 0 };
    enum status status = secret_option_read(path, prompt, ret_secret);
    if (status != STATUS_OK || path != NULL) {
        return status; /* a file needs no second look */
    }
    status = read_typed(prompt, ", again", &again);
    if (status == STATUS_OK &&
        !equal_in_constant_time(secret_span(ret_secret), secret_span(&again))) {
        secret_wipe(ret_secret);
        status = STATUS_PASSCODE_MISMATCH;
    }
    return status;
}

struct fault secret_option_fault(enum status status, const char *option, const char *path)
{
    char form[64];
    if (status == STATUS_BAD_VALUE &&
        text_format(form, sizeof(form), "1 to %d bytes", SECRET_MAX)) {
        return fault_at(status, option, form);
    }
    return path != NULL ? fault_at(status, option, path) : fault_of(status, option);
}
