/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/weak_key.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "crypto/evp_key.h"
#include "crypto/weak_point.h"

const char *weak_key_name(enum weak_key weakness)
{
    static const char *const names[WEAK_KEY_MAX] = {
        [WEAK_KEY_NONE] = "none",
        [WEAK_KEY_UNSOUND] = "unsound",
        [WEAK_KEY_SMALL_MULTIPLE] = "small_multiple",
        [WEAK_KEY_SMALL_FACTOR] = "small_factor",
        [WEAK_KEY_ROCA] = "roca",
        [WEAK_KEY_CLOSE_PRIMES] = "close_primes",
        [WEAK_KEY_UNKNOWN] = "unknown",
    };
    return names[(unsigned)weakness < WEAK_KEY_MAX ? weakness : WEAK_KEY_NONE];
}

/* KEY_UNUSABLE: it is none. Anything else is the library's failure, and says nothing of the key. */
static enum status check_sound(const struct public_key *key)
{
    struct public_key again;
    if (key->len > sizeof(key->bytes)) {
        return STATUS_KEY_UNUSABLE;
    }
    struct span bytes = span_of(key->bytes, key->len);
    if (!public_key_type_is_rsa(key->type)) {
        return public_key_of_point(key->type, bytes, &again);
    }
    const uint8_t exponent[] = { (uint8_t)(key->exponent >> 24), (uint8_t)(key->exponent >> 16),
                                 (uint8_t)(key->exponent >> 8), (uint8_t)key->exponent };
    enum status status = public_key_of_rsa(bytes, SPAN_OF(exponent), &again);
    return status == STATUS_OK && again.type != key->type ? STATUS_KEY_UNUSABLE : status;
}

/* ---- elliptic curves ---- */

struct curve {
    EC_GROUP *group;
    EC_POINT *key, *negative, *multiple;
    const EC_POINT *generator;
};

static bool curve_open(const struct public_key *key, struct curve *c)
{
    const char *name = evp_key_group(key->type);
    int nid = name == NULL ? NID_undef : EC_curve_nist2nid(name);
    c->group = nid == NID_undef ? NULL : EC_GROUP_new_by_curve_name(nid);
    if (c->group == NULL) {
        return false;
    }
    c->generator = EC_GROUP_get0_generator(c->group);
    c->key = EC_POINT_new(c->group);
    c->multiple = EC_POINT_dup(c->generator, c->group);
    if (c->key == NULL || c->multiple == NULL ||
        EC_POINT_oct2point(c->group, c->key, key->bytes, key->len, NULL) != 1) {
        return false;
    }
    c->negative = EC_POINT_dup(c->key, c->group);
    return c->negative != NULL && EC_POINT_invert(c->group, c->negative, NULL) == 1;
}

static void curve_close(struct curve *c)
{
    EC_POINT_free(c->key);
    EC_POINT_free(c->negative);
    EC_POINT_free(c->multiple);
    EC_GROUP_free(c->group);
}

/* Compares the key with `count` points: each is the one before it plus the generator, or twice the
 * one before it. The first is the generator. */
static enum weak_key walk(struct curve *c, int count, bool doubling)
{
    if (EC_POINT_copy(c->multiple, c->generator) != 1) {
        return WEAK_KEY_UNKNOWN;
    }
    for (int i = 0; i < count; i++) {
        int same = EC_POINT_cmp(c->group, c->multiple, c->key, NULL);
        int opposite = EC_POINT_cmp(c->group, c->multiple, c->negative, NULL);
        if (same == 0 || opposite == 0) {
            return WEAK_KEY_SMALL_MULTIPLE;
        }
        int moved = doubling ? EC_POINT_dbl(c->group, c->multiple, c->multiple, NULL)
                             : EC_POINT_add(c->group, c->multiple, c->multiple, c->generator, NULL);
        if (same < 0 || opposite < 0 || moved != 1) {
            return WEAK_KEY_UNKNOWN;
        }
    }
    return WEAK_KEY_NONE;
}

