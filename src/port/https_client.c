/* SPDX-License-Identifier: Apache-2.0 */
#include "port/https_client.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/secret.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/file_read.h"
#include "port/memory_reserve.h"
#include "port/signal_ignore.h"

enum {
    URL_MAX = 4096,
    CONNECT_TIMEOUT_MS = 5000,
    TIMEOUT_MS = 30000,
    WAIT_MS = 60000, /* curl's own timers and wake-ups end the wait sooner */
    HTTP_PORT = 80,
    HTTPS_PORT = 443,
    PROXY_PORT = 1080,
    CA_FILE_MAX = 64 * 1024,
    NAME_SERVER_PORT = 53
};

typedef bool (*line_taker)(void *context, struct span text);

struct https_client {
    struct https_client_options options;
    char base_url[URL_MAX];
    CURL *easy;
    CURLM *multi;
    atomic_bool aborted;
    atomic_uint_fast64_t requests;
    struct buf body;
    /* Of the running request: */
    line_taker line;
    void *line_context;
    bool too_large;
    bool line_ended_it;
    CURLcode result;
};

static const struct {
    CURLcode code;
    enum status status;
} meanings[] = {
    { CURLE_PEER_FAILED_VERIFICATION, STATUS_SERVER_UNTRUSTED },
    { CURLE_SSL_ISSUER_ERROR, STATUS_SERVER_UNTRUSTED },
    { CURLE_SSL_INVALIDCERTSTATUS, STATUS_SERVER_UNTRUSTED },
    { CURLE_SSL_PINNEDPUBKEYNOTMATCH, STATUS_SERVER_UNTRUSTED },
    { CURLE_SSL_CACERT_BADFILE, STATUS_BAD_FILE },
    { CURLE_URL_MALFORMAT, STATUS_BAD_VALUE },
    { CURLE_WEIRD_SERVER_REPLY, STATUS_BAD_MESSAGE },
    { CURLE_UNSUPPORTED_PROTOCOL, STATUS_BAD_MESSAGE }, /* an answer that is not HTTP/1 */
    { CURLE_BAD_CONTENT_ENCODING, STATUS_BAD_MESSAGE },
    { CURLE_OUT_OF_MEMORY, STATUS_OUT_OF_MEMORY },
};

/* What the TLS library says of a certificate that it refuses (X509_V_ERR_..., openssl-verify). */
enum {
    UNTOLD = 1,
    NOT_YET_VALID = 9,
    HAS_EXPIRED = 10,
    NO_MEMORY = 17,
    OTHER_HOST = 62,
    OTHER_ADDRESS = 64
};

static long verify_result(CURL *easy)
{
    long result = UNTOLD;
    (void)curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
    return result;
}

static enum status meaning_of(const struct https_client *client, CURLcode code)
{
    if (client->too_large) {
        return STATUS_TOO_LARGE;
    }
    if (code == CURLE_OK || client->line_ended_it) {
        return STATUS_OK;
    }
    if (code == CURLE_PEER_FAILED_VERIFICATION && verify_result(client->easy) == NO_MEMORY) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < COUNT(meanings); i++) {
        if (meanings[i].code == code) {
            return meanings[i].status;
        }
    }
    return client->options.unix_path != NULL ? STATUS_AGENT_UNREACHABLE : STATUS_SERVER_UNREACHABLE;
}

static void body_clear(struct https_client *client)
{
    wipe(client->body.ptr, client->body.len); /* answers carry commands with card keys */
    buf_clear(&client->body);
}

/* Hands out each line that is complete; what remains is the beginning of the next. */
static bool lines_cut(struct https_client *client)
{
    struct span rest = buf_span(&client->body);
    const uint8_t *end = NULL;
    while (rest.len > 0 && (end = memchr(rest.ptr, '\n', rest.len)) != NULL) {
        struct span line = span_of(rest.ptr, (size_t)(end - rest.ptr));
        rest = span_part(rest, line.len + 1, SIZE_MAX);
        if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
            line.len--;
        }
        if (!client->line(client->line_context, line)) {
            client->line_ended_it = true;
            return false;
        }
    }
    if (rest.len > 0) {
        memmove(client->body.ptr, rest.ptr, rest.len);
    }
    client->body.len = rest.len;
    return true;
}

