/* SPDX-License-Identifier: Apache-2.0 */
#include "port/http_request.h"

#include <event2/buffer.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/text.h"
#include "port/http_inside.h"

static const char bearer[] = "Bearer ";

const char *http_request_header(const struct http_request *request, const char *name)
{
    if (request->inside->event == NULL) {
        return NULL;
    }
    return evhttp_find_header(evhttp_request_get_input_headers(request->inside->event), name);
}

bool http_request_bearer(const struct http_request *request, struct span *ret_token)
{
    const char *value = http_request_header(request, "Authorization");
    if (value == NULL || strncasecmp(value, bearer, sizeof(bearer) - 1) != 0) {
        return false;
    }
    struct span token = span_of_text(value + sizeof(bearer) - 1);
    if (token.len == 0) {
        return false;
    }
    *ret_token = token;
    return true;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)((at - digits) % 16);
}

/* One byte of application/x-www-form-urlencoded text; `*at` moves past it. -1: badly encoded, or a
 * zero byte, which no text of ours holds. */
static int parameter_byte(const char **at)
{
    char c = **at;
    (*at)++;
    if (c == '+') {
        return ' ';
    }
    if (c != '%') {
        return (unsigned char)c;
    }
    int high = hex_digit((*at)[0]);
    int low = high < 0 ? -1 : hex_digit((*at)[1]);
    if (low < 0 || (high == 0 && low == 0)) {
        return -1;
    }
    *at += 2;
    return high * 16 + low;
}

static bool parameter_decode(const char *at, const char *end, char *ret_value, size_t max)
{
    size_t len = 0;
    while (at < end && len + 1 < max) {
        int byte = parameter_byte(&at);
        if (byte < 0) {
            return false;
        }
        ret_value[len++] = (char)byte;
    }
    if (at < end) {
        return false;
    }
    ret_value[len] = '\0';
    return true;
}

bool http_request_parameter(const struct http_request *request, const char *name, char *ret_value,
                            size_t max)
{
    size_t name_len = strlen(name);
    REQUIRE(max > 0);
    ret_value[0] = '\0';
    for (const char *at = request->query; at != NULL && *at != '\0';) {
        const char *mark = strchrnul(at, '&');
        if (strncmp(at, name, name_len) == 0 && at[name_len] == '=') {
            bool good = parameter_decode(at + name_len + 1, mark, ret_value, max);
            ret_value[good ? strlen(ret_value) : 0] = '\0';
            return good;
        }
        at = *mark == '&' ? mark + 1 : NULL;
    }
    return false;
}

void http_request_answer_header(struct http_request *request, const char *name, const char *value)
{
    for (const char *c = value; *c != '\0'; c++) {
        REQUIRE((unsigned char)*c >= ' ' && *c != 0x7F);
    }
    if (request->inside->event != NULL) {
        struct evkeyvalq *fields = evhttp_request_get_output_headers(request->inside->event);
        (void)evhttp_remove_header(fields, name);
        bool good = evhttp_add_header(fields, name, value) == 0;
        request->inside->is_lacking = request->inside->is_lacking || !good;
    }
}

/* Answers are about persons and cards: nothing may keep them, unless the handler says otherwise. */
static void fields_complete(struct http_request *request, const char *content_type)
{
    struct evkeyvalq *fields = evhttp_request_get_output_headers(request->inside->event);
    if (content_type != NULL) {
        http_request_answer_header(request, "Content-Type", content_type);
    }
    if (evhttp_find_header(fields, "Cache-Control") == NULL) {
        http_request_answer_header(request, "Cache-Control", "no-store");
    }
    http_request_answer_header(request, "X-Content-Type-Options", "nosniff");
}

static void answer_now(struct http_request *request, int code, struct span body)
{
    struct http_request_inside *inside = request->inside;
    char length[24];
    struct evbuffer *out = evbuffer_new();
    REQUIRE(text_format(length, sizeof(length), "%zu", body.len));
    http_request_answer_header(request, "Content-Length", length);
    bool send_body = out != NULL && body.len > 0 && !text_equal(request->method, "HEAD");
    bool good = !inside->is_lacking && out != NULL &&
                (!send_body || evbuffer_add(out, body.ptr, body.len) == 0);
    http_inside_answered(inside);
    if (good) {
        evhttp_send_reply(inside->event, code, NULL, out);
    } else {
        evhttp_connection_free(inside->connection); /* no memory: not even for saying so */
    }
    if (out != NULL) {
        evbuffer_free(out);
    }
}

void http_request_answer(struct http_request *request, int code, const char *content_type,
                         struct span body)
{
    REQUIRE(!request->inside->answered);
    if (request->inside->event == NULL) {
        http_inside_free(request->inside);
        return;
    }
    fields_complete(request, content_type);
    answer_now(request, code, body);
}

void http_request_refuse(struct http_request *request, int code, enum status status)
{
    char body[STATUS_PROBLEM_MAX];
    http_request_answer(request, code, "application/problem+json",
                        span_of_text(status_problem(status, code, body)));
}
