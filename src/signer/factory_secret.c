/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/factory_secret.h"

/* The buyer's `index`th set that fits the card; NULL: there are not so many. */
static const struct transport_key *own_key(const struct transport_key_list *own,
                                           const struct factory_facts *facts, unsigned index)
{
    for (size_t i = 0; own != NULL && i < own->count; i++) {
        if (transport_key_fits(&own->keys[i], facts) && index-- == 0) {
            return &own->keys[i];
        }
    }
    return NULL;
}

static unsigned count_own(const struct transport_key_list *own, const struct factory_facts *facts)
{
    unsigned count = 0;
    while (own_key(own, facts, count) != NULL) {
        count++;
    }
    return count;
}

/* Where the maker's stand among the candidates. */
static unsigned makers_place(const struct transport_key_list *own,
                             const struct factory_facts *facts)
{
    bool first =
        facts->told == FACTORY_TOLD_DEFAULT && factory_model_fits(factory_model_of(facts), facts);
    return first ? 0 : count_own(own, facts);
}

static enum status makers(const struct factory_facts *facts, enum management_algorithm algorithm,
                          struct factory_secret *ret_secret)
{
    struct factory_secret made = { 0 };
    const struct factory_model *model = factory_model_of(facts);
    if (!factory_model_fits(model, facts)) {
        return STATUS_CARD_FOREIGN;
    }
    enum status status = STATUS_OK;
    if (algorithm != 0) {
        status = factory_model_key(model, algorithm, &made.key);
    }
    if (status == STATUS_OK && !secret_set(&made.puk, span_of_text(model->puk))) {
        status = STATUS_INTERNAL;
    }
    if (status == STATUS_OK) {
        *ret_secret = made;
    }
    return status;
}

enum status factory_secret_find(const struct transport_key_list *own,
                                const struct factory_facts *facts, unsigned candidate,
                                enum management_algorithm algorithm,
                                struct factory_secret *ret_secret)
{
    unsigned makers_at = makers_place(own, facts);
    if (candidate >= FACTORY_CANDIDATES_MAX) {
        return STATUS_CARD_FOREIGN;
    }
    if (candidate == makers_at) {
        return makers(facts, algorithm, ret_secret);
    }
    const struct transport_key *key =
        own_key(own, facts, candidate > makers_at ? candidate - 1 : candidate);
    if (key == NULL) {
        return STATUS_CARD_FOREIGN;
    }
    *ret_secret = (struct factory_secret){ .key = key->key, .puk = key->puk };
    return STATUS_OK;
}
