/* SPDX-License-Identifier: Apache-2.0 */
#include "server/key_sweep.h"

#include <string.h>

#include "base/text.h"
#include "crypto/weak_key.h"
#include "test/lib/sample_weak_keys.h"
#include "test/unit/crypto/sample_x509.h"
#include "test/unit/store/store_fixture.h"

static struct server server;
static bool has_no_digest; /* once */

/* The linker puts it between the server and the digest. */
enum status __real_digest_sha256(struct span message, uint8_t ret_hash[DIGEST_SHA256_LEN]);
enum status __wrap_digest_sha256(struct span message, uint8_t ret_hash[DIGEST_SHA256_LEN]);

enum status __wrap_digest_sha256(struct span message, uint8_t ret_hash[DIGEST_SHA256_LEN])
{
    bool fails = has_no_digest;
    has_no_digest = false;
    return fails ? STATUS_CRYPTO : __real_digest_sha256(message, ret_hash);
}

static void open_server(void)
{
    memset(&server, 0, sizeof(server));
    server.store = fixture_open(":memory:");
    fixture_fill(server.store);
}

static struct public_key rsa_of(const char *modulus)
{
    static const uint8_t f4[] = { 1, 0, 1 };
    uint8_t memory[PUBLIC_KEY_BYTES_MAX];
    struct buf bytes = BUF(memory);
    struct public_key key = { .type = KEY_TYPE_NONE };
    CHECK_EQ(public_key_of_rsa(seed_hex(modulus, &bytes), SPAN_OF(f4), &key), STATUS_OK);
    return key;
}

static struct public_key new_key(uint64_t value)
{
    struct private_key *key = sample_new_key(KEY_TYPE_P256, value);
    struct public_key public_part = *private_key_public(key);
    private_key_free(&key);
    return public_part;
}

/* A current certificate of a card of its own; `number` is card, serial and all. */
static void add(unsigned number, const struct public_key *key)
{
    static struct sample ca;
    struct x509_name name = sample_name("holder");
    struct x509_build_options options = sample_leaf_options();
    char serial[16], card[STORE_ID_MAX];
    CHECK(text_format(serial, sizeof(serial), "%04x", 0x4000 + number));
    CHECK(text_format(card, sizeof(card), "%04x0000000000000000000000000000", number));
    CHECK_EQ(sample_make("ca", 1, sample_ca_options(), NULL, &ca), STATUS_OK);
    fixture_add_card(server.store, card);
    struct certificate_record record = fixture_certificate(serial, card);
    struct buf der = BUF(record.der);
    options.serial = serial;
    options.subject = &name;
    options.key = key;
    options.issuer = buf_span(&ca.der);
    CHECK_EQ(x509_build(&options, ca.key, &der), STATUS_OK);
    record.der_len = der.len;
    CHECK_EQ(digest_sha256(buf_span(&der), record.fingerprint), STATUS_OK);
    CHECK(text_copy(record.state, sizeof(record.state), "current"));
    CHECK_EQ(store_certificate_add(server.store, &record), STATUS_OK);
    private_key_free(&ca.key);
}

static int64_t audited(void)
{
    return fixture_number(server.store, "SELECT count(*) FROM audit_entry");
}

static void check_finding(size_t index, const char *serial, const char *reason)
{
    struct key_finding_record list[8];
    size_t count = 0;
    CHECK_EQ(store_key_finding_list(server.store, 0, list, COUNT(list), &count), STATUS_OK);
    CHECK(index < count);
    CHECK_TEXT(list[index].serial, serial);
    CHECK_TEXT(list[index].reason, reason);
}

