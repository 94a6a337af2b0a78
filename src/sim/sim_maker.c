/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_maker.h"

#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "crypto/private_key.h"
#include "crypto/x509_build.h"
#include "crypto/x509_pem.h"
#include "crypto/x509_read.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"
#include "port/file_write.h"
#include "vcard/vcard_crypto.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"

enum { CERTIFICATE_MAX = 1024, PATH_LEN = 512, P256 = 0x11, SLOT_MAKER = 0xF9, YEARS = 10 };

static struct private_key *root_key;
static uint8_t root_memory[CERTIFICATE_MAX];
static struct span root;

static enum status certify(const char *name, const struct public_key *key, struct buf *ret_der)
{
    char serial[X509_SERIAL_TEXT_MAX];
    struct x509_name subject = { 0 };
    struct entropy entropy = entropy_read_system();
    instant now = clock_read_now();
    enum status status = x509_name_put(&subject, X509_COMMON_NAME, name);
    if (status == STATUS_OK) {
        status = x509_read_new_serial(&entropy, serial);
    }
    if (status != STATUS_OK) {
        return status;
    }
    return x509_build(
        &(struct x509_build_options){ .subject = &subject,
                                      .serial = serial,
                                      .not_before = now - SECONDS_PER_DAY,
                                      .not_after = now + (instant)YEARS * 365 * SECONDS_PER_DAY,
                                      .key = key,
                                      .issuer = root,
                                      .is_ca = true,
                                      .path_len = -1,
                                      .key_usage = X509_KEY_CERT_SIGN,
                                      .key_usage_critical = true },
        root_key, ret_der);
}

static enum status tell_server(const char *folder)
{
    char path[PATH_LEN];
    if (!text_format(path, sizeof(path), "%s/server/server.json", folder)) {
        return STATUS_BAD_VALUE;
    }
    json_t *config = json_load_file(path, 0, NULL);
    bool good = json_object_set_new(config, "attestation_roots", json_string("makers.pem")) == 0;
    char *text = good ? json_dumps(config, JSON_COMPACT) : NULL;
    enum status status =
        text != NULL ? file_write_atomic(path, span_of_text(text), 0600) : STATUS_BAD_FILE;
    free(text);
    json_decref(config);
    return status;
}

enum status sim_maker_found(const char *folder)
{
    char path[PATH_LEN];
    uint8_t pem_memory[2 * CERTIFICATE_MAX];
    struct buf der = BUF(root_memory), pem = BUF(pem_memory);
    struct entropy entropy = entropy_read_system();
    enum status status = private_key_generate(KEY_TYPE_P256, &entropy, &root_key);
    if (status == STATUS_OK) {
        status = certify("Card Maker Root", private_key_public(root_key), &der);
    }
    if (status == STATUS_OK) {
        root = buf_span(&der);
        status = x509_pem_encode(X509_PEM_CERTIFICATE, root, &pem);
    }
    if (status == STATUS_OK) {
        status = text_format(path, sizeof(path), "%s/server/makers.pem", folder)
                     ? file_write_new(path, buf_span(&pem), 0600)
                     : STATUS_BAD_VALUE;
    }
    return status == STATUS_OK ? tell_server(folder) : status;
}

/* ---- a card ---- */

static bool make_key(struct vcard_key *key)
{
    uint8_t bytes[VCARD_ENTROPY_LEN];
    struct entropy entropy = entropy_read_system();
    struct buf private_bytes = BUF(key->private_bytes), public_bytes = BUF(key->public_bytes);
    if (entropy_fill(&entropy, bytes, sizeof(bytes)) != STATUS_OK) {
        return false;
    }
    struct vcard_random random = vcard_crypto_random(SPAN_OF(bytes));
    bool made =
        vcard_crypto_generate(vcard_crypto_algorithm(P256), &random, &private_bytes, &public_bytes);
    key->algorithm = P256;
    key->origin = VCARD_KEY_GENERATED;
    key->private_len = (uint16_t)private_bytes.len;
    key->public_len = (uint16_t)public_bytes.len;
    return made;
}

/* SP 800-73-4 part 1, table 10: '70' with the certificate, '71' 00, 'FE' empty. */
static bool put_certificate(struct vcard_object *object, struct span der)
{
    struct buf content = BUF(object->bytes);
    bool good = buf_put_u8(&content, 0x70) && buf_put_u8(&content, 0x82) &&
                buf_put_u16(&content, (uint16_t)der.len) && buf_put(&content, der) &&
                buf_put(&content, SPAN_TEXT("\x71\x01\x00\xFE\x00"));
    object->len = (uint16_t)content.len;
    object->present = good;
    return good;
}

enum status sim_maker_equip(struct sim_card *card)
{
    uint8_t memory[CERTIFICATE_MAX];
    struct buf der = BUF(memory);
    struct public_key key;
    card->card.options.features |= VCARD_FEATURE_ATTEST;
    struct vcard_key *device = vcard_key_slot(&card->card, SLOT_MAKER);
    if (device == NULL || !make_key(device)) {
        return STATUS_CRYPTO;
    }
    enum status status = public_key_of_point(KEY_TYPE_P256, vcard_key_public(device), &key);
    if (status == STATUS_OK) {
        status = certify("Card Maker Attestation", &key, &der);
    }
    struct vcard_object *object = &card->card.memory.objects[vcard_object_index(0x5FFF01)];
    return status == STATUS_OK && !put_certificate(object, buf_span(&der)) ? STATUS_TOO_LARGE
                                                                           : status;
}
