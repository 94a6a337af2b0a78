/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/card_report.h"

#include <string.h>

#include "base/check.h"
#include "crypto/digest.h"
#include "piv/card_model.h"
#include "wire_agent/agent_json.h"

#define REPORT_TAG "cardwright card report v1"

enum { CANONICAL_MAX = 16384, TRIES_UNKNOWN = -1, TRIES_MAX = 255, INSERTION_LEN = 16 };

static const char *const object_names[REPORT_OBJECT_COUNT] = {
    [REPORT_CHUID] = "chuid",
    [REPORT_DISCOVERY] = "discovery",
    [REPORT_CERTIFICATE_9A] = "certificate_9a",
    [REPORT_CERTIFICATE_9C] = "certificate_9c",
};

static const char *const metadata_names[REPORT_METADATA_COUNT] = {
    [REPORT_METADATA_9A] = "9a", [REPORT_METADATA_9C] = "9c", [REPORT_METADATA_9B] = "9b",
    [REPORT_METADATA_80] = "80", [REPORT_METADATA_81] = "81",
};

void card_report_init(struct card_report *r)
{
    *r = (struct card_report){ .tries_left = TRIES_UNKNOWN };
}

/* ---- writing ---- */

static json_t *object_to_json(const struct report_data *object)
{
    struct agent_json_writer out = agent_json_new();
    agent_json_put_word(&out, "sw", object->sw);
    agent_json_put_bytes(&out, "data", span_of(object->bytes, object->len));
    return agent_json_finish(&out);
}

static json_t *objects_to_json(const struct card_report *r)
{
    struct agent_json_writer out = agent_json_new();
    for (size_t i = 0; i < REPORT_OBJECT_COUNT; i++) {
        if (r->objects[i].sw != 0 || r->objects[i].len > 0) {
            agent_json_put(&out, object_names[i], object_to_json(&r->objects[i]));
        }
    }
    return agent_json_finish(&out);
}

static json_t *metadata_to_json(const struct card_report *r)
{
    struct agent_json_writer out = agent_json_new();
    for (size_t i = 0; i < REPORT_METADATA_COUNT; i++) {
        agent_json_put_bytes(&out, metadata_names[i],
                             span_of(r->metadata[i].bytes, r->metadata[i].len));
    }
    return agent_json_finish(&out);
}

json_t *card_report_to_json(const struct card_report *r)
{
    struct agent_json_writer out = agent_json_new();
    agent_json_put_bytes(&out, "atr", span_of(r->atr, r->atr_len));
    agent_json_put_text(&out, "serial", r->serial);
    agent_json_put_text(&out, "version", r->version);
    agent_json_put_bool(&out, "contactless", r->contactless);
    agent_json_put_bool(&out, "extended_length", r->extended_length);
    agent_json_put_number(&out, "tries_left", r->tries_left, TRIES_UNKNOWN);
    agent_json_put_number(&out, "management_algorithm", r->management_algorithm, 0);
    agent_json_put_bytes(&out, "insertion", SPAN_OF(r->insertion));
    agent_json_put(&out, "objects", objects_to_json(r));
    agent_json_put(&out, "metadata", metadata_to_json(r));
    return agent_json_finish(&out);
}

/* ---- reading ---- */

static bool object_of_json(const json_t *json, struct report_data *object)
{
    struct agent_json in = agent_json_of(json);
    size_t len = 0;
    agent_json_need(&in, "sw");
    agent_json_take_word(&in, "sw", &object->sw);
    agent_json_take_bytes(&in, "data", object->bytes, sizeof object->bytes, &len);
    object->len = (uint16_t)len;
    return agent_json_end(&in);
}

static bool objects_of_json(const json_t *json, struct card_report *r)
{
    struct agent_json in = agent_json_of(json);
    for (size_t i = 0; i < REPORT_OBJECT_COUNT; i++) {
        const json_t *object = agent_json_take(&in, object_names[i]);
        if (object != NULL && !object_of_json(object, &r->objects[i])) {
            return false;
        }
    }
    return agent_json_end(&in);
}

static bool metadata_of_json(const json_t *json, struct card_report *r)
{
    struct agent_json in = agent_json_of(json);
    for (size_t i = 0; i < REPORT_METADATA_COUNT; i++) {
        size_t len = 0;
        agent_json_take_bytes(&in, metadata_names[i], r->metadata[i].bytes,
                              sizeof r->metadata[i].bytes, &len);
        r->metadata[i].len = (uint16_t)len;
    }
    return agent_json_end(&in);
}

