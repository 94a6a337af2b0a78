/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"
#include "port/http_request.h"

/* https_server: HTTP/1.1 over TLS, plain TCP and unix sockets, one thread, one event loop.
 *
 *     struct https_server *server = NULL;
 *     https_server_open(&(struct https_server_options){ .body_max = 262144 }, &server);
 *     https_server_listen(server, &(struct https_listener){ .address = "127.0.0.1", .port = 0,
 *         .certificate_file = "tls.pem", .key_file = "tls.key", .handler = serve }, &port);
 *     https_server_on_signal(server, SIGTERM, stop_it, server);
 *     https_server_run(server);
 *     https_server_close(&server);
 *
 * The handler sees only requests that passed these checks (RFC 9112; codes as answered):
 *   400  more than one Host, Content-Length, Transfer-Encoding, Content-Type, Authorization or
 *        Origin; Content-Length beside Transfer-Encoding; a target that does not start with '/';
 *        control characters in target or fields; HTTP/1.1 without Host
 *   405  OPTIONS, TRACE, PATCH          421  a Host that is not in `hosts`
 * Each is answered with a problem (RFC 9457). libevent itself answers, with a page of HTML:
 *   400  what it cannot read as HTTP, fields over `headers_max`
 *   413  a body over `body_max`          417  an Expect that it does not know
 *   501  a method that it does not know
 * Each refusal closes the connection, so that what follows is never read as a request.
 *
 * TLS: 1.2 and 1.3, X25519 first, no renegotiation, no compression, session tickets. Unix socket:
 * see local_listen.h; the peer's uid is checked by `peer_uid_only`.
 *
 * A request has an end: `request_ms` from the acceptance, TLS handshake included; a further one of
 * a connection may come until `timeout_ms` and `request_ms` after the answer. Later, its connection
 * is closed. So are those that are nearest to that end while more than `connections_max` are open.
 * Nothing cuts a handler that takes its time, or a stream. Slow and surplus connections of a TLS
 * listener are logged, once a minute at most: "connections ended". Unix sockets have none of this.
 *
 * Threads: everything on the thread of https_server_run, except https_server_post and
 * https_server_post_own (any thread) and https_server_stop (any thread, signal handlers too).
 * Signals: open ignores SIGPIPE for the whole process.
 * Memory: allocated here, freed by close. Requests that nobody answered are freed there too.
 * Errors: BAD_FILE (certificate, key), BAD_VALUE (address), ADDRESS_IN_USE, BAD_FILE (path),
 *         OUT_OF_MEMORY.
 * Tests: test/unit/port/test_https_server.c, test_https_server_hostile.c */
enum {
    HTTPS_BODY_MAX_DEFAULT = 256 * 1024,
    HTTPS_HEADERS_MAX_DEFAULT = 16 * 1024,
    HTTPS_TIMEOUT_MS_DEFAULT = 30000,
    HTTPS_CONNECTIONS_MAX_DEFAULT = 2048,
    HTTPS_HOSTS_MAX = 8,
    HTTPS_LISTENERS_MAX = 8
};

struct https_server_options {
    size_t body_max;    /* 0: the default above, likewise below */
    size_t headers_max; /* request line and fields together */
    int timeout_ms;     /* a peer that neither sends nor takes anything for so long is dropped */
    /* Of each TCP listener; 0: half of the descriptors that the process may have, and no more than
     * the default above. */
    size_t connections_max;
};

typedef void (*https_handler)(void *context, struct http_request *request);
typedef void (*https_callback)(void *context);

/* A field that each answer of a listener carries. */
struct https_field {
    const char *name, *value; /* static texts; a row of NULL ends a list */
};

struct https_listener {
    const char *address;          /* "127.0.0.1", "::1"; NULL when unix_path is set */
    uint16_t port;                /* 0: the system chooses */
    const char *unix_path;        /* NULL when address is set */
    uint32_t unix_mode;           /* 0: 0600 */
    bool peer_uid_only;           /* unix: only the own uid and root are served */
    const char *certificate_file; /* PEM chain, leaf first; NULL: plain HTTP */
    const char *key_file;         /* PEM */
    /* Accepted Host values, the whole text, compared without case; none: any. An end of ":port"
     * means the listener's own port: "127.0.0.1:port". */
    const char *hosts[HTTPS_HOSTS_MAX];
    size_t body_max; /* 0: the server's */
    int request_ms;  /* TCP: for a request to be here whole; 0: the server's `timeout_ms` */
    const struct https_field *fields; /* of every answer but the library's own; NULL: none */
    https_handler handler;
    void *context;
};

struct https_server;

MUST_USE enum status https_server_open(const struct https_server_options *options,
                                       struct https_server **ret_server);
/* `ret_port`: the port in use; may be NULL. Listens (the queue fills) before run is called. */
MUST_USE enum status https_server_listen(struct https_server *server,
                                         const struct https_listener *listener, uint16_t *ret_port);
/* Returns after https_server_stop. Answers already handed over are sent first, for 1 s at most. */
MUST_USE enum status https_server_run(struct https_server *server);
void https_server_stop(struct https_server *server);
/* Runs `callback` on the loop's thread, in the order of posting. False: no memory. */
MUST_USE bool https_server_post(struct https_server *server, https_callback callback,
                                void *context);
/* The same with room that is the caller's, so that it cannot fail: for the last word on something
 * that must be said without memory too. The posting lives until its callback runs, which may free
 * it; or until close, which forgets it. */
struct https_posting {
    https_callback callback;
    void *context;
    struct https_posting *next; /* private */
};
void https_server_post_own(struct https_server *server, struct https_posting *posting);
/* On the loop's thread, every `interval_ms`, until close. */
MUST_USE enum status https_server_every(struct https_server *server, int interval_ms,
                                        https_callback callback, void *context);
/* Once. */
MUST_USE enum status https_server_after(struct https_server *server, int delay_ms,
                                        https_callback callback, void *context);
/* The callback runs in the loop, not in the signal handler: it may do anything. */
MUST_USE enum status https_server_on_signal(struct https_server *server, int signal_number,
                                            https_callback callback, void *context);
void https_server_close(struct https_server **server);
