/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "crypto/cipher.h"

/* factory_model: with which secrets the makers of cards deliver them, as far as they publish it.
 *
 *     struct factory_facts facts = { .version = "5.7.1", .algorithm = MANAGEMENT_AES_192 };
 *     const struct factory_model *model = factory_model_of(&facts);
 *     if (factory_model_fits(model, &facts)) { status = factory_model_key(model, ..., &key); }
 *
 * One table. A card is recognised by the historical bytes of its ATR and by its version; the last
 * row stands for all others, many of which follow the first maker's example. Nothing here is
 * secret. Where each row comes from: docs/real-cards.md. Keys that a buyer had put on the cards
 * stand elsewhere: signer/transport_key.h.
 * What a card says of its own key (`told`) is a hint: it orders the tries, it proves nothing.
 * Memory: constants; facts are a plain value. Limits: the sizes below.
 * Tests: test/unit/piv/test_factory_model.c */
enum {
    FACTORY_ATR_MAX = 33,
    FACTORY_VERSION_MAX = 16,
    FACTORY_PUK_LEN = 8,
    /* Wrong management keys are counted on some cards (PIVKey: five): no more are tried in one job.
     */
    FACTORY_CANDIDATES_MAX = 3
};

/* GET METADATA of 9B: is it the one that the maker set? */
enum factory_told {
    FACTORY_TOLD_NOTHING,
    FACTORY_TOLD_DEFAULT,
    FACTORY_TOLD_CHANGED,
    FACTORY_TOLD_MAX
};

/* What a card that is not ours yet tells about where it comes from. */
struct factory_facts {
    uint8_t atr[FACTORY_ATR_MAX];
    uint8_t atr_len;
    char version[FACTORY_VERSION_MAX]; /* "5.4.3"; empty: it tells none */
    enum factory_told told;
    uint8_t algorithm; /* of its key 9B (enum management_algorithm); 0: not known any more */
};

struct factory_model {
    const char *name;       /* "YubiKey from 5.7" */
    const char *historical; /* stands in the historical bytes; NULL: any */
    uint32_t version_min;   /* as card_model_version makes it; 0: also a card that tells none */
    uint8_t algorithm;      /* of key 9B; 0: any */
    uint8_t key_unit[8];    /* over and over, until the key is long enough */
    const char *puk, *pin;  /* the PIN is never used: a PUK sets the holder's own */
};

/* Never NULL. */
const struct factory_model *factory_model_of(const struct factory_facts *facts);
/* False: the key 9B is of another algorithm than the maker's, so it is not the maker's any more. */
bool factory_model_fits(const struct factory_model *model, const struct factory_facts *facts);
/* BAD_VALUE: there is no such algorithm. */
MUST_USE enum status factory_model_key(const struct factory_model *model,
                                       enum management_algorithm algorithm, struct secret *ret_key);
/* For tables of all: `index` from 0; NULL past the last. */
const struct factory_model *factory_model_entry(size_t index);
