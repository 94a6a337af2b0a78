/* SPDX-License-Identifier: Apache-2.0 */
/* pcsc_refuser: loaded before libpcsclite into a program that is tested, it lets one of its calls
 * fail.
 *
 *     LD_PRELOAD=libpcsc_refuser.so PCSC_REFUSER=FILE
 *
 * FILE holds three numbers of 32 bits, which both sides may change at any time: the call that fails
 * (0: none), how (below), and how many were made. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <winscard.h>

enum { UNDONE, DONE }; /* it fails instead of being made, or after it */

struct refuser {
    atomic_uint at, how, count;
};

static struct refuser *shared;

/* Before the program confines itself. */
__attribute__((constructor)) static void open_shared(void)
{
    const char *path = getenv("PCSC_REFUSER");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *memory = fd >= 0 ? mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                           : MAP_FAILED;
    shared = memory != MAP_FAILED ? memory : NULL;
    if (fd >= 0) {
        (void)close(fd);
    }
}

static void find(const char *name, void *ret_function)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(ret_function, &found, sizeof(found));
}

static int is_refused(void)
{
    return shared != NULL && atomic_fetch_add(&shared->count, 1) + 1 == atomic_load(&shared->at);
}

/* A call that holds something is made all the same when it gives it back. */
#define REFUSES(code, name, parameters, arguments)                                                 \
    __attribute__((visibility("default"))) LONG name parameters                                    \
    {                                                                                              \
        LONG(*real) parameters;                                                                    \
        find(#name, &real);                                                                        \
        int refused = is_refused();                                                                \
        LONG got = refused && atomic_load(&shared->how) == UNDONE ? (LONG)(code) : real arguments; \
        return refused ? (LONG)(code) : got;                                                       \
    }

REFUSES(SCARD_E_NO_MEMORY, SCardEstablishContext,
        (DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT ret_context),
        (scope, reserved1, reserved2, ret_context))
REFUSES(SCARD_E_NO_MEMORY, SCardListReaders,
        (SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD len),
        (context, groups, names, len))
REFUSES(SCARD_F_COMM_ERROR, SCardGetStatusChange,
        (SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states, DWORD count),
        (context, timeout, states, count))
REFUSES(SCARD_E_SHARING_VIOLATION, SCardConnect,
        (SCARDCONTEXT context, LPCSTR reader, DWORD mode, DWORD protocols, LPSCARDHANDLE ret_card,
         LPDWORD ret_protocol),
        (context, reader, mode, protocols, ret_card, ret_protocol))
REFUSES(SCARD_W_UNRESPONSIVE_CARD, SCardReconnect,
        (SCARDHANDLE card, DWORD mode, DWORD protocols, DWORD start, LPDWORD ret_protocol),
        (card, mode, protocols, start, ret_protocol))
REFUSES(SCARD_W_RESET_CARD, SCardBeginTransaction, (SCARDHANDLE card), (card))
REFUSES(SCARD_E_INSUFFICIENT_BUFFER, SCardTransmit,
        (SCARDHANDLE card, const SCARD_IO_REQUEST *from, LPCBYTE command, DWORD command_len,
         SCARD_IO_REQUEST *ret_to, LPBYTE answer, LPDWORD answer_len),
        (card, from, command, command_len, ret_to, answer, answer_len))
REFUSES(SCARD_F_COMM_ERROR, SCardEndTransaction, (SCARDHANDLE card, DWORD end), (card, end))
REFUSES(SCARD_F_COMM_ERROR, SCardDisconnect, (SCARDHANDLE card, DWORD end), (card, end))
