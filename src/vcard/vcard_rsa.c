/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_rsa.h"

#include <openssl/bn.h>

#include "base/secret.h"

enum { DRAWS_MAX = 20000, EXPONENT = 65537, PRIME_MAX = VCARD_RSA_MODULUS_MAX / 2 };

const uint8_t vcard_rsa_exponent[3] = { 0x01, 0x00, 0x01 };

/* The numbers of one calculation, and what they borrow from libcrypto. */
struct rsa {
    BN_CTX *context;
    BIGNUM *p, *q, *n, *d, *minus, *block, *result, *left;
};

static void rsa_close(struct rsa *rsa)
{
    BIGNUM *all[] = {
        rsa->p, rsa->q, rsa->n, rsa->d, rsa->minus, rsa->block, rsa->result, rsa->left
    };
    for (size_t i = 0; i < COUNT(all); i++) {
        BN_clear_free(all[i]);
    }
    BN_CTX_free(rsa->context);
}

static bool rsa_open(struct rsa *rsa)
{
    *rsa = (struct rsa){ .context = BN_CTX_secure_new(),
                         .p = BN_secure_new(),
                         .q = BN_secure_new(),
                         .n = BN_secure_new(),
                         .d = BN_secure_new(),
                         .minus = BN_secure_new(),
                         .block = BN_secure_new(),
                         .result = BN_secure_new(),
                         .left = BN_secure_new() };
    return rsa->context != NULL && rsa->p != NULL && rsa->q != NULL && rsa->n != NULL &&
           rsa->d != NULL && rsa->minus != NULL && rsa->block != NULL && rsa->result != NULL &&
           rsa->left != NULL;
}

static bool number_put(const BIGNUM *number, size_t len, struct buf *out)
{
    uint8_t *at;
    return buf_reserve(out, len, &at) && BN_bn2binpad(number, at, (int)len) == (int)len;
}

/* Both first bits set, so that two primes make a modulus of full length; odd; and 65537, which is
 * prime itself, divides not the number before it. */
static bool prime_draw(struct rsa *rsa, size_t len, struct vcard_random *random, BIGNUM *ret_prime)
{
    uint8_t bytes[PRIME_MAX];
    int found = 0;
    for (int i = 0; i < DRAWS_MAX && found == 0; i++) {
        if (!vcard_crypto_draw(random, bytes, len)) {
            return false;
        }
        bytes[0] |= 0xC0;
        bytes[len - 1] |= 0x01;
        if (BN_bin2bn(bytes, (int)len, ret_prime) == NULL) {
            return false;
        }
        bool fits = BN_mod_word(ret_prime, EXPONENT) != 1;
        found = fits ? BN_check_prime(ret_prime, rsa->context, NULL) : 0;
    }
    wipe(bytes, sizeof bytes);
    return found == 1;
}

/* Both primes are there: the modulus, and all three in bytes. */
static bool key_put(struct rsa *rsa, size_t half, struct buf *ret_private, struct buf *ret_modulus)
{
    return BN_cmp(rsa->p, rsa->q) != 0 && BN_mul(rsa->n, rsa->p, rsa->q, rsa->context) == 1 &&
           number_put(rsa->p, half, ret_private) && number_put(rsa->q, half, ret_private) &&
           number_put(rsa->n, 2 * half, ret_modulus);
}

/* M: the product of the first primes, as the library of CVE-2017-15361 took them: Nemec et al., CCS
 * 2017, table 1. The last prime below 126 primes is 701, below 225 it is 1427. */
static bool primorial(size_t modulus_len, BIGNUM *ret_m)
{
    unsigned count = 0, wanted = modulus_len <= 256 ? 126 : 225;
    bool good = BN_one(ret_m) == 1;
    for (unsigned n = 2; good && count < wanted; n++) {
        unsigned divisor = 2;
        while (n % divisor != 0) {
            divisor++;
        }
        if (divisor == n) {
            good = BN_mul_word(ret_m, n) == 1;
            count++;
        }
    }
    return good;
}

/* k * M + (65537^a mod M); both first bits set, as above. `n` and `minus` are free here. */
static bool roca_candidate(struct rsa *rsa, size_t len, struct vcard_random *random,
                           BIGNUM *ret_prime)
{
    uint8_t top[PRIME_MAX], exponent[8];
    BIGNUM *m = rsa->n, *power = rsa->minus;
    if (!vcard_crypto_draw(random, top, len) ||
        !vcard_crypto_draw(random, exponent, sizeof exponent)) {
        return false;
    }
    top[0] |= 0xC0;
    return BN_bin2bn(top, (int)len, ret_prime) != NULL &&
           BN_div(ret_prime, NULL, ret_prime, m, rsa->context) == 1 &&
           BN_mul(ret_prime, ret_prime, m, rsa->context) == 1 &&
           BN_bin2bn(exponent, sizeof exponent, rsa->d) != NULL &&
           BN_set_word(power, EXPONENT) == 1 &&
           BN_mod_exp(power, power, rsa->d, m, rsa->context) == 1 &&
           BN_add(ret_prime, ret_prime, power) == 1;
}

