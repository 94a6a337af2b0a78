/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

/* memory_reserve: room for a library that does not survive a lack of memory (jansson 2.14).
 *
 *     json_set_alloc_funcs(memory_reserve_malloc, memory_reserve_free);
 *     memory_reserve_free(json_dumps(json, flags));      a text of the library too
 *
 * Where the text that it reads or writes cannot grow, jansson loses a part of it and goes on: a
 * member without its name, a value without its end, or an assertion that ends the process. So what
 * malloc() refuses comes from room that was set apart at the start and is enough for the largest
 * message. It is used from front to back, and again once all of it has been given back; NULL when
 * it is used up. Whatever is given back is wiped.
 * Threads: any. Tests: test/unit/port/test_memory_reserve.c, cardwright-sim --starve */
enum { MEMORY_RESERVE_LEN = 2 * 1024 * 1024 };

void *memory_reserve_malloc(size_t len);
/* From the reserve, whether there is other memory or not. */
void *memory_reserve_take(size_t len);
/* What came from any of the two, or from malloc() itself; NULL is fine. */
void memory_reserve_free(void *ptr);
