/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* doctor_proxy: which proxy a request to a server takes, by the rules of libcurl.
 *
 *     struct doctor_proxy proxy;
 *     if (doctor_proxy_of(&environment, "https://ra.example:8443", &proxy)) {
 *         "through proxy.example:3128 (https_proxy)" }
 *
 * The lower-case name goes first; http_proxy has no upper-case form; no_proxy is "*" or names,
 * separated by commas or spaces, each for itself and what lies below it. Address ranges in no_proxy
 * are not understood here: the host is then said to take the proxy.
 * The proxy's user and password are never in `address`.
 * Tests: test/unit/cli/test_doctor_proxy.c */
struct doctor_proxy_environment {
    const char *(*get)(const char *name); /* NULL: not set */
};

enum { DOCTOR_PROXY_ADDRESS_MAX = 128 };

struct doctor_proxy {
    const char *variable;                   /* "https_proxy" */
    char address[DOCTOR_PROXY_ADDRESS_MAX]; /* printable */
};

MUST_USE bool doctor_proxy_of(const struct doctor_proxy_environment *environment,
                              const char *origin, struct doctor_proxy *ret_proxy);
