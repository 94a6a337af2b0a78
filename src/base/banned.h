/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* banned: functions that must not compile here. Forced into every product file by the build. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef gets
#undef strtok
#undef atoi
#undef atol
#undef rand
#undef srand
#undef gmtime
#undef localtime
#undef alloca
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol srand
#pragma GCC poison gmtime localtime alloca system popen tmpnam mktemp

/* Not poisoned: <openssl/evp.h> has parameters of this name. */
int rand(void) __attribute__((deprecated("banned: randomness comes in through struct entropy")));
