/* SPDX-License-Identifier: Apache-2.0 */
#include "test/e2e/refuser.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct refuser *shared;

__attribute__((constructor)) void refuser_open(void)
{
    const char *path = getenv("REFUSER");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *memory = fd >= 0 ? mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                           : MAP_FAILED;
    if (fd >= 0) {
        (void)close(fd);
    }
    shared = memory != MAP_FAILED ? memory : NULL;
}

int refuser_refuses(void)
{
    return shared != NULL && atomic_fetch_add(&shared->count, 1) + 1 == atomic_load(&shared->at);
}

int refuser_makes(void)
{
    return atomic_load(&shared->is_made) != 0;
}
