/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

/* memory_reserve: memory for libraries that do not survive a lack of it, or are handed secrets.
 *
 *     json_set_alloc_funcs(memory_reserve_malloc, memory_reserve_free);
 *     memory_reserve_free(json_dumps(json, flags));      a text of the library too
 *
 * Where the text that it reads or writes cannot grow, jansson 2.14 loses a part of it and goes on:
 * a member without its name, a value without its end, or an assertion that ends the process.
 * libevent 2.1 ends the process when a connection with TLS has no buffer, and leaves out a line of
 * an answer. So what malloc() refuses comes from room that was set apart at the start and is enough
 * for the largest message. It is used from front to back, and again once what was given last, or
 * all of it, has been given back; NULL when it is used up.
 * Whatever is given back is wiped, what a block has grown out of too: passcodes and PUKs pass
 * through the buffers of libevent and curl.
 * Threads: any. Tests: test/unit/port/test_memory_reserve.c, cardwright-sim --starve */
enum { MEMORY_RESERVE_LEN = 2 * 1024 * 1024 };

void *memory_reserve_malloc(size_t len);
void *memory_reserve_calloc(size_t count, size_t len);
/* NULL: no memory, and `ptr` is as it was. */
void *memory_reserve_realloc(void *ptr, size_t len);
char *memory_reserve_strdup(const char *text);
/* From the reserve, whether there is other memory or not. */
void *memory_reserve_take(size_t len);
/* What came from any of the two, or from malloc() itself; NULL is fine. */
void memory_reserve_free(void *ptr);
