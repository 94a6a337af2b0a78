/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* pcsc_platform: what differs between pcsc-lite and Windows, for pcsc_reader.c alone.
 *
 * The narrow-character calls are named outright; types get one name each; a pause of a millisecond;
 * no waiting for other programs; the daemon's socket.
 * Tests: pcsc_reader.c is compiled for both systems in the checks. */
#ifdef _WIN32
#include <windows.h>

#include <winscard.h>

typedef SCARD_READERSTATEA pcsc_platform_state;
#define PCSC_PLATFORM_LIST SCardListReadersA
#define PCSC_PLATFORM_CHANGE SCardGetStatusChangeA
#define PCSC_PLATFORM_CONNECT SCardConnectA

static inline void pcsc_platform_pause(void)
{
    Sleep(1);
}

/* Windows has no such setting. */
static inline void pcsc_platform_never_wait(void)
{
}

/* No socket that could be looked at. */
static inline const char *pcsc_platform_daemon(void)
{
    return NULL;
}
#else
#include <stdlib.h>
#include <time.h>

#include <winscard.h>

typedef SCARD_READERSTATE pcsc_platform_state;
#define PCSC_PLATFORM_LIST SCardListReaders
#define PCSC_PLATFORM_CHANGE SCardGetStatusChange
#define PCSC_PLATFORM_CONNECT SCardConnect

static inline void pcsc_platform_pause(void)
{
    const struct timespec one_millisecond = { .tv_nsec = 1000000 };
    (void)nanosleep(&one_millisecond, NULL);
}

/* pcsc-lite asks the environment when a context is made. */
static inline void pcsc_platform_never_wait(void)
{
    (void)setenv("PCSCLITE_NO_BLOCKING", "1", 1);
}

static inline const char *pcsc_platform_daemon(void)
{
    const char *named = getenv("PCSCLITE_CSOCK_NAME");
    return named != NULL ? named : "/run/pcscd/pcscd.comm";
}
#endif
