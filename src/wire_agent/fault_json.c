/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "wire_agent/agent_json.h"
#include "wire_agent/agent_message.h"

enum { TRIES_NONE = -1, TRIES_MAX = 255 };

json_t *fault_to_json(const struct fault *fault)
{
    const struct status_entry *entry = status_entry(fault->status);
    struct agent_json_writer out = agent_json_new();
    /* RFC 9457, 3.1: the members that everybody knows come first. */
    agent_json_put_text(&out, "type", "about:blank");
    agent_json_put_text(&out, "title", entry->cause);
    agent_json_put(&out, "status", json_integer(status_http(fault->status)));
    agent_json_put_text(&out, "detail", fault->detail);
    agent_json_put_text(&out, "code", entry->code);
    agent_json_put_text(&out, "name", entry->name);
    agent_json_put_text(&out, "cause", entry->cause);
    agent_json_put_text(&out, "remedy", entry->remedy);
    agent_json_put_text(&out, "actor", status_actor_name(entry->actor));
    agent_json_put_text(&out, "card", status_card_name(entry->card));
    agent_json_put(&out, "retry", json_boolean(entry->retry));
    agent_json_put_number(&out, "tries_left", fault->tries_left, TRIES_NONE);
    if (fault->sw != 0) {
        agent_json_put_word(&out, "sw", fault->sw);
    }
    return agent_json_finish(&out);
}

/* Our own texts come from our own catalogue: of the answer only name, detail and numbers count.
 * Members that are not ours are passed over, as RFC 9457, 3.2 wants. */
struct fault fault_of_json(const json_t *json)
{
    struct agent_json in = agent_json_of(json);
    const struct fault broken = fault_of(STATUS_SERVER_PROTOCOL, "");
    struct fault fault = fault_of(STATUS_OK, "");
    int64_t tries_left = TRIES_NONE;

    const char *name = agent_json_take_name(&in, "name");
    const char *detail = agent_json_take_name(&in, "detail");
    agent_json_take_number(&in, "tries_left", TRIES_NONE, TRIES_MAX, &tries_left);
    agent_json_take_word(&in, "sw", &fault.sw);
    if (in.bad || name == NULL || !status_by_name(name, &fault.status) ||
        fault.status == STATUS_OK) {
        return broken;
    }
    text_print_safe(span_of_text(detail), fault.detail, sizeof fault.detail);
    fault.tries_left = (int)tries_left;
    return fault;
}
