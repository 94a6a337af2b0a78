/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "server/act.h"
#include "server/audit.h"
#include "server/describe.h"
#include "wire_agent/json_part.h"

/* person: search, profile with cards and services, photograph. Reading personal data is audited
 * (I6) before the answer leaves. */
enum { PEOPLE_SHOWN_MAX = 50, CARDS_SHOWN_MAX = 32, QUERY_MAX = 128 };

/* "serial 10000006", "guid 9a77…", or the number alone, as `show` and `status` print it. */
static enum status find_by_card(struct store *store, const char *query,
                                struct person_record *ret_list, size_t *ret_count)
{
    struct card_record card;
    const char *space = strchr(query, ' ');
    const char *number = space != NULL ? space + 1 : query;
    enum status status = store_card_by_serial(store, number, NULL, &card);
    if (status != STATUS_OK) {
        status = store_card_by_guid(store, number, &card);
    }
    if (status == STATUS_OK && card.person_uuid[0] != '\0') {
        status = store_person_get(store, card.person_uuid, &ret_list[0]);
        *ret_count = status == STATUS_OK ? 1 : 0;
    }
    return status == STATUS_NOT_FOUND || status == STATUS_BAD_VALUE ? STATUS_OK : status;
}

enum status person_search(struct call *call, json_t **ret_answer)
{
    static struct person_record list[PEOPLE_SHOWN_MAX + 1];
    char query[QUERY_MAX];
    size_t count = 0;
    if (!http_request_parameter(call->http, "q", query, sizeof(query))) {
        return call_fail(call, STATUS_BAD_VALUE, "q");
    }
    enum status status = call_has_right(call, POLICY_SEARCH);
    if (status != STATUS_OK) {
        return status;
    }
    status = store_person_find(call->server->store, query, list, COUNT(list), &count);
    if ((status == STATUS_OK || status == STATUS_BAD_VALUE) && count == 0) {
        status = find_by_card(call->server->store, query, list, &count);
    }
    if (status == STATUS_OK) {
        status = audit_act(call, &(struct audit_act){ .event = AUDIT_SEARCH });
    }
    if (status != STATUS_OK) {
        return call_fail(call, status, "search");
    }
    json_t *array = json_array();
    for (size_t i = 0; i < count && i < PEOPLE_SHOWN_MAX; i++) {
        json_part_add(&array, describe_person(call->server->store, &list[i]));
    }
    *ret_answer = json_pack("{s:o, s:b}", "people", array, "more", count > PEOPLE_SHOWN_MAX);
    return STATUS_OK;
}

static json_t *describe_with_services(struct call *call, const struct card_record *card)
{
    static struct subject subject;
    json_t *json = describe_card(card, NULL);
    json_part_put(&json, "certificates", describe_certificates(call, card->id));
    if (subject_of_card(call, card, &subject) == STATUS_OK) {
        json_part_put(&json, "services", identify_services_of(call, &subject));
    }
    return json;
}

static bool in_date(struct call *call, const struct card_record *card, instant *ret_not_after)
{
    static struct certificate_record list[16];
    size_t count = 0;
    bool found = false;
    if (!text_equal(card->state, card_state_name(CARD_STATE_ACTIVE)) ||
        store_certificate_of_card(call->server->store, card->id, list, COUNT(list), &count) !=
            STATUS_OK) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (text_equal(list[i].state, "current") && list[i].not_after > call->now) {
            *ret_not_after = list[i].not_after;
            found = true;
        }
    }
    return found;
}

/* R7: the operator picks the latest in-date device; it is marked, so that nobody has to search. */
static json_t *describe_cards(struct call *call, const struct card_record *list, size_t count)
{
    json_t *array = json_array();
    size_t latest = count;
    instant latest_end = 0;
    for (size_t i = 0; i < count; i++) {
        instant end = 0;
        if (in_date(call, &list[i], &end) && end > latest_end) {
            latest = i;
            latest_end = end;
        }
    }
    for (size_t i = 0; i < count; i++) {
        json_t *card = describe_with_services(call, &list[i]);
        json_part_put(&card, "latest_in_date", json_boolean(i == latest));
        json_part_add(&array, card);
    }
    return array;
}

enum status person_show(struct call *call, json_t **ret_answer)
{
    static struct card_record cards[CARDS_SHOWN_MAX];
    struct person_record person;
    size_t count = 0;
    enum status status = call_has_right(call, POLICY_SEARCH);
    if (status != STATUS_OK) {
        return status;
    }
    if (!text_is_digits(call->argument, 12)) {
        return call_fail(call, STATUS_BAD_VALUE, "uuid");
    }
    status = store_person_get(call->server->store, call->argument, &person);
    if (status == STATUS_OK) {
        status =
            store_card_of_person(call->server->store, person.uuid, cards, COUNT(cards), &count);
    }
    if (status == STATUS_OK) {
        status = audit_act(
            call, &(struct audit_act){ .event = AUDIT_PERSON_VIEWED, .subject = person.uuid });
    }
    if (status != STATUS_OK) {
        return call_fail(call, status, call->argument);
    }
    *ret_answer = json_pack("{s:o, s:o}", "person", describe_person(call->server->store, &person),
                            "cards", describe_cards(call, cards, count));
    return STATUS_OK;
}

enum status person_photo(struct call *call, json_t **ret_answer)
{
    static char media_type[STORE_MEDIA_TYPE_MAX];
    (void)ret_answer;
    if (!text_is_digits(call->argument, 12)) {
        return call_fail(call, STATUS_BAD_VALUE, "uuid");
    }
    bool own = text_equal(call->argument, call->session.person);
    enum status status = own ? STATUS_OK : call_has_right(call, POLICY_SEARCH);
    if (status != STATUS_OK) {
        return status;
    }
    status = store_person_photo_get(call->server->store, call->argument, media_type, call->raw);
    if (status == STATUS_OK) {
        status = audit_act(call, &(struct audit_act){ .event = AUDIT_PERSON_VIEWED,
                                                      .subject = call->argument,
                                                      .detail = "photograph" });
    }
    if (status != STATUS_OK) {
        return call_fail(call, status, call->argument);
    }
    call->content_type = media_type;
    return STATUS_OK;
}
