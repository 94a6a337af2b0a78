/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/card_dump.h"

#include "base/text.h"
#include "vcard/vcard_crypto.h"
#include "vcard/vcard_factory.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"
#include "vcardd/card_file.h"

enum { HEX_BYTES_MAX = VCARD_PUBLIC_MAX };

static void print_hex(FILE *to, const char *name, struct span bytes)
{
    char text[2 * HEX_BYTES_MAX + 1];
    if (text_of_hex(bytes, text, sizeof text)) {
        fprintf(to, "%s %s\n", name, text);
    }
}

static void print_options(const struct vcard_options *options, FILE *to)
{
    fprintf(to, "serial %u\n", options->serial);
    fprintf(to, "version %u.%u.%u\n", options->version[0], options->version[1],
            options->version[2]);
    fprintf(to, "object-max %u\n", options->object_max);
    print_hex(to, "atr", span_of(options->atr, options->atr_len));
    for (unsigned i = 0; i < VCARD_FEATURES; i++) {
        if ((options->features >> i & 1) != 0) {
            fprintf(to, "feature %s\n", vcard_model_feature_name(i));
        }
    }
}

static void print_reference(FILE *to, const char *name, const struct vcard_reference *reference,
                            const uint8_t factory[VCARD_REFERENCE_LEN])
{
    bool same = memcmp(reference->bytes, factory, VCARD_REFERENCE_LEN) == 0;
    fprintf(to, "%s tries %u of %u%s\n", name, reference->tries_left, reference->tries_max,
            same ? " factory" : "");
}

static void print_key(FILE *to, uint8_t reference, const struct vcard_key *key)
{
    char text[2 * VCARD_PUBLIC_MAX + 1];
    static const char *const policies[VCARD_PIN_POLICIES] = { "default", "never", "once",
                                                              "always" };
    bool printable = key->algorithm != 0 && key->pin_policy < VCARD_PIN_POLICIES &&
                     text_of_hex(vcard_key_public(key), text, sizeof text);
    if (printable) {
        fprintf(to, "key %02x algorithm %02x pin %s public %s\n", reference, key->algorithm,
                policies[key->pin_policy], text);
    }
}

static void print_object(FILE *to, size_t index, const struct vcard_object *object)
{
    uint8_t digest[VCARD_DIGEST_LEN];
    char text[2 * VCARD_DIGEST_LEN + 1];
    if (object->present && vcard_crypto_digest(span_of(object->bytes, object->len), digest) &&
        text_of_hex(SPAN_OF(digest), text, sizeof text)) {
        fprintf(to, "object %x len %u sha256 %s %s\n", vcard_object_tag(index), object->len, text,
                vcard_object_name(index));
    }
}

void card_dump_print(const struct vcard *card, FILE *to)
{
    const struct vcard_memory *memory = &card->memory;
    print_options(&card->options, to);
    print_reference(to, "pin", &memory->pin, card->options.pin);
    print_reference(to, "puk", &memory->puk, card->options.puk);
    fprintf(to, "management algorithm %02x%s\n", memory->management_algorithm,
            vcard_factory_management(card) ? " factory" : "");
    for (size_t i = 0; i < VCARD_KEYS; i++) {
        print_key(to, vcard_key_reference(i), &memory->keys[i]);
    }
    for (size_t i = 0; i < VCARD_OBJECTS; i++) {
        print_object(to, i, &memory->objects[i]);
    }
}

int card_dump_run(const char *path)
{
    struct vcard card;
    enum status status = card_file_load(path, &card);
    if (status != STATUS_OK) {
        fprintf(stderr, "cardwright-vcard: '%s' not read: %s\n", path, status_entry(status)->cause);
        return 1;
    }
    card_dump_print(&card, stdout);
    vcard_wipe(&card);
    return fflush(stdout) == 0 ? 0 : 1;
}
