/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/transport_key.h"

/* factory_secret: which management key and PUK a card may have that is not ours yet, likeliest
 * first.
 *
 *     status = factory_secret_find(&list, &facts, candidate, algorithm, &secret);
 *
 * Candidates count from 0. First the buyer's transport keys that fit the card, in the order of the
 * file, then the maker's (factory_model.h); where the card says that it still has its maker's key,
 * that one comes first. The same facts give the same order.
 * Errors: CARD_FOREIGN: there are not so many. Tests: test/unit/signer/test_factory_secret.c */
struct factory_secret {
    struct secret key, puk; /* wipe with secret_wipe */
};

/* `own` may be NULL. `algorithm` 0: the key is not asked for, and left empty. */
MUST_USE enum status factory_secret_find(const struct transport_key_list *own,
                                         const struct factory_facts *facts, unsigned candidate,
                                         enum management_algorithm algorithm,
                                         struct factory_secret *ret_secret);
