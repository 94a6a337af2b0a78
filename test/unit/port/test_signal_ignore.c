/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <unistd.h>

#include "port/signal_ignore.h"
#include "test/lib/test.h"

TEST(signal_ignore__a_write_without_a_reader_fails_and_does_not_kill)
{
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(close(ends[0]), 0);

    signal_ignore_pipe();

    CHECK_EQ(write(ends[1], "x", 1), -1);
    CHECK_EQ(errno, EPIPE);
    CHECK_EQ(close(ends[1]), 0);
}