static enum weak_key find_in_point(const struct public_key *key)
{
    struct curve c = { 0 };
    enum weak_key found = WEAK_KEY_UNKNOWN;
    if (!weak_point_may_be(key->type, span_of(key->bytes + 1, key->len / 2))) {
        return WEAK_KEY_NONE;
    }
    if (curve_open(key, &c)) {
        found = walk(&c, WEAK_KEY_MULTIPLES, false);
        if (found == WEAK_KEY_NONE) {
            found = walk(&c, EC_GROUP_order_bits(c.group), true);
        }
    }
    curve_close(&c);
    return found;
}

/* ---- RSA: small factors and ROCA ---- */

/* Bit i says that i is composite (Eratosthenes). */
struct sieve {
    uint8_t bits[WEAK_KEY_FACTOR_MAX / 8];
};

static bool is_prime(const struct sieve *sieve, uint32_t number)
{
    return (sieve->bits[number / 8] >> (number % 8) & 1) == 0;
}

static void sieve_fill(struct sieve *sieve)
{
    memset(sieve, 0, sizeof(*sieve));
    for (uint32_t prime = 2; prime * prime < WEAK_KEY_FACTOR_MAX; prime++) {
        for (uint32_t n = prime * prime; is_prime(sieve, prime) && n < WEAK_KEY_FACTOR_MAX;
             n += prime) {
            sieve->bits[n / 8] |= (uint8_t)(1u << (n % 8));
        }
    }
}

enum { ROCA_GENERATOR = 65537, ROCA_PRIME_MAX = 167 };

/* Is `rest` a power of 65537 modulo the prime? The order is below the prime, so this ends. */
static bool is_roca_power(uint32_t rest, uint32_t prime)
{
    uint32_t power = 1;
    for (uint32_t i = 0; i < prime; i++) {
        if (power == rest) {
            return true;
        }
        power = power * (ROCA_GENERATOR % prime) % prime;
    }
    return false;
}

/* One pass over the primes answers both questions; a small factor is the worse finding. */
static enum weak_key find_by_primes(const BIGNUM *modulus)
{
    struct sieve sieve;
    bool roca = true;
    sieve_fill(&sieve);
    for (uint32_t prime = 3; prime < WEAK_KEY_FACTOR_MAX; prime += 2) {
        if (!is_prime(&sieve, prime)) {
            continue;
        }
        BN_ULONG rest = BN_mod_word(modulus, prime);
        if (rest >= prime) {
            return WEAK_KEY_UNKNOWN;
        }
        if (rest == 0) {
            return WEAK_KEY_SMALL_FACTOR;
        }
        if (prime <= ROCA_PRIME_MAX && roca) {
            roca = is_roca_power((uint32_t)rest, prime);
        }
    }
    return roca ? WEAK_KEY_ROCA : WEAK_KEY_NONE;
}

/* ---- RSA: Fermat ---- */

struct fermat {
    BN_CTX *ctx;
    BIGNUM *a, *rest, *root, *quotient, *square; /* owned by ctx */
};

/* The whole part of the square root, by Newton's method from above: it falls until it stands. */
static bool square_root(struct fermat *f, const BIGNUM *number, BIGNUM *ret_root)
{
    BN_zero(ret_root);
    if (BN_is_zero(number)) {
        return true;
    }
    if (BN_set_bit(ret_root, (BN_num_bits(number) + 1) / 2) != 1) {
        return false;
    }
    for (;;) {
        if (BN_div(f->quotient, NULL, number, ret_root, f->ctx) != 1 ||
            BN_add(f->quotient, f->quotient, ret_root) != 1 ||
            BN_rshift1(f->quotient, f->quotient) != 1) {
            return false;
        }
        if (BN_cmp(f->quotient, ret_root) >= 0) {
            return true;
        }
        if (BN_copy(ret_root, f->quotient) == NULL) {
            return false;
        }
    }
}

/* Most numbers that are no square are told by their rest modulo 64: squares have 12 of the 64. */
static bool may_be_square(const BIGNUM *number)
{
    BN_ULONG rest = BN_mod_word(number, 64);
    for (BN_ULONG i = 0; i < 32; i++) {
        if (i * i % 64 == rest) {
            return true;
        }
    }
    return false;
}