/* curl's write callback: another count than was given ends the transfer. */
static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct https_client *client = context;
    size_t len = size * count;
    long code = 0;
    if (!buf_put(&client->body, span_of(bytes, len))) {
        client->too_large = true;
        return 0;
    }
    (void)curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &code);
    if (client->line == NULL || code != 200) {
        return len;
    }
    if (!lines_cut(client)) {
        return 0;
    }
    client->too_large = client->body.len > HTTPS_CLIENT_LINE_MAX;
    return client->too_large ? 0 : len;
}

static bool path_is_good(const char *path)
{
    for (const char *c = path; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~') {
            return false;
        }
    }
    return path[0] == '/';
}

/* Anyone on the way reads plain HTTP; within one machine there is nobody on the way. */
static bool origin_is_good(const char *scheme, const char *host, bool local)
{
    static const char *const loopback[] = { "127.0.0.1", "[::1]", "localhost" };
    for (size_t i = 0; i < COUNT(loopback); i++) {
        local = local || text_equal(host, loopback[i]);
    }
    return text_equal(scheme, "https") || (text_equal(scheme, "http") && local);
}

static enum status url_check(const struct https_client_options *options)
{
    CURLU *url = curl_url();
    char *scheme = NULL, *host = NULL;
    CURLUcode code = url == NULL ? CURLUE_OUT_OF_MEMORY : CURLUE_OK;
    if (code == CURLUE_OK) {
        code = curl_url_set(url, CURLUPART_URL, options->base_url, CURLU_DISALLOW_USER);
    }
    if (code == CURLUE_OK) {
        code = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
    }
    if (code == CURLUE_OK) {
        code = curl_url_get(url, CURLUPART_HOST, &host, 0);
    }
    bool good = code == CURLUE_OK && origin_is_good(scheme, host, options->unix_path != NULL);
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(url);
    if (code == CURLUE_OUT_OF_MEMORY) {
        return STATUS_OUT_OF_MEMORY;
    }
    return good ? STATUS_OK : STATUS_BAD_VALUE;
}

/* Only what this file holds: what else the machine trusts does not speak for our server. It is read
 * once; a file that cannot be read is curl's to refuse, with each request. */
static bool trust_only(CURL *easy, const char *ca_file)
{
    uint8_t memory[CA_FILE_MAX];
    struct buf bytes = BUF(memory);
    bool good = curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
    if (file_read(ca_file, &bytes) != STATUS_OK) {
        return good && curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file) == CURLE_OK;
    }
    struct curl_blob blob = { .data = memory, .len = bytes.len, .flags = CURL_BLOB_COPY };
    return good && curl_easy_setopt(easy, CURLOPT_CAINFO, NULL) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob) == CURLE_OK;
}

static bool settings_apply(struct https_client *client)
{
    const struct https_client_options *options = &client->options;
    CURL *easy = client->easy;
    bool good =
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms) ==
            CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, client) == CURLE_OK;
    if (good && options->unix_path != NULL) {
        good = curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, options->unix_path) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK;
    }
    if (good && options->ca_file != NULL) {
        good = trust_only(easy, options->ca_file);
    }
    /* Nothing of one connection is kept for the next. What was read of the authorities while memory
     * was short misses a part, for a day; and 7.88 frees twice what it could not keep of a session.
     */
    good = good && curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L) == CURLE_OK;
    if (good && options->look) {
        good = curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L) == CURLE_OK;
    }
    return good;
}

static void options_complete(struct https_client_options *options)
{
    if (options->connect_timeout_ms == 0) {
        options->connect_timeout_ms = CONNECT_TIMEOUT_MS;
    }
    if (options->timeout_ms == 0) {
        options->timeout_ms = TIMEOUT_MS;
    }
    if (options->answer_max == 0) {
        options->answer_max = HTTPS_CLIENT_ANSWER_MAX_DEFAULT;
    }
}

