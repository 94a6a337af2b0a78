/* SPDX-License-Identifier: Apache-2.0 */
#include "port/https_server.h"

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
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/text.h"
#include "port/http_check.h"
#include "port/http_inside.h"
#include "port/https_tls.h"
#include "port/local_listen.h"
#include "port/process_peer.h"

enum { QUEUE_LEN = 128, DRAIN_SECONDS = 1, ACCEPT_PAUSE_US = 100000 };

struct listener {
    struct https_server *server;
    struct https_listener options; /* the texts in it are copies or not used after listen */
    char *hosts[HTTPS_HOSTS_MAX];
    struct evhttp *http;
    SSL_CTX *tls;
    struct local_listen local;
    uint16_t port;
};

struct posted {
    struct posted *next;
    https_callback callback;
    void *context;
};

/* A timer or a signal. */
struct hook {
    struct hook *next;
    struct https_server *server;
    struct event *event;
    bool once;
    https_callback callback;
    void *context;
};

struct https_server {
    struct https_server_options options;
    struct event_base *base;
    struct event *wake;
    int wake_fd;
    atomic_bool stopped;
    pthread_mutex_t posted_lock;
    struct posted *posted_first, *posted_last;
    struct hook *hooks;
    struct http_inside_list requests;
    struct listener listeners[HTTPS_LISTENERS_MAX];
    size_t listeners_count;
};

static void log_nothing(int severity, const char *message)
{
    (void)severity; /* libraries do not print; what matters comes as a status */
    (void)message;
}

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

static void refuse_and_close(struct http_request *request, int code, enum status status)
{
    http_request_answer_header(request, "Connection", "close");
    if (code == 405) {
        http_request_answer_header(request, "Allow", "GET, HEAD, POST, PUT, DELETE");
    }
    http_request_refuse(request, code, status);
}

