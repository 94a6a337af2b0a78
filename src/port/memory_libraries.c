/* SPDX-License-Identifier: Apache-2.0 */
#include "port/memory_libraries.h"

#include <jansson.h>
#include <openssl/crypto.h>

#include "base/check.h"
#include "port/memory_reserve.h"

static void *openssl_malloc(size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    return memory_reserve_malloc(len);
}

static void *openssl_realloc(void *ptr, size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    return memory_reserve_realloc(ptr, len);
}

static void openssl_free(void *ptr, const char *file, int line)
{
    (void)file;
    (void)line;
    memory_reserve_free(ptr);
}

void memory_libraries_set(void)
{
    json_set_alloc_funcs(memory_reserve_malloc, memory_reserve_free);
    REQUIRE(CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) == 1);
}