static enum weak_key find_square(struct fermat *f)
{
    if (!may_be_square(f->rest)) {
        return WEAK_KEY_NONE;
    }
    if (!square_root(f, f->rest, f->root) || BN_sqr(f->square, f->root, f->ctx) != 1) {
        return WEAK_KEY_UNKNOWN;
    }
    return BN_cmp(f->square, f->rest) == 0 ? WEAK_KEY_CLOSE_PRIMES : WEAK_KEY_NONE;
}

/* a^2 - N for the next `a`: (a + 1)^2 = a^2 + 2a + 1. */
static bool next_round(struct fermat *f)
{
    return BN_add(f->rest, f->rest, f->a) == 1 && BN_add(f->rest, f->rest, f->a) == 1 &&
           BN_add_word(f->rest, 1) == 1 && BN_add_word(f->a, 1) == 1;
}

/* A modulus that is itself a square is the case of round 0. */
static enum weak_key fermat_run(struct fermat *f, const BIGNUM *modulus)
{
    if (!square_root(f, modulus, f->a) || BN_sqr(f->rest, f->a, f->ctx) != 1 ||
        BN_sub(f->rest, f->rest, modulus) != 1) {
        return WEAK_KEY_UNKNOWN;
    }
    if (BN_is_zero(f->rest)) {
        return WEAK_KEY_CLOSE_PRIMES;
    }
    enum weak_key found = WEAK_KEY_NONE;
    for (int i = 0; i < WEAK_KEY_FERMAT_ROUNDS && found == WEAK_KEY_NONE; i++) {
        found = next_round(f) ? find_square(f) : WEAK_KEY_UNKNOWN;
    }
    return found;
}

static enum weak_key find_by_fermat(const BIGNUM *modulus)
{
    struct fermat f = { .ctx = BN_CTX_new() };
    if (f.ctx == NULL) {
        return WEAK_KEY_UNKNOWN;
    }
    BN_CTX_start(f.ctx);
    f.a = BN_CTX_get(f.ctx);
    f.rest = BN_CTX_get(f.ctx);
    f.root = BN_CTX_get(f.ctx);
    f.quotient = BN_CTX_get(f.ctx);
    f.square = BN_CTX_get(f.ctx); /* NULL when any before it was */
    enum weak_key found = f.square == NULL ? WEAK_KEY_UNKNOWN : fermat_run(&f, modulus);
    BN_CTX_end(f.ctx);
    BN_CTX_free(f.ctx);
    return found;
}

static enum weak_key find_in_modulus(const struct public_key *key)
{
    BIGNUM *modulus = BN_bin2bn(key->bytes, (int)key->len, NULL);
    if (modulus == NULL) {
        return WEAK_KEY_UNKNOWN;
    }
    enum weak_key found = find_by_primes(modulus);
    if (found == WEAK_KEY_NONE) {
        found = find_by_fermat(modulus);
    }
    BN_free(modulus);
    return found;
}

enum weak_key weak_key_find(const struct public_key *key)
{
    enum status status = check_sound(key);
    if (status != STATUS_OK) {
        return status == STATUS_KEY_UNUSABLE ? WEAK_KEY_UNSOUND : WEAK_KEY_UNKNOWN;
    }
    enum weak_key found =
        public_key_type_is_rsa(key->type) ? find_in_modulus(key) : find_in_point(key);
    ERR_clear_error();
    return found;
}

enum status weak_key_material(const struct public_key *key, uint8_t ret_hash[DIGEST_SHA256_LEN])
{
    uint8_t memory[1 + PUBLIC_KEY_BYTES_MAX];
    struct buf material = BUF(memory);
    enum status status = check_sound(key);
    if (status != STATUS_OK) {
        return status;
    }
    struct span bytes = span_of(key->bytes, key->len);
    if (!public_key_type_is_rsa(key->type)) {
        bytes = span_part(bytes, 1, key->len / 2); /* 04 || X || Y */
    }
    return buf_put_u8(&material, public_key_piv_algorithm(key->type)) && buf_put(&material, bytes)
               ? digest_sha256(buf_span(&material), ret_hash)
               : STATUS_KEY_UNUSABLE;
}
