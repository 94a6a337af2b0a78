/* SPDX-License-Identifier: Apache-2.0 */
/* one_reader: loaded before libpcsclite into a program that is tested, it hides all readers but the
 * first. The virtual driver has always two. */
#include <dlfcn.h>
#include <string.h>
#include <winscard.h>

typedef LONG (*list_readers)(SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD len);

__attribute__((visibility("default"))) LONG SCardListReaders(SCARDCONTEXT context, LPCSTR groups,
                                                             LPSTR names, LPDWORD len)
{
    list_readers real;
    void *found = dlsym(RTLD_NEXT, "SCardListReaders");
    memcpy(&real, &found, sizeof(real));
    LONG code = real(context, groups, names, len);
    if (code == SCARD_S_SUCCESS && names != NULL && names[0] != '\0') {
        size_t first = strlen(names) + 1;
        names[first] = '\0';
        *len = (DWORD)(first + 1);
    }
    return code;
}