static void on_request(struct evhttp_request *event, void *context)
{
    struct listener *listener = context;
    struct http_request_inside *inside = http_inside_new(&listener->server->requests, event);
    if (inside == NULL) {
        evhttp_send_error(event, 503, NULL);
        return;
    }
    struct http_request *request = &inside->request;
    const char *method = http_check_method(event);
    enum status status = STATUS_OK;
    request->method = method == NULL ? "" : method;
    peer_describe(inside);
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

static struct posted *posted_take_all(struct https_server *server)
{
    (void)pthread_mutex_lock(&server->posted_lock);
    struct posted *first = server->posted_first;
    server->posted_first = NULL;
    server->posted_last = NULL;
    (void)pthread_mutex_unlock(&server->posted_lock);
    return first;
}

static void on_wake(evutil_socket_t fd, short what, void *context)
{
    struct https_server *server = context;
    uint64_t count = 0;
    ssize_t ignored = read(fd, &count, sizeof(count));
    (void)ignored;
    (void)what;
    struct posted *next = NULL;
    for (struct posted *p = posted_take_all(server); p != NULL; p = next) {
        next = p->next;
        p->callback(p->context);
        free(p);
    }
    if (atomic_load(&server->stopped)) {
        const struct timeval drain = { .tv_sec = server->requests.sending > 0 ? DRAIN_SECONDS : 0 };
        (void)event_base_loopexit(server->base, &drain);
    }
}

static void on_all_sent(void *context)
{
    struct https_server *server = context;
    if (atomic_load(&server->stopped)) {
        (void)event_base_loopexit(server->base, NULL);
    }
}

static void wake_up(struct https_server *server)
{
    const uint64_t one = 1;
    ssize_t ignored = write(server->wake_fd, &one, sizeof(one));
    (void)ignored; /* full means: a wake-up is on its way already */
}

void https_server_stop(struct https_server *server)
{
    int saved = errno; /* may run in a signal handler */
    atomic_store(&server->stopped, true);
    wake_up(server);
    errno = saved;
}

bool https_server_post(struct https_server *server, https_callback callback, void *context)
{
    struct posted *p = calloc(1, sizeof(*p));
    if (p == NULL) {
        return false;
    }
    *p = (struct posted){ .callback = callback, .context = context };
    (void)pthread_mutex_lock(&server->posted_lock);
    if (server->posted_last == NULL) {
        server->posted_first = p;
    } else {
        server->posted_last->next = p;
    }
    server->posted_last = p;
    (void)pthread_mutex_unlock(&server->posted_lock);
    wake_up(server);
    return true;
}

static void hook_remove(struct hook *hook)
{
    struct hook **link = &hook->server->hooks;
    while (*link != hook) {
        link = &(*link)->next;
    }
    *link = hook->next;
    event_free(hook->event);
    free(hook);
}

static void on_hook(evutil_socket_t fd, short what, void *context)
{
    struct hook *hook = context;
    const struct hook copy = *hook;
    (void)fd;
    (void)what;
    if (copy.once) {
        hook_remove(hook);
    }
    copy.callback(copy.context);
}

/* `number` is a signal's, or -1 for a timer. */
static struct hook *hook_add(struct https_server *server, int number, short what,
                             https_callback callback, void *context)
{
    struct hook *hook = calloc(1, sizeof(*hook));
    if (hook == NULL) {
        return NULL;
    }
    *hook = (struct hook){ .server = server, .callback = callback, .context = context };
    hook->once = (what & EV_PERSIST) == 0;
    hook->event = event_new(server->base, number, what, on_hook, hook);
    if (hook->event == NULL) {
        free(hook);
        return NULL;
    }
    hook->next = server->hooks;
    server->hooks = hook;
    return hook;
}

static enum status timer_add(struct https_server *server, int delay_ms, short what,
                             https_callback callback, void *context)
{
    REQUIRE(delay_ms >= 0);
    const struct timeval delay = { delay_ms / 1000, delay_ms % 1000 * 1000 };
    struct hook *hook = hook_add(server, -1, what, callback, context);
    return hook != NULL && event_add(hook->event, &delay) == 0 ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

enum status https_server_every(struct https_server *server, int interval_ms,
                               https_callback callback, void *context)
{
    return timer_add(server, interval_ms, EV_PERSIST, callback, context);
}

enum status https_server_after(struct https_server *server, int delay_ms, https_callback callback,
                               void *context)
{
    return timer_add(server, delay_ms, 0, callback, context);
}

enum status https_server_on_signal(struct https_server *server, int signal_number,
                                   https_callback callback, void *context)
{
    struct hook *hook = hook_add(server, signal_number, EV_SIGNAL | EV_PERSIST, callback, context);
    return hook != NULL && event_add(hook->event, NULL) == 0 ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

static struct bufferevent *tls_connection_new(struct event_base *base, void *context)
{
    SSL *connection = SSL_new(context);
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

static uint16_t port_of(int fd)
{
    struct sockaddr_storage at = { 0 };
    socklen_t len = sizeof(at);
    if (getsockname(fd, (struct sockaddr *)&at, &len) != 0) {
        return 0;
    }
    return at.ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)&at)->sin6_port)
                                    : ntohs(((const struct sockaddr_in *)&at)->sin_port);
}

static enum status tcp_open(struct listener *listener, int *ret_fd)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
    struct addrinfo *found = NULL;
    char port[8];
    if (!text_format(port, sizeof(port), "%u", (unsigned)listener->options.port) ||
        getaddrinfo(listener->options.address, port, &hints, &found) != 0) {
        return STATUS_BAD_VALUE;
    }
    enum status status = tcp_bind(found, ret_fd);
    freeaddrinfo(found);
    if (status == STATUS_OK) {
        listener->port = port_of(*ret_fd);
    }
    return status;
}

static enum status local_open(struct listener *listener, int *ret_fd)
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
    (void)evconnlistener_disable(listener);
    (void)event_base_once(evconnlistener_get_base(listener), -1, EV_TIMEOUT, on_accept_again,
                          listener, &pause);
}

static enum status http_open(struct listener *listener, int fd)
{
    const struct https_server_options *options = &listener->server->options;
    const struct timeval timeout = { options->timeout_ms / 1000,
                                     options->timeout_ms % 1000 * 1000 };
    listener->http = evhttp_new(listener->server->base);
    struct evhttp_bound_socket *bound =
        listener->http == NULL ? NULL : evhttp_accept_socket_with_handle(listener->http, fd);
    if (bound == NULL) {
        (void)close(fd);
        return STATUS_OUT_OF_MEMORY;
    }
    evconnlistener_set_error_cb(evhttp_bound_socket_get_listener(bound), on_accept_error);
    evhttp_set_max_body_size(listener->http, (ev_ssize_t)options->body_max);
    evhttp_set_max_headers_size(listener->http, (ev_ssize_t)options->headers_max);
    evhttp_set_timeout_tv(listener->http, &timeout);
    evhttp_set_default_content_type(listener->http, NULL);
    /* All that the library can name: what we do not serve gets our own answer. */
    evhttp_set_allowed_methods(listener->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD |
                                                   EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
                                                   EVHTTP_REQ_OPTIONS | EVHTTP_REQ_TRACE |
                                                   EVHTTP_REQ_CONNECT | EVHTTP_REQ_PATCH);
    evhttp_set_gencb(listener->http, on_request, listener);
    if (listener->tls != NULL) {
        evhttp_set_bevcb(listener->http, tls_connection_new, listener->tls);
    }
    return STATUS_OK;
}

