/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/page_gate.h"

#include "base/text.h"

static bool origin_is_ours(const struct page_gate *gate, const struct page_ask *ask)
{
    char own[32];
    return ask->origin == NULL ||
           (text_format(own, sizeof(own), "http://127.0.0.1:%u", (unsigned)gate->port) &&
            text_equal(ask->origin, own));
}

/* The file that leads to the page, a bookmark or a link: the page alone comes of it. */
static bool is_navigation(const struct page_ask *ask)
{
    return text_equal(ask->method, "GET") && text_equal(ask->path, "/") &&
           text_equal(ask->mode, "navigate") && text_equal(ask->destination, "document");
}

static bool site_is_ours(const struct page_gate *gate, const struct page_ask *ask)
{
    (void)gate;
    return ask->site == NULL || text_equal(ask->site, "same-origin") ||
           text_equal(ask->site, "none") || is_navigation(ask);
}

static bool bearer_is_ours(const struct page_gate *gate, const struct page_ask *ask)
{
    return ask->is_open || page_book_is_bearer(gate->book, ask->bearer);
}

static bool stream_has_room(const struct page_gate *gate, const struct page_ask *ask)
{
    return !ask->is_stream || gate->streams < PAGE_STREAMS_MAX;
}

static const struct {
    bool (*holds)(const struct page_gate *gate, const struct page_ask *ask);
    enum status refusal;
} checks[] = {
    { origin_is_ours, STATUS_PAGE_ORIGIN },
    { site_is_ours, STATUS_PAGE_ORIGIN },
    { bearer_is_ours, STATUS_PAGE_BEARER },
    { stream_has_room, STATUS_PAGE_STREAMS },
};

enum status page_gate_check(const struct page_gate *gate, const struct page_ask *ask)
{
    for (size_t i = 0; i < COUNT(checks); i++) {
        if (!checks[i].holds(gate, ask)) {
            return checks[i].refusal;
        }
    }
    return STATUS_OK;
}
