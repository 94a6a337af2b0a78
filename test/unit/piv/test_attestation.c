/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/attestation.h"

#include <string.h>

#include "base/text.h"
#include "codec/tlv.h"
#include "crypto/private_key.h"
#include "crypto/x509_read.h"
#include "test/lib/sample_keys.h"
#include "test/lib/seed.h"
#include "test/lib/test.h"

/* The certificates are made here, byte by byte, in the form that cards give them: F9 without
 * basicConstraints, a life until 2052, the maker's extensions without an inner OCTET STRING. */
enum { NOW = 1800000000 };

struct made {
    struct private_key *key;
    uint8_t memory[X509_DER_MAX];
    struct buf der;
};

/* One extension of the maker: arc and value in hex; arc 0 ends the list. */
struct extra {
    uint8_t arc;
    const char *value;
};

struct form {
    const char *subject, *issuer;
    const struct extra *extras;
    bool is_ca;
    const char *starts; /* UTCTime; NULL: 2016-03-14 */
};

static void put_name(struct buf *out, const char *common_name)
{
    static const uint8_t oid[] = { 0x55, 0x04, 0x03 };
    size_t name, set, pair;
    CHECK(tlv_open(out, 0x30, &name) && tlv_open(out, 0x31, &set) && tlv_open(out, 0x30, &pair) &&
          tlv_put(out, 0x06, SPAN_OF(oid)) && tlv_put(out, 0x0C, span_of_text(common_name)) &&
          tlv_close(out, pair) && tlv_close(out, set) && tlv_close(out, name));
}

static void put_extension(struct buf *out, struct span oid, const char *value)
{
    uint8_t memory[64];
    struct buf bytes = BUF(memory);
    size_t extension;
    CHECK(tlv_open(out, 0x30, &extension) && tlv_put(out, 0x06, oid) &&
          tlv_put(out, 0x04, seed_hex(value, &bytes)) && tlv_close(out, extension));
}

static void put_extensions(struct buf *out, const struct form *form)
{
    static const uint8_t basic[] = { 0x55, 0x1D, 0x13 }, usage[] = { 0x55, 0x1D, 0x0F };
    size_t tagged, list;
    CHECK(tlv_open(out, 0xA3, &tagged) && tlv_open(out, 0x30, &list));
    if (form->is_ca) {
        put_extension(out, SPAN_OF(basic), "30030101ff");
        put_extension(out, SPAN_OF(usage), "03020106");
    }
    for (const struct extra *e = form->extras; e != NULL && e->arc != 0; e++) {
        const uint8_t oid[] = { 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0xC4, 0x0A, 0x03, e->arc };
        put_extension(out, SPAN_OF(oid), e->value);
    }
    CHECK(tlv_close(out, list) && tlv_close(out, tagged));
}

static void put_algorithm(struct buf *out, const struct private_key *signer)
{
    bool rsa = public_key_type_is_rsa(private_key_public(signer)->type);
    CHECK(text_parse_hex(rsa ? "300d06092a864886f70d01010b0500" : "300a06082a8648ce3d040302", out));
}

static void put_tbs(struct buf *out, const struct form *form, const struct public_key *key,
                    const struct private_key *signer)
{
    static const uint8_t version[] = { 0x02, 0x01, 0x02 };
    size_t tbs, validity;
    CHECK(tlv_open(out, 0x30, &tbs) && tlv_put(out, 0xA0, SPAN_OF(version)) &&
          tlv_put_u8(out, 0x02, 0x11));
    put_algorithm(out, signer);
    put_name(out, form->issuer);
    CHECK(tlv_open(out, 0x30, &validity) &&
          tlv_put(out, 0x17, span_of_text(form->starts != NULL ? form->starts : "160314000000Z")) &&
          tlv_put(out, 0x18, SPAN_TEXT("20520417000000Z")) && tlv_close(out, validity));
    put_name(out, form->subject);
    CHECK_EQ(public_key_to_spki(key, out), STATUS_OK);
    if (form->is_ca || form->extras != NULL) {
        put_extensions(out, form);
    }
    CHECK(tlv_close(out, tbs));
}

