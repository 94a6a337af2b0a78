/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/port/refuse.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "port/memory_reserve.h"
#include "test/lib/test.h"

static atomic_int kind_refused;
static atomic_uint calls, call_refused;
static const char *_Atomic name_refused; /* NULL: none was */
static _Thread_local bool counts_here;

void refuse_here(bool counts)
{
    counts_here = counts;
}

void refuse_begin(enum refuse_kind kind, unsigned n)
{
    atomic_store(&kind_refused, (int)kind);
    atomic_store(&call_refused, n);
    atomic_store(&calls, 0);
    atomic_store(&name_refused, NULL);
}

bool refuse_was(const char *name)
{
    const char *refused = atomic_load(&name_refused);
    return refused != NULL && strcmp(refused, name) == 0;
}

unsigned refuse_calls(void)
{
    return atomic_load(&calls);
}

unsigned refuse_end(void)
{
    atomic_store(&call_refused, 0);
    return refuse_calls();
}

unsigned refuse_step(unsigned count, unsigned most)
{
    const char *asked = getenv("CARDWRIGHT_REFUSALS_MOST");
    unsigned long limit = asked != NULL ? strtoul(asked, NULL, 10) : most;
    return limit == 0 || count <= limit ? 1 : (unsigned)((count + limit - 1) / limit);
}

static bool refused(enum refuse_kind kind, const char *name, int why)
{
    if (!counts_here || atomic_load(&kind_refused) != (int)kind ||
        atomic_fetch_add(&calls, 1) + 1 != atomic_load(&call_refused)) {
        return false;
    }
    atomic_store(&name_refused, name);
    errno = why;
    return true;
}

/* ---- the system ---- */

/* A definition in the program itself stands before that of any library; `next` is the library's. */
#define REFUSES(why, failure, type, name, parameters, arguments)                                   \
    __attribute__((visibility("default"))) type name parameters                                    \
    {                                                                                              \
        static type(*next) parameters;                                                             \
        if (next == NULL) {                                                                        \
            *(void **)(&next) = dlsym(RTLD_NEXT, #name);                                           \
        }                                                                                          \
        return refused(REFUSE_SYSTEM, #name, why) ? (failure) : next arguments;                    \
    }

REFUSES(EMFILE, -1, int, socket, (int domain, int type, int protocol), (domain, type, protocol))
REFUSES(EMFILE, -1, int, socketpair, (int domain, int type, int protocol, int fds[2]),
        (domain, type, protocol, fds))
REFUSES(ECONNREFUSED, -1, int, connect, (int fd, __CONST_SOCKADDR_ARG to, socklen_t len),
        (fd, to, len))
REFUSES(EACCES, -1, int, bind, (int fd, __CONST_SOCKADDR_ARG to, socklen_t len), (fd, to, len))
REFUSES(EOPNOTSUPP, -1, int, listen, (int fd, int most), (fd, most))
REFUSES(EMFILE, -1, int, accept4, (int fd, __SOCKADDR_ARG from, socklen_t *len, int flags),
        (fd, from, len, flags))
REFUSES(ENOBUFS, -1, int, getsockopt, (int fd, int level, int name, void *value, socklen_t *len),
        (fd, level, name, value, len))
REFUSES(ENOBUFS, -1, int, setsockopt,
        (int fd, int level, int name, const void *value, socklen_t len),
        (fd, level, name, value, len))
REFUSES(ENOBUFS, -1, int, getsockname, (int fd, __SOCKADDR_ARG at, socklen_t *len), (fd, at, len))
REFUSES(ENOBUFS, -1, int, getpeername, (int fd, __SOCKADDR_ARG at, socklen_t *len), (fd, at, len))
REFUSES(EPIPE, -1, ssize_t, send, (int fd, const void *bytes, size_t len, int flags),
        (fd, bytes, len, flags))
REFUSES(ECONNRESET, -1, ssize_t, recv, (int fd, void *bytes, size_t len, int flags),
        (fd, bytes, len, flags))
REFUSES(ECONNRESET, -1, ssize_t, read, (int fd, void *bytes, size_t len), (fd, bytes, len))
REFUSES(EPIPE, -1, ssize_t, write, (int fd, const void *bytes, size_t len), (fd, bytes, len))
REFUSES(ECONNRESET, -1, ssize_t, readv, (int fd, const struct iovec *list, int count),
        (fd, list, count))
REFUSES(EPIPE, -1, ssize_t, writev, (int fd, const struct iovec *list, int count),
        (fd, list, count))
REFUSES(ENOMEM, -1, int, poll, (struct pollfd * list, nfds_t count, int ms), (list, count, ms))
REFUSES(EMFILE, -1, int, epoll_create1, (int flags), (flags))
REFUSES(ENOMEM, -1, int, epoll_ctl, (int epoll, int what, int fd, struct epoll_event *event),
        (epoll, what, fd, event))
REFUSES(EINTR, -1, int, epoll_wait, (int epoll, struct epoll_event *events, int most, int ms),
        (epoll, events, most, ms))
REFUSES(EMFILE, -1, int, eventfd, (unsigned start, int flags), (start, flags))
REFUSES(ENOLCK, -1, int, flock, (int fd, int operation), (fd, operation))
REFUSES(EIO, -1, int, fchmod, (int fd, mode_t mode), (fd, mode))
REFUSES(EIO, -1, int, chmod, (const char *path, mode_t mode), (path, mode))
REFUSES(0, EAI_MEMORY, int, getaddrinfo,
        (const char *host, const char *service, const struct addrinfo *hints,
         struct addrinfo **ret_found),
        (host, service, hints, ret_found))

/* ---- memory ---- */

void *__real_malloc(size_t len);
void *__real_calloc(size_t count, size_t len);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t len);
void *__wrap_calloc(size_t count, size_t len);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t len)
{
    return refused(REFUSE_MEMORY, "", ENOMEM) ? NULL : __real_malloc(len);
}

void *__wrap_calloc(size_t count, size_t len)
{
    return refused(REFUSE_MEMORY, "", ENOMEM) ? NULL : __real_calloc(count, len);
}

char *__wrap_strdup(const char *text)
{
    return refused(REFUSE_MEMORY, "", ENOMEM) ? NULL : __real_strdup(text);
}

static bool openssl_has_reserve = true;

void refuse_reserve(bool openssl_has_it)
{
    openssl_has_reserve = openssl_has_it;
}

static void *openssl_malloc(size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    return openssl_has_reserve ? memory_reserve_malloc(len) : __wrap_malloc(len);
}

static void *openssl_realloc(void *ptr, size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    if (!openssl_has_reserve && refused(REFUSE_MEMORY, "", ENOMEM)) {
        return NULL;
    }
    return memory_reserve_realloc(ptr, len);
}

static void openssl_free(void *ptr, const char *file, int line)
{
    (void)file;
    (void)line;
    memory_reserve_free(ptr);
}

void refuse_libraries(void)
{
    CHECK_EQ(CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free), 1);
}

/* ---- what is left behind ---- */

size_t refuse_open_files(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    CHECK_EQ(closedir(folder), 0);
    return count;
}