static enum status client_prepare(struct https_client *client)
{
    uint8_t *memory = malloc(client->options.answer_max);
    if (memory == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    client->body = buf_of(memory, client->options.answer_max);
    client->multi = curl_multi_init();
    client->easy = curl_easy_init();
    if (client->multi == NULL || client->easy == NULL || !settings_apply(client)) {
        return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

enum status https_client_open(const struct https_client_options *options,
                              struct https_client **ret_client)
{
    struct https_client *client = calloc(1, sizeof(*client));
    if (client == NULL ||
        curl_global_init_mem(CURL_GLOBAL_DEFAULT, memory_reserve_malloc, memory_reserve_free,
                             memory_reserve_realloc, memory_reserve_strdup,
                             memory_reserve_calloc) != CURLE_OK) {
        free(client);
        return STATUS_OUT_OF_MEMORY;
    }
    signal_ignore_pipe();
    client->options = *options;
    options_complete(&client->options);
    bool fits = text_copy(client->base_url, sizeof(client->base_url), options->base_url);
    enum status status = fits ? url_check(options) : STATUS_BAD_VALUE;
    if (status == STATUS_OK) {
        status = client_prepare(client);
    }
    if (status != STATUS_OK) {
        https_client_close(&client);
        return status;
    }
    *ret_client = client;
    return STATUS_OK;
}

void https_client_close(struct https_client **client)
{
    struct https_client *c = *client;
    if (c == NULL) {
        return;
    }
    curl_easy_cleanup(c->easy);
    (void)curl_multi_cleanup(c->multi);
    body_clear(c);
    free(c->body.ptr);
    free(c);
    curl_global_cleanup();
    *client = NULL;
}

static bool headers_are_good(const struct https_client_request *request)
{
    for (size_t i = 0; i < HTTPS_CLIENT_HEADERS_MAX && request->headers[i] != NULL; i++) {
        if (strpbrk(request->headers[i], "\r\n") != NULL) {
            return false;
        }
    }
    return true;
}

/* False: no memory, as with all that follows. */
static bool header_append(struct curl_slist **list, const char *text)
{
    struct curl_slist *longer = curl_slist_append(*list, text);
    *list = longer != NULL ? longer : *list;
    return longer != NULL;
}

static bool headers_build(const struct https_client_request *request, struct curl_slist **list)
{
    char content_type[128] = "Content-Type: application/json";
    /* No "Expect: 100-continue": it costs a round trip. */
    bool good = header_append(list, "Expect:");
    if (request->body.len > 0) {
        if (request->content_type != NULL) {
            REQUIRE(text_format(content_type, sizeof(content_type), "Content-Type: %s",
                                request->content_type));
        }
        good = good && header_append(list, content_type);
    }
    for (size_t i = 0; i < HTTPS_CLIENT_HEADERS_MAX && request->headers[i] != NULL; i++) {
        good = good && header_append(list, request->headers[i]);
    }
    return good;
}

static bool method_apply(CURL *easy, const struct https_client_request *request)
{
    const char *method = request->method;
    bool has_body = request->body.len > 0;
    if (method == NULL) {
        method = has_body ? "POST" : "GET";
    }
    if (!has_body && !text_equal(method, "POST") && !text_equal(method, "PUT")) {
        return curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK;
    }
    return curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                            has_body ? (const char *)request->body.ptr : "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK;
}

static bool request_apply(struct https_client *client, const struct https_client_request *request,
                          const char *url, struct curl_slist **headers)
{
    CURL *easy = client->easy;
    /* A stream has no end to be waited for. */
    bool endless = client->line != NULL || client->options.timeout_ms < 0;
    long timeout_ms = endless ? 0 : (long)client->options.timeout_ms;
    return headers_build(request, headers) &&
           curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK && method_apply(easy, request) &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, *headers) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms) == CURLE_OK;
}

/* Waits for something to do; meanwhile `idle` runs each time its interval is over. */
static bool transfer_wait(struct https_client *client, int64_t *idle_at_ms)
{
    int wait_ms = WAIT_MS;
    bool idles = client->options.idle_ms > 0 && client->options.idle != NULL;
    if (idles) {
        int64_t left_ms = *idle_at_ms - clock_read_monotonic_ms();
        wait_ms = left_ms > 0 ? (int)left_ms : 0;
    }
    if (curl_multi_poll(client->multi, NULL, 0, wait_ms, NULL) != CURLM_OK) {
        return false;
    }
    if (idles && clock_read_monotonic_ms() >= *idle_at_ms) {
        client->options.idle(client->options.idle_context);
        *idle_at_ms = clock_read_monotonic_ms() + client->options.idle_ms;
    }
    return true;
}

static CURLcode transfer_result(struct https_client *client)
{
    int left = 0;
    const CURLMsg *message = curl_multi_info_read(client->multi, &left);
    return message != NULL && message->msg == CURLMSG_DONE ? message->data.result
                                                           : CURLE_COULDNT_CONNECT;
}

static enum status transfer_run(struct https_client *client)
{
    int64_t idle_at_ms = clock_read_monotonic_ms() + client->options.idle_ms;
    int running = 1;
    while (running > 0) {
        if (atomic_load(&client->aborted)) {
            return STATUS_STOPPED;
        }
        if (curl_multi_perform(client->multi, &running) != CURLM_OK) {
            return STATUS_INTERNAL;
        }
        if (running > 0 && !transfer_wait(client, &idle_at_ms)) {
            return STATUS_INTERNAL;
        }
    }
    client->result = transfer_result(client);
    return meaning_of(client, client->result);
}

static enum status transfer(struct https_client *client)
{
    if (curl_multi_add_handle(client->multi, client->easy) != CURLM_OK) {
        return STATUS_INTERNAL;
    }
    atomic_fetch_add(&client->requests, 1);
    enum status status = transfer_run(client);
    (void)curl_multi_remove_handle(client->multi, client->easy);
    return status;
}

static void answer_fill(struct https_client *client, struct https_client_answer *ret_answer)
{
    long code = 0;
    const char *content_type = NULL;
    struct https_client_answer answer = { .body = buf_span(&client->body) };
    (void)curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &code);
    (void)curl_easy_getinfo(client->easy, CURLINFO_CONTENT_TYPE, &content_type);
    answer.code = (int)code;
    if (content_type == NULL ||
        !text_copy(answer.content_type, sizeof(answer.content_type), content_type)) {
        answer.content_type[0] = '\0';
    }
    *ret_answer = answer;
}

