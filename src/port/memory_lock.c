/* SPDX-License-Identifier: Apache-2.0 */
#include "port/memory_lock.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/check.h"

/* The secret has its page for itself: mlock works on whole pages. */
enum { PAGE_LEN = 4096 };
_Static_assert(sizeof(struct locked_secret) <= PAGE_LEN, "a secret fits into a page");

enum status memory_lock_open(struct locked_secret **ret_locked)
{
    void *page = mmap(NULL, PAGE_LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        return STATUS_OUT_OF_MEMORY;
    }
    /* mlock2: the address sanitizer turns mlock into nothing, and then tests would prove nothing.
     */
    if (mlock2(page, PAGE_LEN, 0) != 0 || madvise(page, PAGE_LEN, MADV_DONTDUMP) != 0 ||
        madvise(page, PAGE_LEN, MADV_WIPEONFORK) != 0) {
        (void)munmap(page, PAGE_LEN);
        return STATUS_OUT_OF_MEMORY;
    }
    *ret_locked = page;
    return STATUS_OK;
}

void memory_lock_close(struct locked_secret **locked)
{
    if (*locked != NULL) {
        wipe(*locked, PAGE_LEN);
        REQUIRE(munmap(*locked, PAGE_LEN) == 0);
        *locked = NULL;
    }
}

enum status memory_lock_process(void)
{
    const struct rlimit none = { 0, 0 };
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return STATUS_INTERNAL;
    }
    return STATUS_OK;
}

void memory_lock_wiping_free(void *ptr)
{
    if (ptr != NULL) {
        wipe(ptr, malloc_usable_size(ptr));
        free(ptr);
    }
}
