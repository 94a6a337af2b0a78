/* SPDX-License-Identifier: Apache-2.0 */
#include "port/https_listener.h"

#include <errno.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/text.h"
#include "port/http_check.h"
#include "port/https_tls.h"
#include "port/process_peer.h"

enum { QUEUE_LEN = 128, ACCEPT_PAUSE_US = 100000 };

static void peer_describe(struct http_request_inside *inside)
{
    struct http_peer *peer = &inside->request.peer;
    struct process_peer process;
    char *address = NULL;
    ev_uint16_t port = 0;
    struct bufferevent *bev = evhttp_connection_get_bufferevent(inside->connection);
    if (process_peer_of(bufferevent_getfd(bev), &process) == STATUS_OK) {
        peer->local_user = true;
        peer->uid = process.uid;
        peer->pid = process.pid;
        REQUIRE(text_format(peer->text, sizeof(peer->text), "unix:%u", (unsigned)process.uid));
        return;
    }
    evhttp_connection_get_peer(inside->connection, &address, &port);
    text_print_safe(span_of_text(address == NULL ? "" : address), peer->text, sizeof(peer->text));
}

static void fields_add(const struct https_listening *listener, struct http_request *request)
{
    const struct https_field *field = listener->options.fields;
    while (field != NULL && field->name != NULL) {
        http_request_answer_header(request, field->name, field->value);
        field++;
    }
}

static void refuse_and_close(struct http_request *request, int code, enum status status)
{
    http_request_answer_header(request, "Connection", "close");
    if (code == 405) {
        http_request_answer_header(request, "Allow", "GET, HEAD, POST, PUT, DELETE");
    }
    http_request_refuse(request, code, status);
}

/* A connection for which tls_connection_new had no memory is a plain one of the library's. */
static bool lacks_tls(const struct https_listening *listener, struct bufferevent *bev)
{
    return listener->tls != NULL && bufferevent_openssl_get_ssl(bev) == NULL;
}

static void on_request(struct evhttp_request *event, void *context)
{
    struct https_listening *listener = context;
    struct evhttp_connection *connection = evhttp_request_get_connection(event);
    struct bufferevent *bev = evhttp_connection_get_bufferevent(connection);
    if (lacks_tls(listener, bev)) {
        evhttp_connection_free(connection);
        return;
    }
    struct http_request_inside *inside =
        http_inside_new(listener->requests, &listener->deadline, event);
    if (inside == NULL) {
        evhttp_send_error(event, 503, NULL);
        return;
    }
    struct http_request *request = &inside->request;
    const char *method = http_check_method(event);
    enum status status = STATUS_OK;
    request->method = method == NULL ? "" : method;
    peer_describe(inside);
    fields_add(listener, request);
    int code = http_check_request(event, (const char *const *)listener->hosts, HTTPS_HOSTS_MAX,
                                  listener->port, &status);
    const struct http_peer *peer = &request->peer;
    bool stranger = listener->options.peer_uid_only &&
                    !(peer->local_user && (peer->uid == geteuid() || peer->uid == 0));
    if (code != 0) {
        refuse_and_close(request, code, status);
    } else if (stranger) {
        refuse_and_close(request, 403, STATUS_SESSION_MISSING);
    } else {
        listener->options.handler(listener->options.context, request);
    }
}

static struct bufferevent *tls_connection_new(struct event_base *base, SSL_CTX *tls)
{
    SSL *connection = SSL_new(tls);
    if (connection == NULL) {
        return NULL;
    }
    /* CLOSE_ON_FREE: the bufferevent owns the SSL from here, on failure too nothing is left. */
    struct bufferevent *bev = bufferevent_openssl_socket_new(
        base, -1, connection, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
    if (bev != NULL) {
        bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
    }
    return bev;
}

static struct bufferevent *connection_new(struct event_base *base, void *context)
{
    struct https_listening *listener = context;
    /* Without CLOSE_ON_FREE the library closes the descriptor itself, whoever still counts. */
    struct bufferevent *bev = listener->tls != NULL ? tls_connection_new(base, listener->tls)
                                                    : bufferevent_socket_new(base, -1, 0);
    if (bev != NULL) {
        http_deadline_watch(&listener->deadline, bev);
    }
    return bev;
}

static enum status tcp_bind(const struct addrinfo *at, int *ret_fd)
{
    const int on = 1;
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    /* Connections inherit NODELAY: an event must not wait for the acknowledgement of the last. */
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (bind(fd, at->ai_addr, at->ai_addrlen) != 0 || listen(fd, QUEUE_LEN) != 0) {
        enum status status = errno == EADDRINUSE ? STATUS_ADDRESS_IN_USE : STATUS_BAD_VALUE;
        (void)close(fd);
        return status;
    }
    *ret_fd = fd;
    return STATUS_OK;
}

static enum status port_of(int fd, uint16_t *ret_port)
{
    struct sockaddr_storage at = { 0 };
    socklen_t len = sizeof(at);
    if (getsockname(fd, (struct sockaddr *)&at, &len) != 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    *ret_port = at.ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)&at)->sin6_port)
                                         : ntohs(((const struct sockaddr_in *)&at)->sin_port);
    return STATUS_OK;
}

static enum status tcp_open(struct https_listening *listener, int *ret_fd)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
    struct addrinfo *found = NULL;
    char port[8];
    REQUIRE(text_format(port, sizeof(port), "%u", (unsigned)listener->options.port));
    int failure = getaddrinfo(listener->options.address, port, &hints, &found);
    if (failure != 0) {
        return failure == EAI_MEMORY ? STATUS_OUT_OF_MEMORY : STATUS_BAD_VALUE;
    }
    enum status status = tcp_bind(found, ret_fd);
    freeaddrinfo(found);
    if (status != STATUS_OK) {
        return status;
    }
    status = port_of(*ret_fd, &listener->port);
    if (status != STATUS_OK) {
        (void)close(*ret_fd);
    }
    return status;
}

