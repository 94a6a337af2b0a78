/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/page.h"

#include "agent/desk_http.h"
#include "agent/desk_stream.h"
#include "agent/page_file.h"
#include "agent/page_gate.h"
#include "base/secret.h"
#include "base/text.h"
#include "port/clock_read.h"

enum { ADDRESS_MAX = 32 + PAGE_TOKEN_MAX, MS_PER_SECOND = 1000 };

static const struct https_field fields[] = {
    { "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
      "connect-src 'self'; img-src 'self' blob:; form-action 'none'; base-uri 'none'; "
      "frame-ancestors 'none'" },
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "no-referrer" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "X-Frame-Options", "DENY" },
    { "Cache-Control", "no-store" },
    { "Connection", "close" },
    { NULL, NULL },
};

enum status page_listen(struct desk *desk)
{
    const struct https_listener listener = {
        .address = "127.0.0.1",
        .port = desk->config.page_port,
        .hosts = { "127.0.0.1:port" },
        .body_max = PAGE_BODY_MAX,
        .request_ms = PAGE_REQUEST_MS,
        .fields = fields,
        .handler = desk_http_serve,
        .context = desk,
    };
    return https_server_listen(desk->http, &listener, &desk->page_port);
}

bool page_is_peer(const struct http_request *request)
{
    return !request->peer.local_user;
}

enum status page_admits(const struct desk *desk, const struct http_request *request, bool is_open,
                        bool is_stream)
{
    const struct page_gate gate = { .port = desk->page_port,
                                    .book = &desk->page,
                                    .streams = desk_stream_page_count(desk) };
    struct page_ask ask = { .method = request->method,
                            .path = request->path,
                            .origin = http_request_header(request, "Origin"),
                            .site = http_request_header(request, "Sec-Fetch-Site"),
                            .mode = http_request_header(request, "Sec-Fetch-Mode"),
                            .destination = http_request_header(request, "Sec-Fetch-Dest"),
                            .is_open = is_open,
                            .is_stream = is_stream };
    if (!http_request_bearer(request, &ask.bearer)) {
        ask.bearer = SPAN_NONE;
    }
    return page_gate_check(&gate, &ask);
}

/* ---- routes ---- */

void page_serve_file(struct desk *desk, struct http_request *request, json_t **body)
{
    const struct page_file *file = page_file_find(request->path);
    (void)desk;
    (void)body;
    if (file == NULL) {
        desk_stream_refuse_with(request, STATUS_NOT_FOUND, request->path);
        return;
    }
    http_request_answer(request, 200, file->type, *file->bytes);
}

void page_serve_token(struct desk *desk, struct http_request *request, json_t **body)
{
    char bearer[PAGE_BEARER_MAX];
    const char *token = json_string_value(json_object_get(*body, "token"));
    enum status status = page_book_redeem(&desk->page, span_of_text(token), &desk->entropy,
                                          clock_read_monotonic_ms(), bearer);
    if (status != STATUS_OK) {
        desk_stream_refuse_with(request, status, "");
        return;
    }
    desk_stream_end_page(desk);
    desk_stream_answer_now(request, json_pack("{s:s, s:s, s:s}", "bearer", bearer, "word",
                                              desk->page.word, "instance", desk->page.instance));
    wipe(bearer, sizeof(bearer));
}

void page_serve_address(struct desk *desk, struct http_request *request, json_t **body)
{
    char token[PAGE_TOKEN_MAX] = "", address[ADDRESS_MAX] = "";
    (void)body;
    enum status status = desk->page_port == 0 ? STATUS_NOT_FOUND
                                              : page_book_token(&desk->page, &desk->entropy,
                                                                clock_read_monotonic_ms(), token);
    if (status == STATUS_OK && !text_format(address, sizeof(address), "http://127.0.0.1:%u/#%s",
                                            (unsigned)desk->page_port, token)) {
        status = STATUS_INTERNAL;
    }
    wipe(token, sizeof(token));
    if (status != STATUS_OK) {
        desk_stream_refuse_with(request, status, "page");
        return;
    }
    desk_stream_answer_now(request,
                           json_pack("{s:s, s:s, s:i}", "address", address, "word", desk->page.word,
                                     "expires_in", PAGE_TOKEN_MS / MS_PER_SECOND));
    wipe(address, sizeof(address));
}
