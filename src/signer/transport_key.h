/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "piv/factory_model.h"

/* transport_key: the secrets that a buyer had put on blank cards instead of the maker's own.
 *
 *     status = transport_key_parse(file, &list);         DIR/transport.json; docs/configuration.md
 *     transport_key_wipe(&list);
 *
 * A set names the cards that it is for by the beginning of their ATR, by the beginning of their
 * version, or by neither. It fits a card only if key 9B has its algorithm. Secrets stay in the
 * signer: nothing here is ever written or logged.
 * Memory: a plain value, wiped with transport_key_wipe.
 * Limits: TRANSPORT_KEYS_MAX sets; FACTORY_CANDIDATES_MAX are tried on one card.
 * Errors: BAD_FILE, the list is then empty. Tests: test/unit/signer/test_transport_key.c */
enum { TRANSPORT_KEYS_MAX = 32, TRANSPORT_NAME_MAX = 65, TRANSPORT_FILE_MAX = 16384 };

struct transport_key {
    char name[TRANSPORT_NAME_MAX]; /* for people: "order 4711" */
    uint8_t atr[FACTORY_ATR_MAX];
    size_t atr_len; /* 0: any */
    char version[FACTORY_VERSION_MAX];
    enum management_algorithm algorithm;
    struct secret key; /* 9B, cipher_key_len bytes */
    struct secret puk; /* FACTORY_PUK_LEN bytes, padded with FF */
};

struct transport_key_list {
    struct transport_key keys[TRANSPORT_KEYS_MAX];
    size_t count;
};

MUST_USE enum status transport_key_parse(struct span file, struct transport_key_list *ret_list);
void transport_key_wipe(struct transport_key_list *list);
bool transport_key_fits(const struct transport_key *key, const struct factory_facts *facts);