static void make(const struct form *form, const struct public_key *key,
                 const struct private_key *signer, struct made *ret)
{
    uint8_t tbs_memory[X509_DER_MAX], signature_memory[400];
    struct buf tbs = BUF(tbs_memory), signature = BUF(signature_memory);
    size_t whole;
    put_tbs(&tbs, form, key, signer);
    CHECK(buf_put_u8(&signature, 0)); /* no unused bits */
    CHECK_EQ(private_key_sign_message(signer, buf_span(&tbs), &signature), STATUS_OK);
    ret->der = BUF(ret->memory);
    CHECK(tlv_open(&ret->der, 0x30, &whole) && buf_put(&ret->der, buf_span(&tbs)));
    put_algorithm(&ret->der, signer);
    CHECK(tlv_put(&ret->der, 0x03, buf_span(&signature)) && tlv_close(&ret->der, whole));
}

static struct private_key *new_key(uint64_t value)
{
    struct seed seed = { .value = value };
    struct entropy entropy = seed_entropy(&seed);
    struct private_key *key = NULL;
    CHECK_EQ(private_key_generate(KEY_TYPE_P256, &entropy, &key), STATUS_OK);
    return key;
}

/* A maker's root, the card's F9 with an RSA key, and the attestation of a key in 9C. */
struct card {
    struct made root, device, leaf;
    struct span anchors[2];
    struct attestation_question question;
};

static const struct extra good_extras[] = { { 3, "050403" },
                                            { 7, "02040098968a" }, /* 10000010 */
                                            { 8, "0301" },
                                            { 9, "01" },
                                            { 0, NULL } };
static const struct form root_form = { "maker root", "maker root", NULL, true, NULL };
static const struct form device_form = { "Yubico PIV Attestation", "maker root", NULL, false,
                                         NULL };
static const struct form leaf_form = { "YubiKey PIV Attestation 9c", "Yubico PIV Attestation",
                                       good_extras, false, NULL };

static void make_leaf(struct card *c, const struct form *form)
{
    make(form, private_key_public(c->leaf.key), c->device.key, &c->leaf);
    c->question.certificate = buf_span(&c->leaf.der);
}

static void make_device(struct card *c, const struct form *form)
{
    make(form, private_key_public(c->device.key), c->root.key, &c->device);
    c->question.device = buf_span(&c->device.der);
}

static void card_make(struct card *c)
{
    memset(c, 0, sizeof(*c));
    c->root.key = new_key(1);
    CHECK_EQ(private_key_of_pem(span_of_text(sample_rsa2048_pem), &c->device.key), STATUS_OK);
    c->leaf.key = new_key(3);
    make(&root_form, private_key_public(c->root.key), c->root.key, &c->root);
    c->anchors[0] = buf_span(&c->root.der);
    c->question = (struct attestation_question){ .anchors = c->anchors,
                                                 .count = 1,
                                                 .at = NOW,
                                                 .key = private_key_public(c->leaf.key),
                                                 .slot = 0x9C,
                                                 .serial = "10000010",
                                                 .version = "5.4.3",
                                                 .pin_policies = ATTESTATION_PIN_ALWAYS,
                                                 .touch_policies = ATTESTATION_TOUCH_NEVER };
    make_device(c, &device_form);
    make_leaf(c, &leaf_form);
}

static void card_free(struct card *c)
{
    private_key_free(&c->root.key);
    private_key_free(&c->device.key);
    private_key_free(&c->leaf.key);
}

static unsigned faults_of(const struct card *c)
{
    struct attestation a;
    attestation_check(&c->question, &a);
    return a.faults;
}

TEST(attestation__key_that_was_made_on_the_card)
{
    struct card c;
    struct attestation a;
    card_make(&c);

    attestation_check(&c.question, &a);

    CHECK_EQ(a.faults, 0);
    CHECK_EQ(a.serial, 10000010);
    CHECK_TEXT(a.version, "5.4.3");
    CHECK_EQ(a.slot, 0x9C);
    CHECK_EQ(a.pin_policy, 3);
    CHECK_EQ(a.touch_policy, 1);
    CHECK_EQ(a.form_factor, 1);
    card_free(&c);
}

TEST(attestation__another_key)
{
    struct card c;
    struct private_key *other = new_key(4);
    card_make(&c);
    c.question.key = private_key_public(other);

    CHECK_EQ(faults_of(&c), ATTESTATION_KEY);

    private_key_free(&other);
    card_free(&c);
}

TEST(attestation__device_of_nobody_that_is_trusted)
{
    struct card c;
    struct made stranger = { .key = new_key(5) };
    card_make(&c);
    make(&root_form, private_key_public(stranger.key), stranger.key, &stranger);

    c.anchors[0] = buf_span(&stranger.der); /* the same name, another key */
    CHECK_EQ(faults_of(&c), ATTESTATION_DEVICE);
    c.question.count = 0;
    CHECK_EQ(faults_of(&c), ATTESTATION_DEVICE);
    c.anchors[1] = buf_span(&c.root.der);
    c.question.count = 2;
    CHECK_EQ(faults_of(&c), 0);

    private_key_free(&stranger.key);
    card_free(&c);
}

