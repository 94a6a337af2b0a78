/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "server/subject.h"

enum { READABLE_MAX = 128 }; /* the longest text that is looked at: identity_check */

enum status call_fail(struct call *call, enum status status, const char *detail)
{
    call->fault = fault_of(status, detail);
    return status;
}

bool call_text(const struct call *call, const char *name, char *ret_text, size_t max)
{
    const json_t *value = json_object_get(call->body, name);
    ret_text[0] = '\0';
    return json_is_string(value) && text_copy(ret_text, max, json_string_value(value));
}

bool call_text_optional(const struct call *call, const char *name, char *ret_text, size_t max)
{
    ret_text[0] = '\0';
    return json_object_get(call->body, name) == NULL || call_text(call, name, ret_text, max);
}

bool call_bytes(const struct call *call, const char *name, struct buf *ret_bytes)
{
    const json_t *value = json_object_get(call->body, name);
    return json_is_string(value) && text_parse_hex(json_string_value(value), ret_bytes);
}

static bool is_among(const char *name, const char *const *names)
{
    while (*names != NULL && !text_equal(*names, name)) {
        names++;
    }
    return *names != NULL;
}

bool call_only(const struct call *call, const char *const *names)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(call->body, name, value)
    {
        if (!is_among(name, names)) {
            return false;
        }
    }
    return true;
}

bool call_is_readable(const char *text)
{
    char printable[READABLE_MAX];
    text_print_safe(span_of_text(text), printable, sizeof(printable));
    return text_equal(printable, text) && text[strspn(text, " ")] != '\0';
}

enum status call_has_right(struct call *call, enum policy_service service)
{
    static struct subject subject;
    static struct policy_result result;
    enum status status = subject_gather(call, NULL, NULL, &subject);
    if (status == STATUS_OK) {
        policy_evaluate(&call->server->policy, &subject.facts, &result);
        status = policy_refusal(&result, service);
    }
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, policy_service_name(service));
}

struct span server_ca_der(const struct server *s, enum server_ca which)
{
    return span_of(s->cas[which], s->ca_lens[which]);
}

enum status server_random_id(struct server *s, char ret_id[STORE_ID_MAX])
{
    uint8_t bytes[16];
    enum status status = entropy_fill(&s->entropy, bytes, sizeof(bytes));
    if (status != STATUS_OK) {
        return status;
    }
    return text_of_hex(SPAN_OF(bytes), ret_id, STORE_ID_MAX) ? STATUS_OK : STATUS_INTERNAL;
}
