/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_file_values.h"

#include "base/text.h"

struct value_range {
    const char *key;
    int min, max;
    int *ret_value;
};

/* Opens { "value": …, "source": … } under `key`; the place is then that of the inner value. */
static bool open_value(struct policy_reader *r, const json_t *values, const char *key,
                       json_t **ret_value)
{
    static const char *const members[] = { "value", "source", NULL };
    json_t *object;
    if (!policy_reader_member(r, values, key, &object)) {
        return false;
    }
    policy_reader_enter(r, key, 0);
    if (!policy_reader_is_object(r, object, members) || !policy_reader_has_source(r, object) ||
        !policy_reader_member(r, object, "value", ret_value)) {
        return false;
    }
    policy_reader_enter(r, "value", 0);
    return true;
}

static void close_value(struct policy_reader *r)
{
    policy_reader_leave(r);
    policy_reader_leave(r);
}

static bool read_int(struct policy_reader *r, const json_t *values, const struct value_range *range)
{
    json_t *value;
    if (!open_value(r, values, range->key, &value) ||
        !policy_reader_take_int(r, value, range->min, range->max, range->ret_value)) {
        return false;
    }
    close_value(r);
    return true;
}

/* One of a list of words; `*ret_index` is its place in the list. */
static bool read_word(struct policy_reader *r, const json_t *values, const char *key,
                      const char *const *words, size_t *ret_index)
{
    json_t *value;
    char word[POLICY_NAME_MAX];
    if (!open_value(r, values, key, &value) ||
        !policy_reader_take_text(r, value, word, sizeof(word))) {
        return false;
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        if (text_equal(words[i], word)) {
            *ret_index = i;
            close_value(r);
            return true;
        }
    }
    return policy_reader_fail(r, "'%s' is not one of the words that are permitted here", word);
}

static bool read_passcode(struct policy_reader *r, const json_t *values, const char *key,
                          struct policy_passcode *ret_passcode)
{
    static const char *const members[] = { "length_min", "length_max", "digits_only", NULL };
    json_t *value, *length_min, *length_max, *digits_only;
    if (!open_value(r, values, key, &value) || !policy_reader_is_object(r, value, members) ||
        !policy_reader_member(r, value, "length_min", &length_min) ||
        !policy_reader_member(r, value, "length_max", &length_max) ||
        !policy_reader_member(r, value, "digits_only", &digits_only)) {
        return false;
    }
    /* SP 800-73-4 part 2, 2.4.3: a passcode is padded to 8 bytes. */
    if (!policy_reader_take_int(r, length_min, 4, 8, &ret_passcode->length_min) ||
        !policy_reader_take_int(r, length_max, ret_passcode->length_min, 8,
                                &ret_passcode->length_max) ||
        !policy_reader_take_bool(r, digits_only, &ret_passcode->digits_only)) {
        return false;
    }
    close_value(r);
    return true;
}

static bool read_reminders(struct policy_reader *r, const json_t *values,
                           struct policy_values *ret_values)
{
    json_t *value;
    if (!open_value(r, values, "reminder_days", &value) ||
        !policy_reader_is_array(r, value, 0, POLICY_REMINDERS_MAX)) {
        return false;
    }
    int before = 3661;
    for (size_t i = 0; i < json_array_size(value); i++) {
        policy_reader_enter(r, NULL, i);
        if (!policy_reader_take_int(r, json_array_get(value, i), 1, before - 1,
                                    &ret_values->reminder_days[i])) {
            return false;
        }
        policy_reader_leave(r);
        before = ret_values->reminder_days[i];
    }
    ret_values->reminders_count = json_array_size(value);
    close_value(r);
    return true;
}

static bool read_open_organisations(struct policy_reader *r, const json_t *values,
                                    struct policy_values *ret_values)
{
    json_t *value;
    if (!open_value(r, values, "open_organisations", &value) ||
        !policy_reader_codes(r, value, ret_values->open_organisations,
                             POLICY_OPEN_ORGANISATIONS_MAX,
                             &ret_values->open_organisations_count)) {
        return false;
    }
    close_value(r);
    return true;
}

static bool read_key_type(struct policy_reader *r, const json_t *values,
                          struct policy_values *ret_values)
{
    json_t *value;
    char word[POLICY_NAME_MAX];
    if (!open_value(r, values, "key_type", &value) ||
        !policy_reader_take_text(r, value, word, sizeof(word))) {
        return false;
    }
    if (!public_key_type_by_name(word, &ret_values->key_type)) {
        return policy_reader_fail(r, "unknown key type '%s'", word);
    }
    close_value(r);
    return true;
}

