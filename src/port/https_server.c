/* SPDX-License-Identifier: Apache-2.0 */
#include "port/https_server.h"

#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"
#include "port/http_inside.h"
#include "port/https_listener.h"
#include "port/memory_reserve.h"
#include "port/signal_ignore.h"

enum { DRAIN_SECONDS = 1 };

/* A posting with memory of its own. */
struct posted {
    struct https_posting posting;
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
    struct https_posting *posted_first, *posted_last;
    struct hook *hooks;
    struct http_inside_list requests;
    struct https_listening listeners[HTTPS_LISTENERS_MAX];
    size_t listeners_count;
};

static void log_nothing(int severity, const char *message)
{
    (void)severity; /* libraries do not print; what matters comes as a status */
    (void)message;
}

static struct https_posting *posted_take_all(struct https_server *server)
{
    (void)pthread_mutex_lock(&server->posted_lock);
    struct https_posting *first = server->posted_first;
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
    struct https_posting *next = NULL;
    for (struct https_posting *p = posted_take_all(server); p != NULL; p = next) {
        next = p->next;
        p->callback(p->context);
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

void https_server_post_own(struct https_server *server, struct https_posting *posting)
{
    posting->next = NULL;
    (void)pthread_mutex_lock(&server->posted_lock);
    if (server->posted_last == NULL) {
        server->posted_first = posting;
    } else {
        server->posted_last->next = posting;
    }
    server->posted_last = posting;
    (void)pthread_mutex_unlock(&server->posted_lock);
    wake_up(server);
}

static void run_posted(void *context)
{
    struct posted *p = context;
    p->callback(p->context);
    free(p);
}

bool https_server_post(struct https_server *server, https_callback callback, void *context)
{
    struct posted *p = calloc(1, sizeof(*p));
    if (p == NULL) {
        return false;
    }
    *p = (struct posted){ .posting = { .callback = run_posted, .context = p },
                          .callback = callback,
                          .context = context };
    https_server_post_own(server, &p->posting);
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

enum status https_server_listen(struct https_server *server, const struct https_listener *options,
                                uint16_t *ret_port)
{
    REQUIRE(server->listeners_count < HTTPS_LISTENERS_MAX && options->handler != NULL);
    REQUIRE((options->address == NULL) != (options->unix_path == NULL));
    struct https_listening *listening = &server->listeners[server->listeners_count];
    *listening = (struct https_listening){ .options = *options,
                                           .requests = &server->requests,
                                           .local = { .fd = -1 } };
    enum status status = https_listener_open(listening, server->base, &server->options);
    if (status != STATUS_OK) {
        https_listener_close(listening);
        return status;
    }
    server->listeners_count++;
    if (ret_port != NULL) {
        *ret_port = listening->port;
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
    event_set_mem_functions(memory_reserve_malloc, memory_reserve_realloc, memory_reserve_free);
    signal_ignore_pipe();
    (void)pthread_mutex_init(&server->posted_lock, NULL);
    server->requests = (struct http_inside_list){ .sent = on_all_sent, .context = server };
    server->options = (struct https_server_options){
        .body_max = options->body_max > 0 ? options->body_max : HTTPS_BODY_MAX_DEFAULT,
        .headers_max = options->headers_max > 0 ? options->headers_max : HTTPS_HEADERS_MAX_DEFAULT,
        .timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : HTTPS_TIMEOUT_MS_DEFAULT,
        .connections_max = options->connections_max,
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
        https_listener_close(&s->listeners[i]);
    }
    hooks_close(s);
    struct https_posting *next = NULL;
    for (struct https_posting *p = posted_take_all(s); p != NULL; p = next) {
        next = p->next;
        if (p->callback == run_posted) {
            free(p->context);
        }
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
