/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/crypto.h>
#include <stddef.h>
#include <stdlib.h>

/* scarce_crypto: libcrypto without memory, once, wherever the test wants it. For the one .c file of
 * a test program that includes it.
 *
 *     scarce_crypto_fails_at = 3;      the fourth allocation from here on
 *     ... the call ...
 *     if (scarce_crypto_fails_at < 0)  it has happened */
/* libcrypto's allocation of that number fails, once; negative: none. */
static int scarce_crypto_fails_at = -1;

static void *scarce_malloc(size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    return scarce_crypto_fails_at >= 0 && scarce_crypto_fails_at-- == 0 ? NULL : malloc(len);
}

static void *scarce_realloc(void *at, size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    return scarce_crypto_fails_at >= 0 && scarce_crypto_fails_at-- == 0 ? NULL : realloc(at, len);
}

static void plain_free(void *at, const char *file, int line)
{
    (void)file;
    (void)line;
    free(at);
}

/* Before the library allocates anything. */
__attribute__((constructor)) static void take_over_memory(void)
{
    (void)CRYPTO_set_mem_functions(scarce_malloc, scarce_realloc, plain_free);
}
