/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/watcher.h"

#include "port/clock_read.h"
#include "port/log_write.h"

enum { RETRY_MS = 1000 };

static bool is_stopping(struct desk *desk)
{
    desk_lock(desk);
    bool stopping = desk->stopping;
    desk_unlock(desk);
    return stopping;
}

static void publish(struct watcher *watcher, struct pcsc_reader_watch *watch)
{
    desk_lock(watcher->desk);
    watcher->watch = watch;
    desk_unlock(watcher->desk);
}

/* Until the service goes or the program ends. */
static enum status follow(struct watcher *watcher, struct pcsc_reader_watch *watch)
{
    struct pcsc_reader_list list;
    enum status status = pcsc_reader_now(watch, &list);
    if (status == STATUS_OK) {
        log_write(LOG_LEVEL_INFO, "readers", LOG_FIELDS(LOG_NUMBER("count", list.count)));
    }
    while (status == STATUS_OK && !is_stopping(watcher->desk)) {
        desk_take_readers(watcher->desk, &list);
        status = pcsc_reader_wait(watch, PCSC_WAIT_FOR_EVER, &list);
    }
    return status;
}

static enum status watch_once(struct watcher *watcher)
{
    struct pcsc_reader_watch *watch = NULL;
    enum status status = pcsc_reader_watch_open(&watch);
    if (status != STATUS_OK) {
        return status;
    }
    publish(watcher, watch);
    status = follow(watcher, watch);
    publish(watcher, NULL);
    pcsc_reader_watch_close(&watch);
    return status;
}

static void pause_or_stop(struct desk *desk)
{
    int64_t until_ms = clock_read_monotonic_ms() + RETRY_MS;
    desk_lock(desk);
    while (!desk->stopping && !monitor_wait_until(&desk->monitor, until_ms)) {
    }
    desk_unlock(desk);
}

void *watcher_main(void *context)
{
    struct watcher *watcher = context;
    struct desk *desk = watcher->desk;
    enum status before = STATUS_OK;
    while (!is_stopping(desk)) {
        enum status status = watch_once(watcher);
        if (is_stopping(desk)) {
            break;
        }
        desk_lose_readers(desk);
        if (status != before) {
            const struct fault fault = fault_of(status, "");
            log_write_fault(LOG_LEVEL_WARNING, "readers", &fault);
        }
        before = status;
        pause_or_stop(desk);
    }
    desk_lock(desk);
    desk->watcher_ended = true;
    monitor_wake(&desk->monitor);
    desk_unlock(desk);
    return NULL;
}

void watcher_stop(struct watcher *watcher)
{
    desk_lock(watcher->desk);
    if (watcher->watch != NULL) {
        pcsc_reader_cancel(watcher->watch);
    }
    desk_unlock(watcher->desk);
}
