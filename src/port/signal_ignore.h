/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* signal_ignore: a peer that goes away must not end the program.
 *
 *     signal_ignore_pipe();      writes then fail with EPIPE (OpenSSL has no MSG_NOSIGNAL)
 *
 * For the whole process, for good. Tests: test/unit/port/test_signal_ignore.c */
void signal_ignore_pipe(void);