static bool roca_draw(struct rsa *rsa, size_t len, struct vcard_random *random, BIGNUM *ret_prime)
{
    int found = 0;
    for (int i = 0; i < DRAWS_MAX && found == 0; i++) {
        if (!roca_candidate(rsa, len, random, ret_prime)) {
            return false;
        }
        bool fits = (size_t)BN_num_bytes(ret_prime) == len && BN_mod_word(ret_prime, EXPONENT) != 1;
        found = fits ? BN_check_prime(ret_prime, rsa->context, NULL) : 0;
    }
    return found == 1;
}

bool vcard_rsa_generate_roca(size_t modulus_len, struct vcard_random *random,
                             struct buf *ret_private, struct buf *ret_modulus)
{
    struct rsa rsa;
    size_t half = modulus_len / 2;
    if (modulus_len > VCARD_RSA_MODULUS_MAX) {
        return false;
    }
    bool good = rsa_open(&rsa) && primorial(modulus_len, rsa.n) &&
                roca_draw(&rsa, half, random, rsa.p) && roca_draw(&rsa, half, random, rsa.q) &&
                key_put(&rsa, half, ret_private, ret_modulus);
    rsa_close(&rsa);
    return good;
}

bool vcard_rsa_generate(size_t modulus_len, struct vcard_random *random, struct buf *ret_private,
                        struct buf *ret_modulus)
{
    struct rsa rsa;
    size_t half = modulus_len / 2;
    if (modulus_len > VCARD_RSA_MODULUS_MAX) {
        return false;
    }
    bool good = rsa_open(&rsa) && prime_draw(&rsa, half, random, rsa.p) &&
                prime_draw(&rsa, half, random, rsa.q) &&
                key_put(&rsa, half, ret_private, ret_modulus);
    rsa_close(&rsa);
    return good;
}

/* block ^ (1/65537 mod (prime - 1)) mod prime. */
static bool power_of(struct rsa *rsa, const BIGNUM *prime, BIGNUM *ret_power)
{
    BN_set_flags(rsa->d, BN_FLG_CONSTTIME);
    return BN_copy(rsa->minus, prime) != NULL && BN_sub_word(rsa->minus, 1) == 1 &&
           BN_set_word(rsa->d, EXPONENT) == 1 &&
           BN_mod_inverse(rsa->d, rsa->d, rsa->minus, rsa->context) != NULL &&
           BN_nnmod(ret_power, rsa->block, prime, rsa->context) == 1 &&
           BN_mod_exp_mont_consttime(ret_power, ret_power, rsa->d, prime, rsa->context, NULL) == 1;
}

/* RFC 8017, 5.1.2: m = m2 + q ((m1 - m2) / q mod p). */
static bool join(struct rsa *rsa)
{
    BIGNUM *inverse = rsa->d, *m1 = rsa->left, *m2 = rsa->result;
    return BN_mod_inverse(inverse, rsa->q, rsa->p, rsa->context) != NULL &&
           BN_mod_sub(m1, m1, m2, rsa->p, rsa->context) == 1 &&
           BN_mod_mul(m1, m1, inverse, rsa->p, rsa->context) == 1 &&
           BN_mul(m1, m1, rsa->q, rsa->context) == 1 && BN_add(m2, m2, m1) == 1;
}

static bool apply_in(struct rsa *rsa, struct span private_key, struct span block,
                     struct buf *ret_result)
{
    size_t half = private_key.len / 2;
    return BN_bin2bn(private_key.ptr, (int)half, rsa->p) != NULL &&
           BN_bin2bn(private_key.ptr + half, (int)half, rsa->q) != NULL &&
           BN_bin2bn(block.ptr, (int)block.len, rsa->block) != NULL &&
           BN_mul(rsa->n, rsa->p, rsa->q, rsa->context) == 1 && BN_cmp(rsa->block, rsa->n) < 0 &&
           power_of(rsa, rsa->p, rsa->left) && power_of(rsa, rsa->q, rsa->result) && join(rsa) &&
           number_put(rsa->result, block.len, ret_result);
}

bool vcard_rsa_apply(struct span private_key, struct span block, struct buf *ret_result)
{
    struct rsa rsa;
    if (private_key.len == 0 || private_key.len != block.len) {
        return false;
    }
    bool good = rsa_open(&rsa) && apply_in(&rsa, private_key, block, ret_result);
    rsa_close(&rsa);
    return good;
}