/* "5.7.0": three numbers up to 255. */
static bool is_version(const char *text)
{
    unsigned long parts = 0;
    for (bool more = true; more; parts++) {
        char *end;
        bool digit = text[0] >= '0' && text[0] <= '9';
        if (!digit || strtoul(text, &end, 10) > 255 || parts == 3) {
            return false;
        }
        more = *end == '.';
        if (!more && *end != '\0') {
            return false;
        }
        text = end + 1;
    }
    return parts == 3;
}

static bool read_firmware(struct policy_reader *r, const json_t *values,
                          struct policy_values *ret_values)
{
    json_t *value;
    if (json_object_get(values, "firmware_min") == NULL) { /* a policy from before there was one */
        text_take(ret_values->firmware_min, sizeof(ret_values->firmware_min), "0.0.0");
        return true;
    }
    if (!open_value(r, values, "firmware_min", &value) ||
        !policy_reader_take_text(r, value, ret_values->firmware_min,
                                 sizeof(ret_values->firmware_min))) {
        return false;
    }
    if (!is_version(ret_values->firmware_min)) {
        return policy_reader_fail(r, "no version like 5.7.0: '%s'", ret_values->firmware_min);
    }
    close_value(r);
    return true;
}

static bool read_bool(struct policy_reader *r, const json_t *values, const char *key,
                      bool *ret_value)
{
    json_t *value;
    if (!open_value(r, values, key, &value) || !policy_reader_take_bool(r, value, ret_value)) {
        return false;
    }
    close_value(r);
    return true;
}

static bool read_choices(struct policy_reader *r, const json_t *json,
                         struct policy_values *ret_values)
{
    static const char *const passcode_words[] = { "session", "each_act", NULL };
    static const char *const resume_words[] = { "same_right", "any_role", NULL };
    static const char *const attestation_words[] = { "off", "if_present", "required", NULL };
    size_t passcode, resume, attestation = POLICY_ATTESTATION_IF_PRESENT;
    bool attests = json_object_get(json, "attestation") != NULL; /* older policies do not say */
    if (!read_word(r, json, "operator_passcode", passcode_words, &passcode) ||
        !read_word(r, json, "resume", resume_words, &resume) ||
        (attests && !read_word(r, json, "attestation", attestation_words, &attestation))) {
        return false;
    }
    ret_values->operator_passcode = (enum policy_operator_passcode)passcode;
    ret_values->resume = (enum policy_resume)resume;
    ret_values->attestation = (enum policy_attestation)attestation;
    return true;
}

bool policy_file_values_read(struct policy_reader *r, const json_t *json,
                             struct policy_values *ret_values)
{
    static const char *const members[] = { "window_days",
                                           "life_days",
                                           "key_type",
                                           "passcode_new",
                                           "passcode_entry",
                                           "reminder_days",
                                           "operator_passcode",
                                           "operator_idle_minutes",
                                           "session_minutes",
                                           "lock_minutes",
                                           "unproved_days",
                                           "resume",
                                           "attestation",
                                           "firmware_min",
                                           "repair_before_expiry",
                                           "open_organisations",
                                           NULL };
    const struct value_range ranges[] = {
        { "life_days", 2, 3660, &ret_values->life_days },
        { "window_days", 1, 3659, &ret_values->window_days },
        { "operator_idle_minutes", 1, 600, &ret_values->operator_idle_minutes },
        { "session_minutes", 1, 1440, &ret_values->session_minutes },
        { "lock_minutes", 0, 600, &ret_values->lock_minutes },
        { "unproved_days", 1, 365, &ret_values->unproved_days },
    };
    if (!policy_reader_is_object(r, json, members)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(ranges); i++) {
        if (!read_int(r, json, &ranges[i])) {
            return false;
        }
    }
    if (ret_values->window_days >= ret_values->life_days) {
        return policy_reader_fail_at_key(r, "window_days",
                                         "not shorter than the life of a certificate:");
    }
    return read_key_type(r, json, ret_values) &&
           read_passcode(r, json, "passcode_new", &ret_values->passcode_new) &&
           read_passcode(r, json, "passcode_entry", &ret_values->passcode_entry) &&
           read_reminders(r, json, ret_values) && read_choices(r, json, ret_values) &&
           read_firmware(r, json, ret_values) &&
           read_bool(r, json, "repair_before_expiry", &ret_values->repair_before_expiry) &&
           read_open_organisations(r, json, ret_values);
}