TEST(key_sweep__weak_key_is_found_and_said_once)
{
    struct public_key good = new_key(2), roca = rsa_of(weak_roca_2048);
    open_server();
    add(1, &good);
    add(2, &roca);

    CHECK_EQ(key_sweep_now(&server, FIXTURE_NOW), STATUS_OK);
    CHECK_EQ(key_sweep_now(&server, FIXTURE_NOW + 3600), STATUS_OK);

    check_finding(0, "4002", "roca");
    CHECK_EQ(fixture_number(server.store, "SELECT count(*) FROM key_finding"), 1);
    CHECK_EQ(audited(), 1);
    /* Nothing is revoked by itself. */
    CHECK_EQ(
        fixture_number(server.store, "SELECT count(*) FROM certificate WHERE state = 'current'"),
        2);
    store_close(&server.store);
}

TEST(key_sweep__shared_keys_are_found_at_the_second)
{
    struct public_key a = new_key(2), b = new_key(3), c = rsa_of(sound_apart), d = c;
    open_server();
    d.exponent = 65539;
    add(1, &a);
    add(2, &b);
    add(3, &a);
    add(4, &c);
    add(5, &d); /* the same modulus */

    CHECK_EQ(key_sweep_now(&server, FIXTURE_NOW), STATUS_OK);

    check_finding(0, "4003", "shared");
    check_finding(1, "4005", "shared");
    CHECK_EQ(audited(), 2);
    CHECK_EQ(fixture_number(server.store, "SELECT count(*) FROM key_trace"), 3);
    store_close(&server.store);
}

TEST(key_sweep__damaged_certificate_is_a_finding)
{
    struct public_key key = new_key(2);
    open_server();
    add(1, &key);
    fixture_sql(server.store, "UPDATE certificate SET der = x'3003020100'");

    CHECK_EQ(key_sweep_now(&server, FIXTURE_NOW), STATUS_OK);

    check_finding(0, "4001", "unreadable");
    store_close(&server.store);
}

TEST(key_sweep__what_the_library_cannot_do_now_is_no_finding)
{
    struct public_key key = new_key(2);
    open_server();
    add(1, &key);
    has_no_digest = true;

    CHECK_EQ(key_sweep_now(&server, FIXTURE_NOW), STATUS_CRYPTO);

    CHECK(!has_no_digest);
    CHECK_EQ(fixture_number(server.store, "SELECT count(*) FROM key_finding"), 0);
    CHECK_EQ(audited(), 0);
    CHECK_EQ(key_sweep_now(&server, FIXTURE_NOW + 3600), STATUS_OK);
    CHECK_EQ(fixture_number(server.store, "SELECT count(*) FROM key_trace"), 1);
    store_close(&server.store);
}

TEST(key_sweep__goes_over_more_than_a_page_and_begins_anew)
{
    struct public_key weak = rsa_of(weak_close);
    open_server();
    for (unsigned i = 1; i <= 45; i++) {
        struct public_key key = new_key(100 + i);
        add(i, i == 44 ? &weak : &key);
    }

    CHECK_EQ(key_sweep_now(&server, FIXTURE_NOW), STATUS_OK);

    CHECK_EQ(fixture_number(server.store, "SELECT count(*) FROM key_trace"), 45);
    check_finding(0, "402c", "close_primes");
    CHECK_EQ(fixture_number(server.store, "SELECT count(*) FROM key_finding"), 1);
    struct public_key late = new_key(7);
    add(0, &late); /* before all others */
    CHECK_EQ(key_sweep_now(&server, FIXTURE_NOW), STATUS_OK);
    CHECK_EQ(fixture_number(server.store, "SELECT count(*) FROM key_trace"), 46);
    store_close(&server.store);
}

TEST(key_sweep__strange_cursor_is_no_harm)
{
    static const char long_text[] = "a text that is much longer than any serial number could be";
    struct public_key roca = rsa_of(weak_roca_2048);
    open_server();
    add(1, &roca);
    CHECK_EQ(store_setting_put(server.store, "key_sweep_after", SPAN_TEXT(long_text)), STATUS_OK);
    CHECK_EQ(key_sweep_now(&server, FIXTURE_NOW), STATUS_OK);
    check_finding(0, "4001", "roca");
    store_close(&server.store);
}
