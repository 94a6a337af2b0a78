/* SPDX-License-Identifier: Apache-2.0 */
#include "port/ready_notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

static const char state[] = "READY=1";

/* sd_notify(3): a datagram to a unix socket; a leading '@' means the abstract name space. */
static enum status notify_manager(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if ((path[0] != '/' && path[0] != '@') ||
        !text_copy(address.sun_path, sizeof(address.sun_path), path)) {
        return STATUS_BAD_VALUE;
    }
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (path[0] == '@') {
        address.sun_path[0] = '\0';
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return STATUS_BAD_VALUE;
    }
    ssize_t sent =
        sendto(fd, state, sizeof(state) - 1, MSG_NOSIGNAL, (const struct sockaddr *)&address, len);
    (void)close(fd);
    return sent == (ssize_t)(sizeof(state) - 1) ? STATUS_OK : STATUS_BAD_VALUE;
}

static enum status notify_descriptor(int fd, const char *text)
{
    size_t len = strlen(text);
    ssize_t put = 0;
    do {
        put = write(fd, text, len);
    } while (put < 0 && errno == EINTR);
    (void)close(fd);
    return put == (ssize_t)len ? STATUS_OK : STATUS_BAD_VALUE;
}

enum status ready_notify(int ready_fd, const char *text)
{
    const char *path = getenv("NOTIFY_SOCKET");
    enum status manager = path == NULL ? STATUS_OK : notify_manager(path);
    enum status descriptor = ready_fd < 0 ? STATUS_OK : notify_descriptor(ready_fd, text);
    return manager != STATUS_OK ? manager : descriptor;
}

enum status ready_notify_parse(const char *text, int *ret_fd)
{
    size_t len = strlen(text);
    if (len > 4 || len == 0 || !text_is_digits(text, len)) {
        return STATUS_BAD_VALUE;
    }
    int fd = (int)strtol(text, NULL, 10);
    if (fd <= STDERR_FILENO || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        return STATUS_BAD_VALUE;
    }
    *ret_fd = fd;
    return STATUS_OK;
}
