/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* sim_lack: what the programs ask of the world around them, and the one time that it is refused.
 *
 *     sim_lack_install();                       first of all, before a library allocates anything
 *     sim_lack_begin(&(struct sim_lack_plan){ .kind = SIM_LACK_MEMORY, .call = 17 });
 *     ... an act ...
 *     sim_lack_end();
 *     if (sim_lack_happened()) { sim_lack_what() }
 *
 * The linker puts sim_lack_wrap.c between the programs' code and what it calls (--wrap). Only calls
 * from inside a program count, while an act is on: the simulated world itself never lacks anything,
 * nor do the cards. A call can fail in several ways; `way` chooses one of sim_lack_ways.
 * Tests: test/unit/sim/test_sim_lack.c */
enum sim_lack {
    SIM_LACK_MEMORY,         /* malloc, calloc, realloc, strdup of our own code */
    SIM_LACK_MEMORY_JSON,    /* of jansson */
    SIM_LACK_MEMORY_SQLITE,  /* of SQLite */
    SIM_LACK_MEMORY_OPENSSL, /* of libcrypto */
    SIM_LACK_ENTROPY,        /* random bytes */
    SIM_LACK_CRYPTO,         /* an operation of src/crypto */
    SIM_LACK_STORE,          /* a statement of SQLite, prepared or stepped */
    SIM_LACK_CARD,           /* PC/SC: connecting, a command */
    SIM_LACK_LINE,           /* a request to the server, or to the signer */
    SIM_LACK_FILE,           /* a file: opened, looked at, read, written, cut, flushed */
    SIM_LACK_MAX
};

enum { SIM_LACK_PLACES_MAX = 8192 };

/* A call that never comes: calls are counted, and places are not noted. */
#define SIM_LACK_NO_CALL UINT32_MAX

/* Where to fail: all calls; or, of the many that libraries make, the first one from each place:
 * from each chain of callers. */
struct sim_lack_places {
    uint32_t count;
    uint32_t calls[SIM_LACK_PLACES_MAX]; /* from 1 */
};

struct sim_lack_plan {
    enum sim_lack kind;
    unsigned way;  /* 0 to sim_lack_ways - 1 */
    uint32_t call; /* from 1; 0 and SIM_LACK_NO_CALL: none fails */
};

const char *sim_lack_name(enum sim_lack kind);
bool sim_lack_by_name(const char *name, enum sim_lack *ret_kind);
unsigned sim_lack_ways(enum sim_lack kind);
void sim_lack_install(void);
/* Counts from 0 again. */
void sim_lack_begin(const struct sim_lack_plan *plan);
void sim_lack_end(void);
/* Calls of that kind between begin and end. */
uint32_t sim_lack_calls(enum sim_lack kind);
/* The places of that kind between begin and end, in an act in which nothing failed. */
const struct sim_lack_places *sim_lack_places(enum sim_lack kind);
bool sim_lack_happened(void);
/* The function that failed, NULL: none did. */
const char *sim_lack_what(void);

/* ---- for sim_lack_wrap.c ---- */

/* From here on a program runs, or the world again; returns which it was. */
bool sim_lack_inside(bool is_inside);
/* True: this call is the one that fails. */
bool sim_lack_takes(enum sim_lack kind, const char *what);
unsigned sim_lack_way(void);
