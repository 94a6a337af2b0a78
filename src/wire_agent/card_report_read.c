/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/card_report_read.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "piv/card_model.h"
#include "piv/metadata.h"
#include "piv/piv_application.h"
#include "piv/piv_object.h"
#include "piv/read_card.h"

enum { SERIAL_LEN = 4, VERSION_LEN = 3 };

static const struct {
    const char *label;
    enum piv_object object;
} objects[REPORT_OBJECT_COUNT] = {
    [REPORT_CHUID] = { READ_CARD_CHUID, PIV_OBJECT_CHUID },
    [REPORT_DISCOVERY] = { READ_CARD_DISCOVERY, PIV_OBJECT_DISCOVERY },
    [REPORT_CERTIFICATE_9A] = { READ_CARD_CERTIFICATE_9A, PIV_OBJECT_CERTIFICATE_9A },
    [REPORT_CERTIFICATE_9C] = { READ_CARD_CERTIFICATE_9C, PIV_OBJECT_CERTIFICATE_9C },
};

static const char *const metadata_labels[REPORT_METADATA_COUNT] = {
    [REPORT_METADATA_9A] = READ_CARD_METADATA_9A, [REPORT_METADATA_9C] = READ_CARD_METADATA_9C,
    [REPORT_METADATA_9B] = READ_CARD_METADATA_9B, [REPORT_METADATA_80] = READ_CARD_METADATA_80,
    [REPORT_METADATA_81] = READ_CARD_METADATA_81,
};

static const struct {
    const char *label;
    uint8_t algorithm;
} witnesses[] = {
    { READ_CARD_WITNESS_0C, 0x0C },
    { READ_CARD_WITNESS_0A, 0x0A },
    { READ_CARD_WITNESS_08, 0x08 },
    { READ_CARD_WITNESS_03, 0x03 },
};

/* What an op answered with 9000; empty otherwise. */
static struct span good_answer(const struct batch_result *result, const char *label)
{
    if (!batch_result_good(result, label)) {
        return SPAN_NONE;
    }
    return batch_answer_data(result, batch_result_find(result, label));
}

/* What many cards tell names none of them: zeros and ones of cards that were never given a number,
 * and the one number that the PIV application of SoloKeys and Nitrokey makes up for all. */
static bool is_shared(uint32_t serial)
{
    enum { MADE_UP = 0x0052F743 }; /* piv-authenticator 0.3.9, src/lib.rs */
    return serial == 0 || serial == UINT32_MAX || serial == MADE_UP;
}

static void take_serial(struct span answer, struct card_report *r)
{
    struct reader in = reader_of(answer);
    uint32_t serial;
    if (answer.len == SERIAL_LEN && reader_u32(&in, &serial) && !is_shared(serial)) {
        REQUIRE(text_format(r->serial, sizeof r->serial, "%lu", (unsigned long)serial));
    }
}

static void take_version(struct span answer, struct card_report *r)
{
    if (answer.len == VERSION_LEN) {
        REQUIRE(text_format(r->version, sizeof r->version, "%d.%d.%d", answer.ptr[0], answer.ptr[1],
                            answer.ptr[2]));
    }
}

static void take_object(const struct batch_result *result, size_t index, struct card_report *r)
{
    const struct batch_answer *answer = batch_result_find(result, objects[index].label);
    if (answer == NULL) {
        return;
    }
    struct report_data *object = &r->objects[index];
    struct span data = batch_answer_data(result, answer);
    struct span content;
    if (piv_object_content(objects[index].object, data, &content) != STATUS_OK) {
        content = data;
    }
    content = span_part(content, 0, REPORT_OBJECT_MAX);
    object->sw = answer->sw;
    object->len = (uint16_t)content.len;
    if (content.len > 0) {
        memcpy(object->bytes, content.ptr, content.len);
    }
}

static void take_metadata(const struct batch_result *result, size_t index, struct card_report *r)
{
    struct span answer = good_answer(result, metadata_labels[index]);
    if (answer.len == 0 || answer.len > REPORT_SMALL_MAX) {
        return;
    }
    r->metadata[index].len = (uint16_t)answer.len;
    memcpy(r->metadata[index].bytes, answer.ptr, answer.len);
}

static bool find_metadata(const struct card_report *r, enum report_metadata which,
                          struct metadata *ret_metadata)
{
    struct span answer = span_of(r->metadata[which].bytes, r->metadata[which].len);
    return metadata_decode(answer, ret_metadata) == STATUS_OK;
}

static int find_tries_left(const struct batch_result *result, const struct card_report *r)
{
    struct metadata metadata;
    if (find_metadata(r, REPORT_METADATA_80, &metadata) && metadata.tries_left >= 0) {
        return metadata.tries_left;
    }
    const struct batch_answer *tries = batch_result_find(result, READ_CARD_TRIES);
    return tries == NULL ? -1 : sw_tries_left(tries->sw);
}

static uint8_t find_management_algorithm(const struct batch_result *result,
                                         const struct card_report *r)
{
    struct metadata metadata;
    if (find_metadata(r, REPORT_METADATA_9B, &metadata) && metadata.algorithm != 0) {
        return metadata.algorithm;
    }
    for (size_t i = 0; i < COUNT(witnesses); i++) {
        if (batch_result_good(result, witnesses[i].label)) {
            return witnesses[i].algorithm;
        }
    }
    return 0;
}

static void take_answers(const struct batch_result *result, struct card_report *r)
{
    take_version(good_answer(result, READ_CARD_VERSION), r);
    take_serial(good_answer(result, READ_CARD_SERIAL), r);
    for (size_t i = 0; i < REPORT_OBJECT_COUNT; i++) {
        take_object(result, i, r);
    }
    for (size_t i = 0; i < REPORT_METADATA_COUNT; i++) {
        take_metadata(result, i, r);
    }
    r->tries_left = find_tries_left(result, r);
    r->management_algorithm = find_management_algorithm(result, r);
}

enum status card_report_read(const struct card_report_reading *reading,
                             struct card_report *ret_report)
{
    struct card_report r;
    const struct batch_result *result = reading->result;
    if (result->outcome != BATCH_DONE) {
        return result->status;
    }
    if (reading->atr.len > REPORT_ATR_MAX) {
        return STATUS_BAD_VALUE;
    }
    enum status status = piv_application_check(good_answer(result, READ_CARD_SELECT));
    if (status != STATUS_OK) {
        return status;
    }
    card_report_init(&r);
    r.atr_len = reading->atr.len;
    if (r.atr_len > 0) {
        memcpy(r.atr, reading->atr.ptr, r.atr_len);
    }
    r.contactless = reading->contactless;
    r.extended_length = card_model_extended_length(reading->atr);
    memcpy(r.insertion, reading->insertion, sizeof r.insertion);
    take_answers(result, &r);
    *ret_report = r;
    return STATUS_OK;
}
