/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>

/* refuser: for a library that is loaded into a program that is tested, and lets one of its calls
 * fail.
 *
 *     LD_PRELOAD=libpcsc_refuser.so REFUSER=FILE
 *
 * FILE holds three numbers of 32 bits, which both sides may change at any time: the call that fails
 * (0: none), whether it is made first (1) or not (0), and how many were made. */
struct refuser {
    atomic_uint at, is_made, count;
};

/* Opens FILE, before the program confines itself. */
void refuser_open(void);
/* Counts a call: 0: it is made; else it fails. */
int refuser_refuses(void);
/* Must it be made, though it fails? */
int refuser_makes(void);

/* A definition in a library that is loaded first stands before that of all others. */
static inline void refuser_find(const char *name, void *ret_function)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(ret_function, &found, sizeof(found));
}

#define REFUSES(failure, type, name, parameters, arguments)                                        \
    __attribute__((visibility("default"))) type name parameters                                    \
    {                                                                                              \
        type(*real) parameters;                                                                    \
        refuser_find(#name, &real);                                                                \
        int refused = refuser_refuses();                                                           \
        type got = refused && !refuser_makes() ? (failure) : real arguments;                       \
        return refused ? (failure) : got;                                                          \
    }
