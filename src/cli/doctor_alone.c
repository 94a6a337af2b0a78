/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_alone.h"

#include <stdlib.h>

#include "cli/doctor_card.h"
#include "diagnosis/diagnosis_json.h"
#include "port/clock_read.h"
#include "wire_agent/agent_message.h"

static json_t *diagnose(const struct card_look *look)
{
    struct diagnosis diagnosis;
    struct diagnosis_facts facts = { .now = clock_read_now() };
    diagnosis_look(&look->report, &look->identity, &facts.card);
    diagnosis_make(&facts, &diagnosis);
    json_t *json = diagnosis_to_json(&diagnosis);
    json_object_set_new(json, "identity", json_string(look->identity.text));
    return json;
}

static json_t *look_at(const struct pcsc_reader_state *reader)
{
    json_t *json = NULL;
    struct card_look *look = calloc(1, sizeof(*look));
    enum status status = look != NULL ? doctor_card_read(reader, look) : STATUS_OUT_OF_MEMORY;
    if (status == STATUS_OK) {
        json = diagnose(look);
    } else {
        const struct fault fault = fault_of(status, reader->name);
        json = json_pack("{s:o}", "fault", fault_to_json(&fault));
    }
    json_object_set_new(json, "reader", json_string(reader->name));
    free(look);
    return json;
}

enum status doctor_alone_look(json_t **ret_cards, struct fault *reterr_fault)
{
    struct pcsc_reader_list list = { 0 };
    enum status status = doctor_card_readers(&list);
    json_t *cards = json_array();
    for (size_t i = 0; i < list.count && status == STATUS_OK; i++) {
        if (list.readers[i].present) {
            json_array_append_new(cards, look_at(&list.readers[i]));
        }
    }
    if (status == STATUS_OK && json_array_size(cards) == 0) {
        status = STATUS_CARD_ABSENT;
    }
    if (status != STATUS_OK) {
        json_decref(cards);
        *reterr_fault = fault_of(status, "");
        return status;
    }
    *ret_cards = cards;
    return STATUS_OK;
}
