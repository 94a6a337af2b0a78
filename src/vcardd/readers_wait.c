/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/readers_wait.h"

#include "port/clock_read.h"
#include "port/pcsc_reader.h"

static enum status wait_listed(struct pcsc_reader_watch *watch)
{
    struct pcsc_reader_list list = { .count = 0 };
    int64_t until_ms = clock_read_monotonic_ms() + READERS_WAIT_MS;
    int64_t left_ms = READERS_WAIT_MS;
    enum status status = pcsc_reader_now(watch, &list);
    while (status == STATUS_OK && list.count < READERS_EXPECTED && left_ms > 0) {
        status = pcsc_reader_wait(watch, (int)left_ms, &list);
        left_ms = until_ms - clock_read_monotonic_ms();
    }
    if (status != STATUS_OK) {
        return status;
    }
    return list.count < READERS_EXPECTED ? STATUS_READER_NONE : STATUS_OK;
}

enum status readers_wait(const char *socket_path)
{
    struct pcsc_reader_watch *watch = NULL;
    if (setenv("PCSCLITE_CSOCK_NAME", socket_path, 1) != 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    enum status status = pcsc_reader_watch_open(&watch);
    if (status == STATUS_OK) {
        status = wait_listed(watch);
    }
    pcsc_reader_watch_close(&watch);
    return status;
}