static enum status local_open(struct https_listening *listener, int *ret_fd)
{
    uint32_t mode = listener->options.unix_mode != 0 ? listener->options.unix_mode : 0600;
    enum status status = local_listen_open(listener->options.unix_path, mode, &listener->local);
    if (status != STATUS_OK) {
        return status;
    }
    /* The library closes its descriptor by itself. */
    int fd = fcntl(listener->local.fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    *ret_fd = fd;
    return STATUS_OK;
}

static void on_accept_again(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    (void)evconnlistener_enable(context);
}

/* Out of descriptors: without a pause the loop would turn at full speed. */
static void on_accept_error(struct evconnlistener *listener, void *context)
{
    const struct timeval pause = { .tv_usec = ACCEPT_PAUSE_US };
    (void)context;
    if (event_base_once(evconnlistener_get_base(listener), -1, EV_TIMEOUT, on_accept_again,
                        listener, &pause) == 0) {
        (void)evconnlistener_disable(listener);
    }
}

/* Half of the descriptors are for everything else, and for what comes in before the next look. */
static size_t connections_most(void)
{
    struct rlimit files;
    bool is_fewer =
        getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur / 2 < HTTPS_CONNECTIONS_MAX_DEFAULT;
    return is_fewer ? (size_t)files.rlim_cur / 2 : HTTPS_CONNECTIONS_MAX_DEFAULT;
}

/* Who comes by a unix socket is of this computer, and has its limits from its system. */
static enum status deadline_open(struct https_listening *listener, struct event_base *base,
                                 const struct https_server_options *limits)
{
    int own_ms = listener->options.request_ms;
    int first_ms = own_ms > 0 ? own_ms : limits->timeout_ms;
    if (listener->options.unix_path != NULL) {
        return STATUS_OK;
    }
    evhttp_set_bevcb(listener->http, connection_new, listener);
    return http_deadline_open(
        &listener->deadline, base,
        &(struct http_deadline_limits){
            .first_ms = first_ms,
            .next_ms = limits->timeout_ms + first_ms, /* an idle one has its time-out before */
            .most = limits->connections_max > 0 ? limits->connections_max : connections_most(),
            /* A browser keeps spare connections to an agent's page: no news. */
            .is_logged = listener->tls != NULL });
}

static enum status http_open(struct https_listening *listener, int fd, struct event_base *base,
                             const struct https_server_options *limits)
{
    const struct timeval timeout = { limits->timeout_ms / 1000, limits->timeout_ms % 1000 * 1000 };
    listener->http = evhttp_new(base);
    struct evhttp_bound_socket *bound =
        listener->http == NULL ? NULL : evhttp_accept_socket_with_handle(listener->http, fd);
    if (bound == NULL) {
        (void)close(fd);
        return STATUS_OUT_OF_MEMORY;
    }
    struct evconnlistener *accepting = evhttp_bound_socket_get_listener(bound);
    if (evconnlistener_enable(accepting) != 0) { /* it is, unless the library had no memory */
        return STATUS_OUT_OF_MEMORY;
    }
    evconnlistener_set_error_cb(accepting, on_accept_error);
    size_t body_max = listener->options.body_max;
    evhttp_set_max_body_size(listener->http,
                             (ev_ssize_t)(body_max > 0 ? body_max : limits->body_max));
    evhttp_set_max_headers_size(listener->http, (ev_ssize_t)limits->headers_max);
    evhttp_set_timeout_tv(listener->http, &timeout);
    evhttp_set_default_content_type(listener->http, NULL);
    /* All that the library can name: what we do not serve gets our own answer. */
    evhttp_set_allowed_methods(listener->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD |
                                                   EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
                                                   EVHTTP_REQ_OPTIONS | EVHTTP_REQ_TRACE |
                                                   EVHTTP_REQ_CONNECT | EVHTTP_REQ_PATCH);
    evhttp_set_gencb(listener->http, on_request, listener);
    return deadline_open(listener, base, limits);
}

static enum status hosts_copy(struct https_listening *listener)
{
    for (size_t i = 0; i < HTTPS_HOSTS_MAX && listener->options.hosts[i] != NULL; i++) {
        listener->hosts[i] = strdup(listener->options.hosts[i]);
        if (listener->hosts[i] == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
    }
    return STATUS_OK;
}

void https_listener_close(struct https_listening *listener)
{
    if (listener->http != NULL) {
        evhttp_free(listener->http);
    }
    http_deadline_close(&listener->deadline);
    for (size_t i = 0; i < HTTPS_HOSTS_MAX; i++) {
        free(listener->hosts[i]);
    }
    https_tls_close(&listener->tls);
    local_listen_close(&listener->local);
}

enum status https_listener_open(struct https_listening *listener, struct event_base *base,
                                const struct https_server_options *limits)
{
    const struct https_listener *options = &listener->options;
    int fd = -1;
    enum status status = hosts_copy(listener);
    if (status == STATUS_OK && options->certificate_file != NULL) {
        status = https_tls_open(options->certificate_file, options->key_file, &listener->tls);
    }
    if (status == STATUS_OK) {
        status = options->unix_path != NULL ? local_open(listener, &fd) : tcp_open(listener, &fd);
    }
    return status == STATUS_OK ? http_open(listener, fd, base, limits) : status;
}
