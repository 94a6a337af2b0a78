/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/status.h"

/* https_client: requests to one server over a connection that stays open.
 *
 *     struct https_client *client = NULL;
 *     https_client_open(&(struct https_client_options){ .base_url = "https://ra.example:8443",
 *                                                       .ca_file = "ca.pem" }, &client);
 *     struct https_client_answer answer;
 *     status = https_client_send(client, &(struct https_client_request){ .method = "POST",
 *         .path = "/v1/jobs", .body = json, .headers = { "Authorization: Bearer ..." } }, &answer);
 *     https_client_close(&client);
 *
 * Plain http:// is accepted for loopback addresses and unix sockets only. Redirects are not
 * followed. Proxies come from the environment, as curl reads it (http_proxy, https_proxy,
 * no_proxy); never for a unix socket. TLS 1.2 or newer.
 * A request whose kept-alive connection proves dead before any answer is sent once more on a new
 * one, so a request must be safe to repeat (all of ours are: nonces, job steps).
 * Threads: one at a time, except https_client_abort (any thread).
 * Signals: open ignores SIGPIPE for the whole process.
 * Memory: allocated here; an answer's body lives until the next call on the client.
 * Errors: SERVER_UNREACHABLE (AGENT_UNREACHABLE over a unix socket), SERVER_UNTRUSTED, TOO_LARGE,
 *         BAD_MESSAGE (not HTTP), STOPPED (aborted), BAD_VALUE (the address), BAD_FILE (CA file).
 *         Whatever HTTP code comes is OK: look at `code`.
 * Tests: test/unit/port/test_https_client.c */
enum {
    HTTPS_CLIENT_ANSWER_MAX_DEFAULT = 256 * 1024,
    HTTPS_CLIENT_LINE_MAX = 64 * 1024,
    HTTPS_CLIENT_HEADERS_MAX = 8,
    HTTPS_CLIENT_TIMEOUT_NONE = -1
};

struct https_client_options {
    const char *base_url;        /* no slash at the end; with unix_path: "http://agent" */
    const char *unix_path;       /* NULL: TCP */
    const char *ca_file;         /* PEM, read once; NULL: the system's */
    int connect_timeout_ms;      /* 0: 5000 */
    int timeout_ms;              /* of a whole request; 0: 30000; HTTPS_CLIENT_TIMEOUT_NONE */
    size_t answer_max;           /* 0: the default above */
    int idle_ms;                 /* 0: never; else `idle` is called so often while waiting */
    void (*idle)(void *context); /* on the caller's thread; keeps a card awake */
    void *idle_context;
    bool look; /* keep the server's certificate for https_client_look */
};

struct https_client_request {
    const char *method;                            /* NULL: GET, or POST when there is a body */
    const char *path;                              /* "/v1/cards/identify?x=1" */
    const char *headers[HTTPS_CLIENT_HEADERS_MAX]; /* "Name: value" */
    const char *content_type;                      /* NULL: application/json */
    struct span body;
};

struct https_client_answer {
    int code;              /* 200 ... */
    char content_type[64]; /* "" when none or longer */
    struct span body;
};

/* Why the last request got no answer, closer than its status tells: for whoever must mend it. */
enum https_client_trouble {
    HTTPS_TROUBLE_NONE,
    HTTPS_TROUBLE_PROXY_NAME, /* the proxy's name is not known */
    HTTPS_TROUBLE_PROXY,      /* the proxy answered, and refused */
    HTTPS_TROUBLE_NAME,       /* the server's name is not known */
    HTTPS_TROUBLE_CONNECT,    /* nobody listens at that address (the proxy's, if there is one) */
    HTTPS_TROUBLE_TIME,       /* no answer in time */
    HTTPS_TROUBLE_ISSUER,     /* an authority that is not trusted here */
    HTTPS_TROUBLE_EXPIRED,
    HTTPS_TROUBLE_EARLY, /* the certificate is not valid yet: a clock is wrong, as a rule */
    HTTPS_TROUBLE_HOST,  /* the certificate is another server's */
    HTTPS_TROUBLE_OTHER
};

enum { HTTPS_CLIENT_PEM_MAX = 16384 };

struct https_client_look {
    enum https_client_trouble trouble;
    int proxy_code;                         /* HTTP code with which a proxy refused; 0: none */
    char certificate[HTTPS_CLIENT_PEM_MAX]; /* the server's, PEM, once it was trusted; "": none */
};

struct https_client;

MUST_USE enum status https_client_open(const struct https_client_options *options,
                                       struct https_client **ret_client);
MUST_USE enum status https_client_send(struct https_client *client,
                                       const struct https_client_request *request,
                                       struct https_client_answer *ret_answer);
/* The time limit of a request does not hold here: a stream lasts until one side ends it.
 * For answers of lines (NDJSON, server-sent events): `line` gets each one, without its end, as it
 * arrives; it ends the request by returning false (status OK). A line is limited by
 * HTTPS_CLIENT_LINE_MAX. Only a 200 is cut into lines; any other code's body is in `ret_answer`. */
MUST_USE enum status https_client_stream(struct https_client *client,
                                         const struct https_client_request *request,
                                         bool (*line)(void *context, struct span text),
                                         void *context, struct https_client_answer *ret_answer);
/* The running request, and every later one, ends with STOPPED until https_client_allow. */
void https_client_abort(struct https_client *client);
void https_client_allow(struct https_client *client);
/* Requests sent so far: the round trips. */
uint64_t https_client_requests(const struct https_client *client);
/* About the last request; `certificate` only if options.look was set. */
void https_client_look(const struct https_client *client, struct https_client_look *ret_look);
/* A few words: "nobody listens there". */
const char *https_client_trouble_text(enum https_client_trouble trouble);
/* Every TCP port that requests to that address may need: the server's, those of the environment's
 * proxies, and that of name servers. `max` is HTTPS_CLIENT_PORTS_MAX at least; the rest is 0. */
enum { HTTPS_CLIENT_PORTS_MAX = 7 };
void https_client_ports(const char *base_url, uint16_t ret_ports[], size_t max);
void https_client_close(struct https_client **client);
