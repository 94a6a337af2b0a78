/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* memory_libraries: what libraries are given that see secrets: memory that is wiped when it is
 * given back, and a reserve (memory_reserve.h).
 *
 *     int main(int argc, char **argv)
 *     {
 *         memory_libraries_set();
 *
 * Jansson and OpenSSL, for the whole process, before either does anything: a passcode stands in the
 * body of a request, PUKs in batches, and all of it in the buffers of TLS. https_server and
 * https_client do the same for libevent and curl.
 * Tests: test/unit/port/test_web_refused.c, test/e2e/test_wiped.py */
void memory_libraries_set(void);
