/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/sample_card.h"

#include <string.h>

#include "base/text.h"
#include "lifecycle/card_state.h"
#include "vcardd/card_file.h"

static struct vcard card; /* 150 KB */

static enum vcard_model model_of(const char *name)
{
    return text_equal(name, "standard")   ? VCARD_MODEL_STANDARD
           : text_equal(name, "metadata") ? VCARD_MODEL_METADATA
                                          : VCARD_MODEL_MOVE;
}

static enum status transmit(void *context, struct span command, struct buf *answer)
{
    uint8_t random[VCARD_ENTROPY_LEN];
    const struct entropy *entropy = context;
    enum status status = entropy_fill(entropy, random, sizeof(random));
    if (status != STATUS_OK) {
        return status;
    }
    enum vcard_outcome outcome = vcard_transmit(&card, command, SPAN_OF(random), answer);
    wipe(random, sizeof(random));
    return outcome == VCARD_ANSWERED ? STATUS_OK : STATUS_CARD_REMOVED;
}

static enum status issue(const struct sample_card_options *options,
                         const struct sample_person *person, char ret_card_id[STORE_ID_MAX],
                         struct fault *reterr_fault)
{
    const struct founding_card transport = { .transmit = transmit,
                                             .context =
                                                 (void *)(uintptr_t)options->founding->entropy,
                                             .atr = vcard_atr(&card) };
    const struct founding_issue_options issue_options = {
        .store = options->opened->store,
        .signer = &options->opened->signer,
        .entropy = options->founding->entropy,
        .card = &transport,
        .person = person->uuid,
        .origin = options->origin,
        .label = person->uuid,
        .passcode = options->passcode,
        .key_type = KEY_TYPE_P256,
        .now = options->founding->now - (instant)person->issued_days_ago * SECONDS_PER_DAY,
        .ret_card_id = ret_card_id,
    };
    return founding_issue(&issue_options, reterr_fault);
}

/* Three wrong entries, as it happens in life. */
static enum status lock(const struct sample_card_options *options)
{
    static const uint8_t select[] = { 0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08 };
    static const uint8_t verify[] = { 0x00, 0x20, 0x00, 0x80, 0x08, '0', '0',
                                      '0',  '0',  '0',  '0',  0xFF, 0xFF };
    uint8_t memory[VCARD_ANSWER_MAX];
    struct buf answer = BUF(memory);
    void *entropy = (void *)(uintptr_t)options->founding->entropy;
    enum status status = transmit(entropy, SPAN_OF(select), &answer);
    for (int i = 0; i < 3 && status == STATUS_OK; i++) {
        buf_clear(&answer);
        status = transmit(entropy, SPAN_OF(verify), &answer);
    }
    return status;
}

static enum status cancel(const struct sample_card_options *options, const char *card_id)
{
    static struct certificate_record list[8];
    struct store *store = options->opened->store;
    struct card_record record;
    size_t count = 0;
    enum status status = store_card_get(store, card_id, &record);
    if (status == STATUS_OK) {
        status = store_certificate_of_card(store, card_id, list, COUNT(list), &count);
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = store_certificate_move(
            store, &(struct certificate_move){ .serial = list[i].serial,
                                               .from_state = list[i].state,
                                               .to_state = "revoked",
                                               .at = options->founding->now,
                                               .revocation_reason = "key_compromise" });
    }
    if (status != STATUS_OK ||
        !text_copy(record.state, sizeof(record.state), card_state_name(CARD_STATE_CANCELLED))) {
        return status;
    }
    return store_card_update(store, &record);
}

static enum status save(const struct sample_card_options *options,
                        const struct sample_person *person)
{
    char path[FOUNDING_PATH_MAX];
    vcard_reset(&card);
    return text_format(path, sizeof(path), "%s/%s.card", options->folder, person->file)
               ? card_file_create(path, &card)
               : STATUS_BAD_VALUE;
}

enum status sample_card_make(const struct sample_card_options *options,
                             const struct sample_person *person, struct fault *reterr_fault)
{
    char card_id[STORE_ID_MAX] = "";
    struct vcard_options model = vcard_model_options(model_of(person->model));
    enum status status = STATUS_OK;
    model.serial = person->serial;
    vcard_init(&card, &model);
    if (person->condition != SAMPLE_BLANK) {
        status = issue(options, person, card_id, reterr_fault);
    }
    if (status == STATUS_OK && person->condition == SAMPLE_LOCKED) {
        status = lock(options);
    }
    if (status == STATUS_OK && person->condition == SAMPLE_CANCELLED) {
        status = cancel(options, card_id);
    }
    if (status == STATUS_OK) {
        status = save(options, person);
    }
    if (status != STATUS_OK && reterr_fault->status != status) {
        *reterr_fault = fault_of(status, person->file);
    }
    vcard_wipe(&card);
    return status;
}