static bool consists_of(const char *text, const char *permitted)
{
    return text[strspn(text, permitted)] == '\0';
}

static bool parts_of_json(struct agent_json *in, struct card_report *r)
{
    agent_json_need(in, "objects");
    agent_json_need(in, "metadata");
    const json_t *objects = agent_json_take(in, "objects");
    const json_t *metadata = agent_json_take(in, "metadata");
    return !in->bad && objects_of_json(objects, r) && metadata_of_json(metadata, r);
}

enum status card_report_of_json(const json_t *json, struct card_report *ret_report)
{
    struct card_report r;
    struct agent_json in = agent_json_of(json);
    int64_t tries_left = TRIES_UNKNOWN, algorithm = 0;

    card_report_init(&r);
    agent_json_take_bytes(&in, "atr", r.atr, sizeof r.atr, &r.atr_len);
    agent_json_take_text(&in, "serial", r.serial, sizeof r.serial);
    agent_json_take_text(&in, "version", r.version, sizeof r.version);
    agent_json_take_bool(&in, "contactless", &r.contactless);
    agent_json_take_bool(&in, "extended_length", &r.extended_length);
    agent_json_take_number(&in, "tries_left", TRIES_UNKNOWN, TRIES_MAX, &tries_left);
    agent_json_take_number(&in, "management_algorithm", 0, UINT8_MAX, &algorithm);
    agent_json_need(&in, "insertion");
    agent_json_take_exactly(&in, "insertion", r.insertion, INSERTION_LEN);
    r.tries_left = (int)tries_left;
    r.management_algorithm = (uint8_t)algorithm;
    if (!parts_of_json(&in, &r) || !agent_json_end(&in) || !consists_of(r.serial, "0123456789") ||
        !consists_of(r.version, "0123456789.")) {
        return STATUS_BAD_MESSAGE;
    }
    *ret_report = r;
    return STATUS_OK;
}

/* ---- canonical form ---- */

static void put_number(struct buf *out, int64_t number)
{
    buf_put_u64(out, (uint64_t)number);
}

enum status card_report_hash(const struct card_report *r, uint8_t ret_hash[32])
{
    uint8_t memory[CANONICAL_MAX];
    struct buf out = BUF(memory);

    buf_put_field(&out, SPAN_TEXT(REPORT_TAG));
    buf_put_field(&out, span_of(r->atr, r->atr_len));
    buf_put_field(&out, span_of_text(r->serial));
    buf_put_field(&out, span_of_text(r->version));
    put_number(&out, r->contactless ? 1 : 0);
    put_number(&out, r->extended_length ? 1 : 0);
    put_number(&out, r->tries_left);
    put_number(&out, r->management_algorithm);
    buf_put_field(&out, SPAN_OF(r->insertion));
    for (size_t i = 0; i < REPORT_OBJECT_COUNT; i++) {
        put_number(&out, r->objects[i].sw);
        buf_put_field(&out, span_of(r->objects[i].bytes, r->objects[i].len));
    }
    for (size_t i = 0; i < REPORT_METADATA_COUNT; i++) {
        buf_put_field(&out, span_of(r->metadata[i].bytes, r->metadata[i].len));
    }
    REQUIRE(!out.full);
    return digest_sha256(buf_span(&out), ret_hash);
}

/* ---- what the card can and tells ---- */

bool card_report_metadata(const struct card_report *r, enum report_metadata which,
                          struct metadata *ret_metadata)
{
    const struct report_bytes *told = &r->metadata[which];
    return told->len > 0 &&
           metadata_decode(span_of(told->bytes, told->len), ret_metadata) == STATUS_OK;
}

unsigned card_report_capabilities(const struct card_report *r)
{
    return card_model_capabilities(
        &(struct card_model_facts){ .atr = span_of(r->atr, r->atr_len),
                                    .version = r->version,
                                    .answered_serial = r->serial[0] != '\0',
                                    .answered_metadata = r->metadata[REPORT_METADATA_9B].len > 0 });
}

int card_report_puk_tries(const struct card_report *r)
{
    struct metadata metadata;
    return card_report_metadata(r, REPORT_METADATA_81, &metadata) ? metadata.tries_left : -1;
}

bool card_report_is_blocked(const struct card_report *r)
{
    return r->tries_left == 0 && card_report_puk_tries(r) <= 0;
}
