/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "crypto/entropy.h"
#include "policy/policy.h"
#include "port/https_server.h"
#include "server/attest_roots.h"
#include "server/clock_watch.h"
#include "server/config.h"
#include "server/signer_client.h"
#include "store/store.h"

/* server: what all handlers share, and one request on its way through them.
 *
 * Handlers have the form of `server_handler`: they read call->body and call->session, and either
 * return STATUS_OK with `*ret_answer`, or another status with call->fault filled. The router writes
 * the answer; it also audits every refusal. One thread; nothing blocks but the store and the
 * signer. Tests: test/e2e (the real program), test/unit/server (token, subject) */
enum { SERVER_CA_COUNT = 3, SERVER_DER_MAX = 2048 };
enum server_ca { SERVER_CA_AUTHENTICATION, SERVER_CA_SIGNING, SERVER_CA_ROOT };

struct server {
    struct config config;
    struct store *store;
    struct signer_client signer;
    struct https_server *http;
    struct entropy entropy;
    struct policy policy;
    bool has_policy_before;
    uint8_t policy_before[32]; /* hash of the policy that was active before this one */
    char policy_text[POLICY_TEXT_MAX];
    size_t policy_text_len;
    uint8_t token_key[32];
    uint8_t step_key[32]; /* job_seal.h */
    uint8_t cas[SERVER_CA_COUNT][SERVER_DER_MAX];
    size_t ca_lens[SERVER_CA_COUNT];
    struct attest_roots roots;
    bool checkpoint_due, crl_due;
    bool audit_lost; /* the signer has signed entries that are not there: nothing is served */
    struct clock_watch clock;
    bool clock_is_right; /* whatever was stored: an administrator says so, for one start */
};

/* Who asks: taken from the token, confirmed by the store. */
struct server_session {
    char id[STORE_ID_MAX];
    char person[STORE_UUID_MAX];
    char profile[STORE_UUID_MAX];
    char card[STORE_ID_MAX];
    char workstation[STORE_LABEL_MAX];
    instant started_at;
    struct profile_record profile_record;
    uint8_t key[128]; /* the agent's ephemeral key, SPKI */
    size_t key_len;
};

struct call {
    struct server *server;
    struct http_request *http;
    json_t *body;         /* an object; empty for GET */
    const char *argument; /* what stands in the path for {}: an id */
    const char *token;
    struct server_session session;
    bool has_session;
    instant now;
    struct fault fault;
    bool refusal_audited;     /* an entry of the audit tells of it already */
    const char *content_type; /* set by a handler that answers bytes */
    struct buf *raw;          /* then these */
};

typedef enum status (*server_handler)(struct call *call, json_t **ret_answer);

/* Remembers the fault for the answer; returns its status, for `return call_fail(...)`. */
enum status call_fail(struct call *call, enum status status, const char *detail);
/* One text member of the body; "" with false when it is missing, no text or over `max`. */
MUST_USE bool call_text(const struct call *call, const char *name, char *ret_text, size_t max);
/* The same for a member that may be missing; false only when it is there and not good. */
MUST_USE bool call_text_optional(const struct call *call, const char *name, char *ret_text,
                                 size_t max);
MUST_USE bool call_bytes(const struct call *call, const char *name, struct buf *ret_bytes);
/* True when the body has no members but these, a list that ends with NULL. */
MUST_USE bool call_only(const struct call *call, const char *const *names);
/* For what is kept and shown: words that can be read, not blanks and not terminal codes. */
MUST_USE bool call_is_readable(const char *text);
/* POLICY_ROLE unless the session's profile has the right to this service, which is about no one
 * person. */
MUST_USE enum status call_has_right(struct call *call, enum policy_service service);
struct span server_ca_der(const struct server *s, enum server_ca which);
MUST_USE enum status server_random_id(struct server *s, char ret_id[STORE_ID_MAX]);

/* login.c */
enum status login_challenge(struct call *call, json_t **ret_answer);
enum status login_check(struct call *call, json_t **ret_answer);
/* session.c */
enum status session_open(struct call *call, json_t **ret_answer);
enum status session_lease(struct call *call, json_t **ret_answer);
enum status session_end(struct call *call, json_t **ret_answer);
/* Fills call->session from the bearer token; every reason why not is a status. */
MUST_USE enum status session_authenticate(struct call *call);
/* identify.c */
enum status identify_card(struct call *call, json_t **ret_answer);
/* job.c, job_step.c */
enum status job_begin(struct call *call, json_t **ret_answer);
enum status job_step(struct call *call, json_t **ret_answer);
enum status job_list(struct call *call, json_t **ret_answer);
/* person.c */
enum status person_search(struct call *call, json_t **ret_answer);
enum status person_show(struct call *call, json_t **ret_answer);
enum status person_photo(struct call *call, json_t **ret_answer);
/* public.c */
enum status public_start(struct call *call, json_t **ret_answer);
enum status public_style(struct call *call, json_t **ret_answer);
enum status public_health(struct call *call, json_t **ret_answer);
enum status public_policy(struct call *call, json_t **ret_answer);
enum status public_ca(struct call *call, json_t **ret_answer);
enum status public_crl(struct call *call, json_t **ret_answer);
enum status public_audit(struct call *call, json_t **ret_answer);
/* route.c */
void route_request(void *server, struct http_request *request);