static enum status request_run(struct https_client *client,
                               const struct https_client_request *request,
                               struct curl_slist **headers)
{
    char url[2 * URL_MAX];
    if (!path_is_good(request->path) || !headers_are_good(request) ||
        !text_format(url, sizeof(url), "%s%s", client->base_url, request->path)) {
        return STATUS_BAD_VALUE;
    }
    return request_apply(client, request, url, headers) ? transfer(client) : STATUS_OUT_OF_MEMORY;
}

enum status https_client_stream(struct https_client *client,
                                const struct https_client_request *request, line_taker line,
                                void *context, struct https_client_answer *ret_answer)
{
    struct curl_slist *headers = NULL;
    body_clear(client);
    client->line = line;
    client->line_context = context;
    client->too_large = false;
    client->line_ended_it = false;
    enum status status = request_run(client, request, &headers);
    if (status == STATUS_OK) {
        answer_fill(client, ret_answer);
    }
    (void)curl_easy_setopt(client->easy, CURLOPT_HTTPHEADER, NULL);
    (void)curl_easy_setopt(client->easy, CURLOPT_POSTFIELDS, NULL);
    curl_slist_free_all(headers);
    return status;
}

enum status https_client_send(struct https_client *client,
                              const struct https_client_request *request,
                              struct https_client_answer *ret_answer)
{
    return https_client_stream(client, request, NULL, NULL, ret_answer);
}

void https_client_abort(struct https_client *client)
{
    atomic_store(&client->aborted, true);
    (void)curl_multi_wakeup(client->multi);
}

void https_client_allow(struct https_client *client)
{
    atomic_store(&client->aborted, false);
}

uint64_t https_client_requests(const struct https_client *client)
{
    return atomic_load(&client->requests);
}

/* ---- why it failed ---- */

static enum https_client_trouble trouble_of_certificate(CURL *easy)
{
    switch (verify_result(easy)) {
    case NOT_YET_VALID:
        return HTTPS_TROUBLE_EARLY;
    case HAS_EXPIRED:
        return HTTPS_TROUBLE_EXPIRED;
    case 0: /* the chain is good: curl itself compares the names, and tells nothing then */
    case UNTOLD:
    case OTHER_HOST:
    case OTHER_ADDRESS:
        return HTTPS_TROUBLE_HOST;
    default:
        return HTTPS_TROUBLE_ISSUER;
    }
}

