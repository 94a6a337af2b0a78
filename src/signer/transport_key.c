/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/transport_key.h"

#include "base/text.h"
#include "wire_signer/json_take.h"

enum { PUK_LEN_MIN = 4 };

/* SP 800-73-4 part 2, 2.4.3: shorter ones are padded with FF. */
static bool pad_puk(const char *text, struct secret *ret_puk)
{
    size_t len = strlen(text);
    if (len < PUK_LEN_MIN || len > FACTORY_PUK_LEN) {
        return false;
    }
    ret_puk->len = FACTORY_PUK_LEN;
    memset(ret_puk->bytes, 0xFF, FACTORY_PUK_LEN);
    memcpy(ret_puk->bytes, text, len);
    return true;
}

static bool parse_key(const json_t *json, struct transport_key *key)
{
    char algorithm[16] = "", puk[FACTORY_PUK_LEN + 1] = "";
    struct json_take take = json_take_of(json);
    json_take_text(&take, "name", key->name, sizeof(key->name));
    json_take_hex(&take, "atr", key->atr, sizeof(key->atr), &key->atr_len);
    json_take_text(&take, "version", key->version, sizeof(key->version));
    json_take_text(&take, "algorithm", algorithm, sizeof(algorithm));
    json_take_hex(&take, "management_key", key->key.bytes, CIPHER_KEY_MAX, &key->key.len);
    json_take_text(&take, "puk", puk, sizeof(puk));
    bool good = json_take_end(&take) && key->name[0] != '\0' &&
                cipher_by_name(algorithm, &key->algorithm) &&
                key->key.len == cipher_key_len(key->algorithm) && pad_puk(puk, &key->puk);
    wipe(puk, sizeof(puk));
    return good;
}

static bool parse_list(const json_t *json, struct transport_key_list *list)
{
    char format[40] = "";
    struct json_take take = json_take_of(json);
    json_take_text(&take, "format", format, sizeof(format));
    const json_t *keys = json_take_list(&take, "keys", TRANSPORT_KEYS_MAX);
    if (!json_take_end(&take) || !text_equal(format, "cardwright transport keys 1")) {
        return false;
    }
    for (; list->count < json_array_size(keys); list->count++) {
        if (!parse_key(json_array_get(keys, list->count), &list->keys[list->count])) {
            return false;
        }
    }
    return true;
}

enum status transport_key_parse(struct span file, struct transport_key_list *ret_list)
{
    json_t *json = json_take_parse(file);
    *ret_list = (struct transport_key_list){ 0 };
    bool good = json != NULL && parse_list(json, ret_list);
    json_decref(json);
    if (!good) {
        transport_key_wipe(ret_list);
        return STATUS_BAD_FILE;
    }
    return STATUS_OK;
}

void transport_key_wipe(struct transport_key_list *list)
{
    wipe(list, sizeof(*list));
}

bool transport_key_fits(const struct transport_key *key, const struct factory_facts *facts)
{
    return span_starts(span_of(facts->atr, facts->atr_len), span_of(key->atr, key->atr_len)) &&
           span_starts(span_of_text(facts->version), span_of_text(key->version)) &&
           (facts->algorithm == 0 || facts->algorithm == key->algorithm);
}
