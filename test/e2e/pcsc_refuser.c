/* SPDX-License-Identifier: Apache-2.0 */
/* pcsc_refuser: one call to PC/SC fails; see refuser.h. */
#include <winscard.h>

#include "test/e2e/refuser.h"

#define PCSC_REFUSES(code, name, parameters, arguments)                                            \
    REFUSES((LONG)(code), LONG, name, parameters, arguments)

PCSC_REFUSES(SCARD_E_NO_MEMORY, SCardEstablishContext,
             (DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT ret_context),
             (scope, reserved1, reserved2, ret_context))
PCSC_REFUSES(SCARD_E_NO_MEMORY, SCardListReaders,
             (SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD len),
             (context, groups, names, len))
PCSC_REFUSES(SCARD_F_COMM_ERROR, SCardGetStatusChange,
             (SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states, DWORD count),
             (context, timeout, states, count))
PCSC_REFUSES(SCARD_E_SHARING_VIOLATION, SCardConnect,
             (SCARDCONTEXT context, LPCSTR reader, DWORD mode, DWORD protocols,
              LPSCARDHANDLE ret_card, LPDWORD ret_protocol),
             (context, reader, mode, protocols, ret_card, ret_protocol))
PCSC_REFUSES(SCARD_W_UNRESPONSIVE_CARD, SCardReconnect,
             (SCARDHANDLE card, DWORD mode, DWORD protocols, DWORD start, LPDWORD ret_protocol),
             (card, mode, protocols, start, ret_protocol))
PCSC_REFUSES(SCARD_W_RESET_CARD, SCardBeginTransaction, (SCARDHANDLE card), (card))
PCSC_REFUSES(SCARD_E_INSUFFICIENT_BUFFER, SCardTransmit,
             (SCARDHANDLE card, const SCARD_IO_REQUEST *from, LPCBYTE command, DWORD command_len,
              SCARD_IO_REQUEST *ret_to, LPBYTE answer, LPDWORD answer_len),
             (card, from, command, command_len, ret_to, answer, answer_len))
PCSC_REFUSES(SCARD_F_COMM_ERROR, SCardEndTransaction, (SCARDHANDLE card, DWORD end), (card, end))
PCSC_REFUSES(SCARD_F_COMM_ERROR, SCardDisconnect, (SCARDHANDLE card, DWORD end), (card, end))