static enum https_client_trouble trouble_of(const struct https_client *client, int proxy_code)
{
    switch (client->result) {
    case CURLE_OK:
        return HTTPS_TROUBLE_NONE;
    case CURLE_COULDNT_RESOLVE_PROXY:
        return HTTPS_TROUBLE_PROXY_NAME;
    case CURLE_COULDNT_RESOLVE_HOST:
        return HTTPS_TROUBLE_NAME;
    case CURLE_COULDNT_CONNECT:
        return HTTPS_TROUBLE_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return HTTPS_TROUBLE_TIME;
    case CURLE_PEER_FAILED_VERIFICATION:
        return trouble_of_certificate(client->easy);
    default:
        return proxy_code >= 300 ? HTTPS_TROUBLE_PROXY : HTTPS_TROUBLE_OTHER;
    }
}

/* The first certificate of the chain is the server's. */
static void take_certificate(CURL *easy, char ret_pem[HTTPS_CLIENT_PEM_MAX])
{
    static const char field[] = "Cert:";
    struct curl_certinfo *chain = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL ||
        chain->num_of_certs < 1) {
        return;
    }
    for (const struct curl_slist *one = chain->certinfo[0]; one != NULL; one = one->next) {
        if (strncmp(one->data, field, sizeof(field) - 1) == 0) {
            text_take(ret_pem, HTTPS_CLIENT_PEM_MAX, one->data + sizeof(field) - 1);
        }
    }
}

void https_client_look(const struct https_client *client, struct https_client_look *ret_look)
{
    long proxy_code = 0;
    memset(ret_look, 0, sizeof(*ret_look));
    (void)curl_easy_getinfo(client->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_code);
    ret_look->trouble = trouble_of(client, (int)proxy_code);
    ret_look->proxy_code = ret_look->trouble == HTTPS_TROUBLE_PROXY ? (int)proxy_code : 0;
    take_certificate(client->easy, ret_look->certificate);
}

const char *https_client_trouble_text(enum https_client_trouble trouble)
{
    static const char *const texts[] = {
        [HTTPS_TROUBLE_NONE] = "no trouble",
        [HTTPS_TROUBLE_PROXY_NAME] = "the name of the proxy is not known here",
        [HTTPS_TROUBLE_PROXY] = "the proxy refused",
        [HTTPS_TROUBLE_NAME] = "the name of the server is not known here",
        [HTTPS_TROUBLE_CONNECT] = "nobody listens there",
        [HTTPS_TROUBLE_TIME] = "no answer in time",
        [HTTPS_TROUBLE_ISSUER] = "its certificate is of an authority that is not trusted here",
        [HTTPS_TROUBLE_EXPIRED] = "its certificate has expired, by the clock of this computer",
        [HTTPS_TROUBLE_EARLY] = "its certificate is not valid yet, by the clock of this computer",
        [HTTPS_TROUBLE_HOST] = "its certificate is for another name",
        [HTTPS_TROUBLE_OTHER] = "the connection broke",
    };
    return (size_t)trouble < COUNT(texts) ? texts[trouble] : texts[HTTPS_TROUBLE_OTHER];
}

/* ---- ports ---- */

/* curl's own defaults: of an address, and of a proxy that names no port. 0: not an address. */
static uint16_t port_of(const char *address, uint16_t plain)
{
    CURLU *url = curl_url();
    char *port = NULL, *scheme = NULL;
    unsigned long number = 0;
    const unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
    if (url != NULL && curl_url_set(url, CURLUPART_URL, address, flags) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK) {
        bool written = curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK;
        number = written                       ? strtoul(port, NULL, 10)
                 : text_equal(scheme, "https") ? HTTPS_PORT
                                               : plain;
    }
    curl_free(port);
    curl_free(scheme);
    curl_url_cleanup(url);
    return number <= UINT16_MAX ? (uint16_t)number : 0;
}

void https_client_ports(const char *base_url, uint16_t ret_ports[], size_t max)
{
    static const char *const proxies[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                           "http_proxy" };
    size_t count = 0;
    REQUIRE(max >= HTTPS_CLIENT_PORTS_MAX);
    memset(ret_ports, 0, max * sizeof(*ret_ports));
    ret_ports[count++] = port_of(base_url, HTTP_PORT);
    ret_ports[count++] = NAME_SERVER_PORT;
    for (size_t i = 0; i < COUNT(proxies); i++) {
        const char *proxy = getenv(proxies[i]);
        if (proxy != NULL && proxy[0] != '\0') {
            ret_ports[count++] = port_of(proxy, PROXY_PORT);
        }
    }
}
