/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/job_options.h"

#include <string.h>

#include "agent/json_member.h"
#include "base/text.h"
#include "piv/piv_pin.h"

enum { RANDOM_DIGITS = 8 };

static bool take_text(const json_t *body, const char *name, char *ret_text, size_t max)
{
    return !json_member_is(body, name) || json_member_text(body, name, ret_text, max);
}

/* Absent: NULL. */
static enum status take_secret(const json_t *body, const char *name,
                               struct locked_secret **ret_secret)
{
    const json_t *value = json_object_get(body, name);
    if (value == NULL || json_is_null(value)) {
        return STATUS_OK;
    }
    const char *text = json_string_value(value);
    if (text == NULL) {
        return STATUS_BAD_MESSAGE;
    }
    enum status status = memory_lock_open(ret_secret);
    if (status != STATUS_OK) {
        return status;
    }
    return secret_set(&(*ret_secret)->secret, span_of(text, json_string_length(value)))
               ? STATUS_OK
               : STATUS_PASSCODE_FORM;
}

static enum status take_secrets(const json_t *body, struct job_options *o, char *reterr_detail)
{
    const struct {
        const char *name;
        struct locked_secret **to;
    } secrets[] = { { "passcode", &o->pin },
                    { "new_passcode", &o->new_pin },
                    { "new_passcode_again", &o->new_pin_again },
                    { "operator_passcode", &o->operator_passcode } };
    for (size_t i = 0; i < COUNT(secrets); i++) {
        enum status status = take_secret(body, secrets[i].name, secrets[i].to);
        if (status != STATUS_OK) {
            text_print_safe(span_of_text(secrets[i].name), reterr_detail, FAULT_DETAIL_MAX);
            return status;
        }
    }
    return STATUS_OK;
}

static const char *take_members(const json_t *body, struct job_options *o)
{
    static const char *const names[] = {
        "service",      "expect_card",        "person",      "passcode",
        "new_passcode", "new_passcode_again", "left_locked", "identity_check",
        "use_last_try", "operator_passcode",  "reset",       NULL
    };
    if (!json_is_object(body) || !json_member_only(body, names)) {
        return "an unknown member";
    }
    if (!json_member_text(body, "service", o->service, sizeof(o->service))) {
        return "service";
    }
    if (!take_text(body, "expect_card", o->expect_card, sizeof(o->expect_card))) {
        return "expect_card";
    }
    if (!take_text(body, "person", o->person, sizeof(o->person))) {
        return "person";
    }
    if (!take_text(body, "identity_check", o->identity_check, sizeof(o->identity_check))) {
        return "identity_check";
    }
    bool flags = json_member_flag(body, "left_locked", &o->left_locked) &&
                 json_member_flag(body, "use_last_try", &o->use_last_try) &&
                 json_member_flag(body, "reset", &o->reset);
    return flags ? NULL : "left_locked, use_last_try, reset";
}

enum status job_options_read(const json_t *body, struct job_options *ret_options,
                             char reterr_detail[FAULT_DETAIL_MAX])
{
    struct job_options options = { 0 };
    const char *wrong = take_members(body, &options);
    if (wrong != NULL) {
        text_print_safe(span_of_text(wrong), reterr_detail, FAULT_DETAIL_MAX);
        return STATUS_BAD_MESSAGE;
    }
    char operation[sizeof(options.service)];
    bool named = statement_operation(options.service, options.reset, operation, sizeof(operation));
    if (!named || text_equal(options.service, STATEMENT_ISSUE_RESET) ||
        !rules_init(&options.rules, operation, options.left_locked)) {
        text_print_safe(span_of_text(options.service), reterr_detail, FAULT_DETAIL_MAX);
        return STATUS_POLICY_UNKNOWN_SERVICE;
    }
    enum status status = take_secrets(body, &options, reterr_detail);
    if (status != STATUS_OK) {
        job_options_wipe(&options);
        return status;
    }
    *ret_options = options;
    return STATUS_OK;
}

/* ---- passcodes ---- */

/* Digits by rejection: no digit is likelier than another. */
static enum status random_digits(const struct entropy *entropy, struct secret *ret_secret)
{
    uint8_t digits[RANDOM_DIGITS];
    size_t count = 0;
    while (count < sizeof(digits)) {
        uint8_t byte;
        enum status status = entropy_fill(entropy, &byte, 1);
        if (status != STATUS_OK) {
            wipe(digits, sizeof(digits));
            return status;
        }
        if (byte < 250) {
            digits[count++] = (uint8_t)('0' + byte % 10);
        }
    }
    bool fits = secret_set(ret_secret, SPAN_OF(digits));
    wipe(digits, sizeof(digits));
    return fits ? STATUS_OK : STATUS_INTERNAL;
}

static enum status make_unknown(struct job_options *o, const struct entropy *entropy)
{
    memory_lock_close(&o->new_pin);
    enum status status = memory_lock_open(&o->new_pin);
    return status == STATUS_OK ? random_digits(entropy, &o->new_pin->secret) : status;
}

static enum status check_new(const struct job_options *o, const struct job_options_limits *limits)
{
    if (o->new_pin == NULL || o->new_pin_again == NULL) {
        return STATUS_PASSCODE_FORM;
    }
    struct span one = secret_span(&o->new_pin->secret);
    struct span two = secret_span(&o->new_pin_again->secret);
    if (!equal_in_constant_time(one, two)) {
        return STATUS_PASSCODE_MISMATCH;
    }
    return piv_pin_setting_check(one, limits->passcode_min, limits->passcode_max);
}

enum status job_options_check(struct job_options *options, const struct job_options_limits *limits,
                              char reterr_detail[FAULT_DETAIL_MAX])
{
    enum status status = STATUS_OK;
    const char *detail = "new_passcode";
    if (rules_needs_passcode(&options->rules)) {
        detail = "passcode";
        status = options->pin != NULL ? piv_pin_entry_check(secret_span(&options->pin->secret))
                                      : STATUS_PASSCODE_FORM;
    } else if (options->left_locked) {
        status = make_unknown(options, limits->entropy);
    } else {
        status = check_new(options, limits);
    }
    if (status == STATUS_OK && options->operator_passcode != NULL) {
        detail = "operator_passcode";
        status = piv_pin_entry_check(secret_span(&options->operator_passcode->secret));
    }
    if (status != STATUS_OK) {
        text_print_safe(span_of_text(detail), reterr_detail, FAULT_DETAIL_MAX);
    }
    return status;
}

void job_options_wipe_passcodes(struct job_options *options)
{
    memory_lock_close(&options->pin);
    memory_lock_close(&options->new_pin);
    memory_lock_close(&options->new_pin_again);
}

void job_options_wipe(struct job_options *options)
{
    job_options_wipe_passcodes(options);
    memory_lock_close(&options->operator_passcode);
    wipe(options, sizeof(*options));
}
