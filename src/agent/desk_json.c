/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/desk_json.h"

#include "base/text.h"
#include "port/clock_read.h"
#include "wire_agent/agent_message.h"
#include "wire_agent/json_part.h"

static const char *const phase_names[DESK_CARD_PHASE_MAX] = {
    [DESK_CARD_READING] = "reading", [DESK_CARD_READ] = "asking",   [DESK_CARD_ASKING] = "asking",
    [DESK_CARD_READY] = "ready",     [DESK_CARD_FAILED] = "failed", [DESK_CARD_USED] = "used",
};

static void set_fault(json_t **json, const char *name, const struct fault *fault)
{
    json_part_put(json, name, fault_to_json(fault));
}

static void set_status(json_t **json, const char *name, enum status status)
{
    if (status != STATUS_OK) {
        const struct fault fault = fault_of(status, "");
        set_fault(json, name, &fault);
    }
}

static json_t *hex(const uint8_t *bytes, size_t len)
{
    char text[2 * DESK_INSERTION_LEN + 1];
    return text_of_hex(span_of(bytes, len), text, sizeof(text)) ? json_string(text) : NULL;
}

static json_t *or_null(json_t *borrowed)
{
    return borrowed != NULL ? json_incref(borrowed) : json_null();
}

/* ---- readers ---- */

static const char *label_of(const struct card_identity *identity)
{
    return identity->serial[0] != '\0' ? identity->serial : identity->text;
}

static void describe_look(json_t **json, const struct desk_card *card)
{
    if (card->has_look) {
        json_part_put(json, "identity", json_string(card->look.identity.text));
        json_part_put(json, "label", json_string(label_of(&card->look.identity)));
    }
    json_part_put(json, "reading", json_boolean(card->phase == DESK_CARD_READING));
    if (card->has_fault && !card->has_look) {
        set_fault(json, "fault", &card->fault);
    }
}

static json_t *describe_reader(struct desk *desk, size_t index)
{
    const struct desk_slot *slot = &desk->readers.slots[index];
    const struct desk_card *card = desk_locked_card_at(desk, index);
    json_t *json = json_pack("{s:s, s:b, s:b, s:s}", "name", slot->name, "present",
                             (int)slot->present, "contactless", (int)slot->contactless, "role",
                             desk_state_role_name(desk_state_role(&desk->readers, index)));
    if (json != NULL && slot->present) {
        json_part_put(&json, "insertion", hex(slot->insertion, sizeof(slot->insertion)));
    }
    if (json != NULL && card != NULL) {
        describe_look(&json, card);
    }
    return json;
}

static json_t *describe_readers(struct desk *desk)
{
    json_t *array = json_array();
    for (size_t i = 0; i < desk->readers.count; i++) {
        json_part_add(&array, describe_reader(desk, i));
    }
    return array;
}

/* ---- the card that is served ---- */

json_t *desk_json_shown(const json_t *identify)
{
    json_t *shown = json_deep_copy(identify);
    size_t index;
    json_t *service;
    json_object_del(shown, "nonce");
    json_object_del(shown, "expires_at");
    json_array_foreach(json_object_get(shown, "services"), index, service)
    {
        json_object_del(service, "prelude");
        json_object_del(service, "job");
    }
    return shown;
}

json_t *desk_json_locked_card(struct desk *desk)
{
    size_t index;
    if (!desk->session.open || desk_state_user(&desk->readers, &index) != STATUS_OK) {
        return json_null();
    }
    const struct desk_card *card = desk_locked_card_at(desk, index);
    if (card == NULL) {
        return json_null();
    }
    json_t *json = json_pack("{s:s, s:o, s:s, s:s, s:I}", "reader", desk->readers.slots[index].name,
                             "insertion", hex(card->insertion, sizeof(card->insertion)), "identity",
                             card->has_look ? card->look.identity.text : "", "state",
                             phase_names[card->phase], "details_ms", (json_int_t)card->details_ms);
    if (json != NULL && card->shown != NULL) {
        json_part_put(&json, "identify", json_incref(card->shown));
    }
    if (json != NULL && card->has_fault) {
        set_fault(&json, "fault", &card->fault);
    }
    return json;
}

/* ---- the rest ---- */

json_t *desk_json_locked_session(struct desk *desk)
{
    struct desk_session *session = &desk->session;
    if (!session->open) {
        return json_null();
    }
    json_t *json = json_copy(session->shown);
    const char *word = session->passcode != NULL ? "held" : "needed";
    if (json != NULL) {
        json_part_put(&json, "operator_passcode", json_string(word));
    }
    return json;
}

static json_t *describe_login(const struct desk_login *login)
{
    if (!login->waiting) {
        return json_null();
    }
    return json_pack("{s:O, s:O}", "person", login->person, "profiles", login->profiles);
}

/* Whom to ask: as the server of the session says, else as the configuration does. */
static json_t *describe_contacts(const struct desk *desk)
{
    json_t *contacts = desk->session.open ? json_object_get(desk->session.shown, "contacts") : NULL;
    return contacts != NULL ? json_incref(contacts)
                            : json_pack("{s:s, s:s}", "ra_desk", desk->config.ra_desk, "site_it",
                                        desk->config.site_it);
}

static json_t *describe_job(const struct desk_job *job)
{
    if (!job->shown) {
        return json_null();
    }
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:o, s:s*, s:s*}", "job", job->id, "service",
                             job->service, "state", job->state, "identity", job->identity, "person",
                             or_null(job->person), "step", job->step, "text", job->text);
    if (json != NULL && job->receipt != NULL) {
        json_part_put(&json, "receipt", json_incref(job->receipt));
    }
    if (json != NULL && job->has_fault) {
        set_fault(&json, "fault", &job->fault);
    }
    return json;
}

json_t *desk_json_locked_state(struct desk *desk)
{
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "version",
                  CARDWRIGHT_VERSION, "origin", desk->config.origin, "workstation",
                  desk->config.workstation, "serial", (json_int_t)desk->serial, "now",
                  (json_int_t)clock_read_now(), "readers", describe_readers(desk), "login",
                  describe_login(&desk->login), "session", desk_json_locked_session(desk), "card",
                  desk_json_locked_card(desk), "job", describe_job(&desk->job));
    if (json == NULL) {
        return NULL;
    }
    json_part_put(&json, "word", json_string(desk->page.word));
    json_part_put(&json, "instance", json_string(desk->page.instance));
    json_part_put(&json, "contacts", describe_contacts(desk));
    set_status(&json, "fault", desk_state_fault(&desk->readers));
    if (desk->has_session_fault) {
        set_fault(&json, "session_fault", &desk->session_fault);
    }
    return json;
}
