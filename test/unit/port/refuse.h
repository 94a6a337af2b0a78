/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* refuse: the system and its libraries, with one of the calls to them refused.
 *
 *     refuse_libraries();                     before they do anything; as our programs do it
 *     refuse_here(true);                      calls of this thread count from now on
 *     refuse_begin(REFUSE_SYSTEM, 17);        the 17th of them fails; 0: none does
 *     ...
 *     unsigned calls = refuse_end();          so many were made, and from here all goes well
 *
 * A program that is linked with this (refuse_dep) has sockets, waiting, descriptors and names
 * (REFUSE_SYSTEM), and memory (REFUSE_MEMORY), that fail as their manual says: when our own code
 * asks, and when libraries do. What libraries ask of memory_reserve.h is refused by malloc() and
 * given from the reserve; OpenSSL is left without it by refuse_reserve(false). */
enum refuse_kind { REFUSE_SYSTEM, REFUSE_MEMORY };

void refuse_libraries(void);
void refuse_reserve(bool openssl_has_it);
void refuse_here(bool counts);
void refuse_begin(enum refuse_kind kind, unsigned n);
/* Since refuse_begin. */
unsigned refuse_calls(void);
unsigned refuse_end(void);
/* Was it this one that failed, since refuse_begin? "epoll_ctl"; of memory "". */
bool refuse_was(const char *name);
/* The step from one refused call to the next: 1, or so large that no more than `most` of `calls`
 * are refused. CARDWRIGHT_REFUSALS_MOST in the environment stands before `most`; 0: all. */
unsigned refuse_step(unsigned calls, unsigned most);
/* Descriptors that are open in this process. */
size_t refuse_open_files(void);
