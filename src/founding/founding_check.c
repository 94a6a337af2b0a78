/* SPDX-License-Identifier: Apache-2.0 */
#include "founding/founding_check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/text.h"
#include "ca/certificate_profile.h"
#include "signer/signer_directory.h"

/* The server's and the agents' configuration take texts of this length (docs/configuration.md). */
enum { CONTACT_MAX = 255, DAYS_PER_YEAR = 365 };

static bool is_line(const char *value)
{
    char shown[CONTACT_MAX + 1];
    text_print_safe(span_of_text(value), shown, sizeof(shown));
    return text_equal(shown, value);
}

static bool is_code(const char *value)
{
    return value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")] == '\0';
}

static bool is_organisation(const char *value)
{
    return x509_name_value_is_good(X509_ORGANISATION, value);
}

static bool is_numeric(const char *value)
{
    struct in6_addr address;
    return inet_pton(AF_INET, value, &address) == 1 || inet_pton(AF_INET6, value, &address) == 1;
}

static bool is_dns_name(const char *value)
{
    static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
    return value[strspn(value, set)] == '\0' && strchr("-.", value[0]) == NULL &&
           strstr(value, "..") == NULL;
}

static bool is_host(const char *value)
{
    return founding_check_is_address(value) ? is_numeric(value) : is_dns_name(value);
}

static const struct rule {
    const char *option, *form;
    size_t at, least, most; /* bytes */
    bool (*is_good)(const char *value);
} rules[] = {
#define OPTION(option, member, least, most, form, is_good)                                         \
    {                                                                                              \
        option, form, offsetof(struct founding_options, member), least, most, is_good              \
    }
#define LINE(option, member, least, most)                                                          \
    OPTION(option, member, least, most, "one line of text", is_line)
    OPTION("--address", address, 1, INET6_ADDRSTRLEN - 1, "an IPv4 or IPv6 address", is_numeric),
    OPTION("--host", host, 1, X509_VALUE_CHARACTERS_MAX, "a DNS name or an address", is_host),
    OPTION("--organisation", organisation_name, 1, STORE_NAME_MAX - 1,
           "one line of 64 characters at most, no space at its ends", is_organisation),
    OPTION("--code", organisation_code, 1, STORE_CODE_MAX - 1, "of A to Z, 0 to 9 and '-'",
           is_code),
    LINE("--ra-desk", ra_desk, 1, CONTACT_MAX),
    LINE("--site-it", site_it, 1, CONTACT_MAX),
    LINE("--banner", banner, 0, CONTACT_MAX),
    LINE("--given", manager.given, 1, STORE_NAME_MAX - 1),
    LINE("--family", manager.family, 1, STORE_NAME_MAX - 1),
    LINE("--title", manager.title, 0, STORE_TITLE_MAX - 1),
    LINE("--email", manager.email, 0, STORE_EMAIL_MAX - 1),
#undef LINE
#undef OPTION
};

static enum status refused(const char *what, struct fault *reterr_fault)
{
    *reterr_fault = fault_of(STATUS_BAD_VALUE, what);
    return STATUS_BAD_VALUE;
}

static enum status check_values(const struct founding_options *options, struct fault *reterr_fault)
{
    for (size_t i = 0; i < COUNT(rules); i++) {
        const struct rule *rule = &rules[i];
        const char *value = NULL;
        char what[FAULT_DETAIL_MAX];
        memcpy(&value, (const char *)options + rule->at, sizeof(value));
        size_t len = strlen(value);
        if (len >= rule->least && len <= rule->most && rule->is_good(value)) {
            continue;
        }
        bool fits = text_format(what, sizeof(what), "%s: %zu to %zu bytes, %s", rule->option,
                                rule->least, rule->most, rule->form);
        return refused(fits ? what : rule->option, reterr_fault);
    }
    return STATUS_OK;
}

/* Nothing is valid before its CA is, and what the first day makes ends before the CA does. */
static enum status check_start(const struct founding_options *options, struct fault *reterr_fault)
{
    const instant day = SECONDS_PER_DAY;
    const instant life = (instant)SIGNER_DIRECTORY_CA_YEARS * DAYS_PER_YEAR * day;
    instant age = options->not_before == 0 ? day : options->now - options->not_before;
    bool good = age >= 0 && age + SIGNER_DIRECTORY_TLS_DAYS * day <= life;
    return good ? STATUS_OK
                : refused("--valid-from: a moment of the past, 13 years ago at most", reterr_fault);
}

/* Whether the profiles' templates have room for the first manager's names. */
static enum status check_subject(const struct founding_options *options,
                                 enum signer_purpose purpose, struct fault *reterr_fault)
{
    struct founding_profile file;
    struct certificate_profile profile;
    struct x509_name name;
    char what[FAULT_DETAIL_MAX], detail[CERTIFICATE_PROFILE_DETAIL_MAX];
    const struct certificate_fields fields = { .organisation_name = options->organisation_name,
                                               .organisation_code = options->organisation_code,
                                               .uuid = options->manager.uuid,
                                               .given = options->manager.given,
                                               .family = options->manager.family };
    enum status status = founding_profile_read(options, purpose, &file, reterr_fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = certificate_profile_load(span_of(file.text, file.len), &profile, detail);
    if (status != STATUS_OK) {
        *reterr_fault = fault_at(status, file.path, detail);
        return status;
    }
    if (certificate_profile_subject(&profile, &fields, &name) == STATUS_OK) {
        return STATUS_OK;
    }
    bool fits = text_format(what, sizeof(what),
                            "--given, --family: do not fit '%s' of the profile '%s', 64 characters",
                            profile.subject, profile.name);
    return refused(fits ? what : "--given, --family: do not fit the certificate", reterr_fault);
}

bool founding_check_is_address(const char *host)
{
    return host[strspn(host, "0123456789.")] == '\0' || strchr(host, ':') != NULL;
}

enum status founding_check(const struct founding_options *options, struct fault *reterr_fault)
{
    enum status status = check_values(options, reterr_fault);
    if (status == STATUS_OK) {
        status = check_start(options, reterr_fault);
    }
    for (unsigned i = 0; i < SIGNER_PURPOSE_MAX && status == STATUS_OK; i++) {
        status = check_subject(options, (enum signer_purpose)i, reterr_fault);
    }
    return status;
}
