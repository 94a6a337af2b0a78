/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <string.h>

void wipe(void *ptr, size_t len)
{
    if (len > 0) {
        memset(ptr, 0, len);
        /* For all that the compiler knows, this reads the memory: the clearing stays. */
        __asm__ volatile("" : : "r"(ptr) : "memory");
    }
}

bool secret_set(struct secret *s, struct span value)
{
    secret_wipe(s);
    if (value.len > SECRET_MAX) {
        return false;
    }
    if (value.len > 0) {
        memcpy(s->bytes, value.ptr, value.len);
    }
    s->len = value.len;
    return true;
}

struct span secret_span(const struct secret *s)
{
    return (struct span){ s->bytes, s->len };
}

void secret_wipe(struct secret *s)
{
    wipe(s, sizeof(*s));
}

bool equal_in_constant_time(struct span a, struct span b)
{
    if (a.len != b.len) {
        return false;
    }
    uint8_t difference = 0;
    for (size_t i = 0; i < a.len; i++) {
        difference = (uint8_t)(difference | (a.ptr[i] ^ b.ptr[i]));
    }
    return difference == 0;
}