/* Somebody with a genuine card has its 9C attested, and lets that key attest a key made elsewhere.
 */
TEST(attestation__attested_key_cannot_attest)
{
    static const struct form forged = { "YubiKey PIV Attestation 9c", "YubiKey PIV Attestation 9c",
                                        good_extras, false, NULL };
    struct card c;
    struct made elsewhere = { .key = new_key(6) };
    card_make(&c);
    make(&forged, private_key_public(elsewhere.key), c.leaf.key, &elsewhere);
    c.question.key = private_key_public(elsewhere.key);
    c.question.certificate = buf_span(&elsewhere.der);
    c.question.device = buf_span(&c.leaf.der);

    CHECK_EQ(faults_of(&c), ATTESTATION_DEVICE);

    private_key_free(&elsewhere.key);
    card_free(&c);
}

TEST(attestation__signature_of_another_device)
{
    static const struct form renamed = { "Other Attestation", "maker root", NULL, false, NULL };
    struct card c;
    struct private_key *other = new_key(7);
    card_make(&c);

    make(&leaf_form, private_key_public(c.leaf.key), other, &c.leaf);
    c.question.certificate = buf_span(&c.leaf.der);
    CHECK_EQ(faults_of(&c), ATTESTATION_SIGNATURE);

    make_leaf(&c, &leaf_form);
    make_device(&c, &renamed); /* the right key, but not the issuer's name */
    CHECK_EQ(faults_of(&c), ATTESTATION_SIGNATURE);

    private_key_free(&other);
    card_free(&c);
}

TEST(attestation__out_of_date)
{
    static const struct form late_leaf = { "YubiKey PIV Attestation 9c", "Yubico PIV Attestation",
                                           good_extras, false, "450101000000Z" };
    static const struct form late_device = { "Yubico PIV Attestation", "maker root", NULL, false,
                                             "450101000000Z" };
    struct card c;
    card_make(&c);
    make_leaf(&c, &late_leaf);
    CHECK_EQ(faults_of(&c), ATTESTATION_SIGNATURE);
    make_leaf(&c, &leaf_form);
    make_device(&c, &late_device);
    CHECK_EQ(faults_of(&c), ATTESTATION_DEVICE);
    card_free(&c);
}

TEST(attestation__slot_is_that_of_the_subject)
{
    static const struct {
        const char *subject;
        uint8_t slot;
        unsigned faults;
    } rows[] = { { "YubiKey PIV Attestation 9a", 0x9A, 0 },
                 { "YubiKey PIV Attestation 9a", 0x9C, ATTESTATION_SLOT },
                 { "YubiKey PIV Attestation 82", 0x82, 0 },
                 { "YubiKey PIV Attestation ", 0x9C, ATTESTATION_SLOT },
                 { "YubiKey PIV Attestation 9c9c", 0x9C, ATTESTATION_SLOT },
                 { "YubiKey PIV Attestation 9", 0x9C, ATTESTATION_SLOT },
                 { "Somebody's Attestation 9c", 0x9C, ATTESTATION_SLOT } };
    struct card c;
    card_make(&c);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct form form = { rows[i].subject, leaf_form.issuer, good_extras, false, NULL };
        make_leaf(&c, &form);
        c.question.slot = rows[i].slot;
        CHECK_EQ(faults_of(&c), rows[i].faults);
    }
    card_free(&c);
}

TEST(attestation__serial_and_firmware_are_those_of_the_card)
{
    static const struct {
        const char *serial, *version;
        unsigned faults;
    } rows[] = { { "10000010", "5.4.3", 0 },
                 { "10000011", "5.4.3", ATTESTATION_SERIAL },
                 { "010000010", "5.4.3", ATTESTATION_SERIAL },
                 { "10000010", "5.7.1", ATTESTATION_FIRMWARE },
                 { "", "", 0 },
                 { NULL, NULL, 0 } };
    struct card c;
    card_make(&c);
    for (size_t i = 0; i < COUNT(rows); i++) {
        c.question.serial = rows[i].serial;
        c.question.version = rows[i].version;
        CHECK_EQ(faults_of(&c), rows[i].faults);
    }
    card_free(&c);
}

