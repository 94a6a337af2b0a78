/* SPDX-License-Identifier: Apache-2.0 */
#include "port/http_check.h"

#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { TARGET_MAX = 2048, HOST_MAX = 256, LENGTH_DIGITS_MAX = 18 };

/* Fields whose doubling lets two readers of one message see two messages, or two identities. */
static const char *const single_fields[] = {
    "Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Authorization", "Origin",
};

static const struct {
    enum evhttp_cmd_type command;
    const char *name;
} methods[] = {
    { EVHTTP_REQ_GET, "GET" }, { EVHTTP_REQ_HEAD, "HEAD" },     { EVHTTP_REQ_POST, "POST" },
    { EVHTTP_REQ_PUT, "PUT" }, { EVHTTP_REQ_DELETE, "DELETE" },
};

const char *http_check_method(struct evhttp_request *event)
{
    for (size_t i = 0; i < COUNT(methods); i++) {
        if (methods[i].command == evhttp_request_get_command(event)) {
            return methods[i].name;
        }
    }
    return NULL;
}

/* origin-form only (RFC 9112, 3.2.1), printable ASCII. */
static bool target_is_good(const char *target)
{
    size_t len = target == NULL ? 0 : strlen(target);
    if (len == 0 || len > TARGET_MAX || target[0] != '/') {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (target[i] <= ' ' || target[i] > '~') {
            return false;
        }
    }
    return true;
}

/* token (RFC 9110, 5.6.2): a name like "Content-Length " is none. */
static bool name_is_good(const char *name)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (const char *c = name; *c != '\0'; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');
        bool digit = *c >= '0' && *c <= '9';
        if (!letter && !digit && strchr(marks, *c) == NULL) {
            return false;
        }
    }
    return name[0] != '\0';
}

static bool value_is_good(const char *value)
{
    for (const char *c = value; *c != '\0'; c++) {
        if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7F) {
            return false;
        }
    }
    return true;
}

static size_t field_count(struct evkeyvalq *fields, const char *name)
{
    size_t count = 0;
    for (const struct evkeyval *f = fields->tqh_first; f != NULL; f = f->next.tqe_next) {
        count += strcasecmp(f->key, name) == 0;
    }
    return count;
}

static bool fields_are_good(struct evkeyvalq *fields)
{
    for (const struct evkeyval *f = fields->tqh_first; f != NULL; f = f->next.tqe_next) {
        if (!name_is_good(f->key) || !value_is_good(f->value)) {
            return false;
        }
    }
    for (size_t i = 0; i < COUNT(single_fields); i++) {
        if (field_count(fields, single_fields[i]) > 1) {
            return false;
        }
    }
    return true;
}

/* RFC 9112, 6.1 to 6.3: one way to tell the length, and only in its plain form. */
static bool framing_is_good(struct evkeyvalq *fields)
{
    const char *length = evhttp_find_header(fields, "Content-Length");
    const char *encoding = evhttp_find_header(fields, "Transfer-Encoding");
    if (length != NULL && encoding != NULL) {
        return false;
    }
    if (encoding != NULL && strcasecmp(encoding, "chunked") != 0) {
        return false;
    }
    return length == NULL || (strlen(length) <= LENGTH_DIGITS_MAX &&
                              text_is_digits(length, strlen(length)) && length[0] != '\0');
}

static bool host_matches(const char *host, const char *accepted, uint16_t port)
{
    static const char own_port[] = ":port";
    char text[HOST_MAX];
    size_t len = strlen(accepted);
    size_t suffix_len = sizeof(own_port) - 1;
    if (len < suffix_len || !text_equal(accepted + len - suffix_len, own_port)) {
        return strcasecmp(host, accepted) == 0;
    }
    return text_format(text, sizeof(text), "%.*s:%u", (int)(len - suffix_len), accepted,
                       (unsigned)port) &&
           strcasecmp(host, text) == 0;
}

static bool host_is_expected(const char *host, const char *const *hosts, size_t hosts_count,
                             uint16_t port)
{
    bool any = true;
    for (size_t i = 0; i < hosts_count && hosts[i] != NULL; i++) {
        any = false;
        if (host != NULL && host_matches(host, hosts[i], port)) {
            return true;
        }
    }
    return any;
}

int http_check_request(struct evhttp_request *event, const char *const *hosts, size_t hosts_count,
                       uint16_t port, enum status *ret_status)
{
    struct evkeyvalq *fields = evhttp_request_get_input_headers(event);
    const char *host = evhttp_find_header(fields, "Host");
    bool host_needed = event->major > 1 || (event->major == 1 && event->minor >= 1);
    *ret_status = STATUS_BAD_MESSAGE;
    if (!target_is_good(evhttp_request_get_uri(event)) || !fields_are_good(fields) ||
        !framing_is_good(fields) || (host_needed && host == NULL)) {
        return 400;
    }
    if (http_check_method(event) == NULL) {
        *ret_status = STATUS_METHOD_UNKNOWN;
        return 405;
    }
    return host_is_expected(host, hosts, hosts_count, port) ? 0 : 421;
}
