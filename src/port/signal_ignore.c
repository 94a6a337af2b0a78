/* SPDX-License-Identifier: Apache-2.0 */
#include "port/signal_ignore.h"

#include <signal.h>

#include "base/check.h"

void signal_ignore_pipe(void)
{
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    REQUIRE(sigaction(SIGPIPE, &ignore, NULL) == 0);
}
