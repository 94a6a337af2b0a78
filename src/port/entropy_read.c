/* SPDX-License-Identifier: Apache-2.0 */
#include "port/entropy_read.h"

#include <errno.h>
#include <sys/random.h>

static enum status fill(void *context, uint8_t *ret, size_t len)
{
    (void)context;
    size_t done = 0;
    while (done < len) {
        ssize_t got = getrandom(ret + done, len - done, 0);
        if (got < 0 && errno != EINTR) {
            return STATUS_CRYPTO;
        }
        done += got > 0 ? (size_t)got : 0;
    }
    return STATUS_OK;
}

struct entropy entropy_read_system(void)
{
    return (struct entropy){ .fill = fill, .context = NULL };
}
