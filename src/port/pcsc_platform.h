/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* pcsc_platform: what differs between pcsc-lite and Windows, for pcsc_reader.c alone.
 *
 * The narrow-character calls are named outright; types get one name each; a pause of a millisecond.
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
#else
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
#endif
