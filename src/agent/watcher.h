/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"
#include "port/pcsc_reader.h"

/* watcher: the thread that waits for the readers and tells the desk what they report, at once.
 *
 * A smartcard service that does not answer takes all cards with it; it is asked for again each
 * second, since nothing tells when a service comes back.
 * Tests: with cards in the end-to-end tests. */
struct watcher {
    struct desk *desk;
    struct pcsc_reader_watch *watch; /* under the desk's lock: for watcher_stop */
};

void *watcher_main(void *context); /* a struct watcher */
/* From another thread, after desk->stopping was set: ends the wait. */
void watcher_stop(struct watcher *watcher);
