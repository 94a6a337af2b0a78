/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_proxy.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { HOST_MAX = 256 };

/* "https://[::1]:8443" -> "::1" */
static bool host_of(const char *origin, char ret_host[HOST_MAX])
{
    const char *start = strstr(origin, "://");
    start = start != NULL ? start + 3 : origin;
    bool bracket = *start == '[';
    start += bracket ? 1 : 0;
    size_t len = strcspn(start, bracket ? "]" : ":/");
    return len > 0 && text_format(ret_host, HOST_MAX, "%.*s", (int)len, start);
}

/* "example.org" speaks for itself and for "ra.example.org", not for "myexample.org". */
static bool covers(const char *name, size_t len, const char *host)
{
    while (len > 0 && name[0] == '.') {
        name++;
        len--;
    }
    size_t host_len = strlen(host);
    if (len == 1 && name[0] == '*') {
        return true;
    }
    if (len == 0 || host_len < len || strncasecmp(host + host_len - len, name, len) != 0) {
        return false;
    }
    return host_len == len || host[host_len - len - 1] == '.';
}

static bool is_excepted(const char *no_proxy, const char *host)
{
    const char *at = no_proxy != NULL ? no_proxy : "";
    while (*at != '\0') {
        size_t len = strcspn(at, ", ");
        if (covers(at, len, host)) {
            return true;
        }
        at += len;
        at += strspn(at, ", ");
    }
    return false;
}

static const char *first_set(const struct doctor_proxy_environment *environment,
                             const char *const *names, size_t count, const char **ret_name)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = environment->get(names[i]);
        if (value != NULL && value[0] != '\0') {
            *ret_name = names[i];
            return value;
        }
    }
    return NULL;
}

/* Without scheme, user and password. */
static void take_address(const char *value, char ret_address[DOCTOR_PROXY_ADDRESS_MAX])
{
    const char *start = strstr(value, "://");
    start = start != NULL ? start + 3 : value;
    const char *at = strrchr(start, '@');
    start = at != NULL ? at + 1 : start;
    text_print_safe(span_of(start, strcspn(start, "/")), ret_address, DOCTOR_PROXY_ADDRESS_MAX);
}

bool doctor_proxy_of(const struct doctor_proxy_environment *environment, const char *origin,
                     struct doctor_proxy *ret_proxy)
{
    static const char *const secure[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };
    static const char *const plain[] = { "http_proxy", "all_proxy", "ALL_PROXY" };
    static const char *const excepted[] = { "no_proxy", "NO_PROXY" };
    char host[HOST_MAX];
    const char *name = NULL, *ignored = NULL;
    bool is_secure = strncmp(origin, "https:", 6) == 0;
    const char *value = is_secure ? first_set(environment, secure, COUNT(secure), &name)
                                  : first_set(environment, plain, COUNT(plain), &name);
    if (value == NULL || !host_of(origin, host) ||
        is_excepted(first_set(environment, excepted, COUNT(excepted), &ignored), host)) {
        return false;
    }
    ret_proxy->variable = name;
    take_address(value, ret_proxy->address);
    return true;
}
