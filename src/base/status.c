/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"

#define STATUS(name, number, class, actor, card, retry, cause, remedy)                             \
    [STATUS_##name] = { #name,         "CW-" #number, cause,       remedy,                         \
                        CLASS_##class, ACTOR_##actor, CARD_##card, retry },
static const struct status_entry entries[STATUS_MAX] = {
#include "base/status_list.h"
};
#undef STATUS

static const char *const class_names[CLASS_MAX] = {
    [CLASS_OK] = "ok",           [CLASS_INPUT] = "input",
    [CLASS_DENIED] = "denied",   [CLASS_CONFLICT] = "conflict",
    [CLASS_CARD] = "card",       [CLASS_PEER] = "peer",
    [CLASS_BLOCKED] = "blocked", [CLASS_IO] = "io",
    [CLASS_LIMIT] = "limit",     [CLASS_INTERNAL] = "internal",
};
static const int class_http[CLASS_MAX] = {
    [CLASS_OK] = 200,    [CLASS_INPUT] = 400,    [CLASS_DENIED] = 403,  [CLASS_CONFLICT] = 409,
    [CLASS_CARD] = 422,  [CLASS_PEER] = 502,     [CLASS_BLOCKED] = 503, [CLASS_IO] = 503,
    [CLASS_LIMIT] = 413, [CLASS_INTERNAL] = 500,
};
static const char *const actor_names[ACTOR_MAX] = {
    [ACTOR_NONE] = "nobody",     [ACTOR_HOLDER] = "holder",   [ACTOR_OPERATOR] = "operator",
    [ACTOR_RA_DESK] = "ra_desk", [ACTOR_SITE_IT] = "site_it",
};
static const char *const card_names[CARD_MAX] = {
    [CARD_UNTOUCHED] = "unchanged",
    [CARD_RESUMABLE] = "safe_finish_later",
    [CARD_LOST_TRY] = "one_try_used",
};

const struct status_entry *status_entry(enum status status)
{
    return &entries[(unsigned)status < STATUS_MAX ? status : STATUS_INTERNAL];
}

bool status_by_name(const char *name, enum status *ret_status)
{
    for (unsigned i = 0; i < STATUS_MAX; i++) {
        if (text_equal(entries[i].name, name)) {
            *ret_status = (enum status)i;
            return true;
        }
    }
    return false;
}

const char *status_class_name(enum status_class class)
{
    return (unsigned)class < CLASS_MAX ? class_names[class] : "internal";
}

const char *status_actor_name(enum status_actor actor)
{
    return (unsigned)actor < ACTOR_MAX ? actor_names[actor] : "nobody";
}

const char *status_card_name(enum status_card card)
{
    return (unsigned)card < CARD_MAX ? card_names[card] : "unchanged";
}

/* Those that say more than their class. What an agent says of a card is no answer of a server
 * behind this one, whatever is wrong with it; memory comes back. */
static const struct {
    enum status status;
    int http;
} own_http[] = {
    { STATUS_NOT_FOUND, 404 },       { STATUS_METHOD_UNKNOWN, 404 },  { STATUS_JOB_UNKNOWN, 404 },
    { STATUS_SESSION_MISSING, 401 }, { STATUS_SESSION_EXPIRED, 401 }, { STATUS_SESSION_ENDED, 401 },
    { STATUS_PAGE_TOKEN, 401 },      { STATUS_PAGE_BEARER, 401 },     { STATUS_JOB_ANSWER, 422 },
    { STATUS_OUT_OF_MEMORY, 503 },
};

int status_http(enum status status)
{
    for (size_t i = 0; i < COUNT(own_http); i++) {
        if (own_http[i].status == status) {
            return own_http[i].http;
        }
    }
    return class_http[status_entry(status)->class];
}

const char *status_problem(enum status status, int code, char ret_text[STATUS_PROBLEM_MAX])
{
    const struct status_entry *entry = status_entry(status);
    /* The catalogue's texts hold nothing that JSON would have to escape. */
    REQUIRE(text_format(ret_text, STATUS_PROBLEM_MAX,
                        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\","
                        "\"name\":\"%s\",\"cause\":\"%s\",\"remedy\":\"%s\",\"actor\":\"%s\","
                        "\"card\":\"%s\",\"retry\":%s}",
                        entry->cause, code, entry->code, entry->name, entry->cause, entry->remedy,
                        status_actor_name(entry->actor), status_card_name(entry->card),
                        entry->retry ? "true" : "false"));
    return ret_text;
}

struct fault fault_of(enum status status, const char *detail)
{
    struct fault fault = { .status = status, .tries_left = -1 };
    text_print_safe(span_of_text(detail), fault.detail, sizeof(fault.detail));
    return fault;
}

struct fault fault_at(enum status status, const char *where, const char *what)
{
    enum { WHERE_MAX = FAULT_DETAIL_MAX / 2 };
    char detail[2 * FAULT_DETAIL_MAX];
    size_t len = strlen(where);
    REQUIRE(text_format(detail, sizeof(detail), "%s: %.*s",
                        len > WHERE_MAX ? where + len - WHERE_MAX : where, FAULT_DETAIL_MAX, what));
    return fault_of(status, detail);
}