static enum status hosts_copy(struct listener *listener)
{
    for (size_t i = 0; i < HTTPS_HOSTS_MAX && listener->options.hosts[i] != NULL; i++) {
        listener->hosts[i] = strdup(listener->options.hosts[i]);
        if (listener->hosts[i] == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
    }
    return STATUS_OK;
}

static void listener_close(struct listener *listener)
{
    if (listener->http != NULL) {
        evhttp_free(listener->http);
    }
    for (size_t i = 0; i < HTTPS_HOSTS_MAX; i++) {
        free(listener->hosts[i]);
    }
    https_tls_close(&listener->tls);
    local_listen_close(&listener->local);
}

static enum status listener_open(struct listener *listener)
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
    return status == STATUS_OK ? http_open(listener, fd) : status;
}

enum status https_server_listen(struct https_server *server, const struct https_listener *options,
                                uint16_t *ret_port)
{
    REQUIRE(server->listeners_count < HTTPS_LISTENERS_MAX && options->handler != NULL);
    REQUIRE((options->address == NULL) != (options->unix_path == NULL));
    struct listener *listener = &server->listeners[server->listeners_count];
    *listener = (struct listener){ .server = server, .options = *options, .local = { .fd = -1 } };
    enum status status = listener_open(listener);
    if (status != STATUS_OK) {
        listener_close(listener);
        return status;
    }
    server->listeners_count++;
    if (ret_port != NULL) {
        *ret_port = listener->port;
    }
    return STATUS_OK;
}

static bool loop_open(struct https_server *server)
{
    server->base = event_base_new();
    server->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (server->base == NULL || server->wake_fd < 0) {
        return false;
    }
    server->wake = event_new(server->base, server->wake_fd, EV_READ | EV_PERSIST, on_wake, server);
    return server->wake != NULL && event_add(server->wake, NULL) == 0;
}

enum status https_server_open(const struct https_server_options *options,
                              struct https_server **ret_server)
{
    struct https_server *server = calloc(1, sizeof(*server));
    if (server == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    event_set_log_callback(log_nothing);
    (void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
    (void)pthread_mutex_init(&server->posted_lock, NULL);
    server->requests = (struct http_inside_list){ .sent = on_all_sent, .context = server };
    server->options = (struct https_server_options){
        .body_max = options->body_max > 0 ? options->body_max : HTTPS_BODY_MAX_DEFAULT,
        .headers_max = options->headers_max > 0 ? options->headers_max : HTTPS_HEADERS_MAX_DEFAULT,
        .timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : HTTPS_TIMEOUT_MS_DEFAULT,
    };
    if (!loop_open(server)) {
        https_server_close(&server);
        return STATUS_OUT_OF_MEMORY;
    }
    *ret_server = server;
    return STATUS_OK;
}

enum status https_server_run(struct https_server *server)
{
    int done = event_base_loop(server->base, EVLOOP_NO_EXIT_ON_EMPTY);
    return done < 0 ? STATUS_INTERNAL : STATUS_OK;
}

static void hooks_close(struct https_server *server)
{
    while (server->hooks != NULL) {
        hook_remove(server->hooks);
    }
}

void https_server_close(struct https_server **server)
{
    struct https_server *s = *server;
    if (s == NULL) {
        return;
    }
    http_inside_free_all(&s->requests);
    for (size_t i = 0; i < s->listeners_count; i++) {
        listener_close(&s->listeners[i]);
    }
    hooks_close(s);
    struct posted *next = NULL;
    for (struct posted *p = posted_take_all(s); p != NULL; p = next) {
        next = p->next;
        free(p);
    }
    if (s->wake != NULL) {
        event_free(s->wake);
    }
    if (s->base != NULL) {
        event_base_free(s->base);
    }
    if (s->wake_fd >= 0) {
        (void)close(s->wake_fd);
    }
    (void)pthread_mutex_destroy(&s->posted_lock);
    free(s);
    *server = NULL;
}
