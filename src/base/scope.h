/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* scope: a resource is tied to the scope that opened it. For shells (above the line) and tests.
 *
 *     DEFINE_SCOPED(FILE *, file_close, fclose)
 *     FILE *f SCOPED(file_close) = fopen(...);
 *     return TAKE(f);      hands it over, visibly
 */
#define SCOPED(function) __attribute__((cleanup(function##_scoped)))
#define DEFINE_SCOPED(type, name, destroy)                                                         \
    static inline void name##_scoped(type *ptr)                                                    \
    {                                                                                              \
        if (*ptr) {                                                                                \
            destroy(*ptr);                                                                         \
        }                                                                                          \
    }
#define TAKE(variable)                                                                             \
    __extension__({                                                                                \
        __typeof__(variable) _t = variable;                                                        \
        variable = NULL;                                                                           \
        _t;                                                                                        \
    })