TEST(attestation__policies_must_be_permitted)
{
    struct card c;
    card_make(&c);
    c.question.pin_policies = ATTESTATION_PIN_NEVER | ATTESTATION_PIN_ONCE;
    CHECK_EQ(faults_of(&c), ATTESTATION_PIN_POLICY);
    c.question.pin_policies |= ATTESTATION_PIN_ALWAYS;
    CHECK_EQ(faults_of(&c), 0);
    c.question.touch_policies = ATTESTATION_TOUCH_ALWAYS | ATTESTATION_TOUCH_CACHED;
    CHECK_EQ(faults_of(&c), ATTESTATION_TOUCH_POLICY);
    c.question.touch_policies = 0;
    CHECK_EQ(faults_of(&c), ATTESTATION_TOUCH_POLICY);
    card_free(&c);
}

/* Each value of an extension, good or not, in place of the good one. */
TEST(attestation__extensions_of_every_form)
{
    static const struct {
        size_t index; /* in good_extras */
        const char *value;
        unsigned faults;
    } rows[] = { { 0, "0403050403", 0 }, /* with an OCTET STRING around */
                 { 0, "0504", ATTESTATION_FIRMWARE },
                 { 0, "05040300", ATTESTATION_FIRMWARE },
                 { 0, "0402050403", ATTESTATION_FIRMWARE },
                 { 0, "", ATTESTATION_FIRMWARE },
                 { 1, "02050098968a00", ATTESTATION_SERIAL },
                 { 1, "0098968a", ATTESTATION_SERIAL },
                 { 1, "0204f098968a", ATTESTATION_SERIAL }, /* negative */
                 { 1, "0200", ATTESTATION_SERIAL },
                 { 1, "0209010000000000000000", ATTESTATION_SERIAL },
                 { 1, "02040098968a00", ATTESTATION_SERIAL },
                 { 2, "04020301", 0 },
                 { 2, "04020201", ATTESTATION_PIN_POLICY },
                 { 2, "0001", ATTESTATION_PIN_POLICY },
                 { 2, "0300", ATTESTATION_TOUCH_POLICY },
                 { 2, "ffff", ATTESTATION_PIN_POLICY | ATTESTATION_TOUCH_POLICY },
                 { 2, "03", ATTESTATION_PIN_POLICY | ATTESTATION_TOUCH_POLICY },
                 { 3, "040185", 0 },
                 { 3, "0102", 0 } };
    struct card c;
    card_make(&c);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct extra extras[COUNT(good_extras)];
        memcpy(extras, good_extras, sizeof(extras));
        extras[rows[i].index].value = rows[i].value;
        const struct form form = { leaf_form.subject, leaf_form.issuer, extras, false, NULL };
        make_leaf(&c, &form);
        CHECK_EQ(faults_of(&c), rows[i].faults);
    }
    card_free(&c);
}

TEST(attestation__extensions_that_are_missing)
{
    static const struct form bare = { "YubiKey PIV Attestation 9c", "Yubico PIV Attestation", NULL,
                                      false, NULL };
    struct card c;
    struct attestation a;
    card_make(&c);
    make_leaf(&c, &bare);

    attestation_check(&c.question, &a);

    CHECK_EQ(a.faults, ATTESTATION_SERIAL | ATTESTATION_FIRMWARE | ATTESTATION_PIN_POLICY |
                           ATTESTATION_TOUCH_POLICY);
    CHECK_EQ(a.serial, 0);
    CHECK_TEXT(a.version, "");
    card_free(&c);
}

/* No cut and no changed byte of either certificate passes. */
TEST(attestation__damaged_certificates)
{
    struct card c;
    card_make(&c);
    struct made *const pair[] = { &c.leaf, &c.device };
    struct span *const asked[] = { &c.question.certificate, &c.question.device };
    for (size_t p = 0; p < COUNT(pair); p++) {
        struct span whole = *asked[p];
        for (size_t len = 0; len < whole.len; len += 7) {
            *asked[p] = span_of(whole.ptr, len);
            CHECK_EQ(faults_of(&c), (1u << ATTESTATION_FAULTS) - 1);
        }
        *asked[p] = whole;
        for (size_t i = 0; i < whole.len; i += 3) {
            pair[p]->memory[i] ^= 0x01;
            CHECK(faults_of(&c) != 0);
            pair[p]->memory[i] ^= 0x01;
        }
    }
    CHECK_EQ(faults_of(&c), 0);
    card_free(&c);
}

TEST(attestation__every_fault_has_a_name)
{
    CHECK_TEXT(attestation_fault_name(0), "form");
    CHECK_TEXT(attestation_fault_name(ATTESTATION_FAULTS - 1), "touch-policy");
}
