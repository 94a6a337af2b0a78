/* SPDX-License-Identifier: Apache-2.0 */
#include "server/audit.h"

#include <string.h>

#include "base/text.h"
#include "port/log_write.h"

/* Identifiers that are not ours to vouch for (from a request that was refused) are dropped, not
 * written. */
static void take_identifier(char *ret_text, size_t max, const char *from)
{
    if (from == NULL || !text_copy(ret_text, max, from)) {
        ret_text[0] = '\0';
    }
}

enum status audit_add(struct call *call, const struct audit_act *act)
{
    struct audit_entry entry = { .at = call->now,
                                 .event = act->event,
                                 .status = act->status,
                                 .statement = act->statement,
                                 .signature = act->signature,
                                 .certificate = act->certificate };
    if (call->has_session) {
        take_identifier(entry.actor_uuid, sizeof(entry.actor_uuid), call->session.person);
        take_identifier(entry.actor_profile_id, sizeof(entry.actor_profile_id),
                        call->session.profile);
    }
    take_identifier(entry.subject_uuid, sizeof(entry.subject_uuid), act->subject);
    take_identifier(entry.card_id, sizeof(entry.card_id), act->card);
    take_identifier(entry.job_id, sizeof(entry.job_id), act->job);
    text_print_safe(span_of_text(act->detail != NULL ? act->detail : ""), entry.detail,
                    sizeof(entry.detail));
    call->server->checkpoint_due = true;
    call->refusal_audited = call->refusal_audited || act->status != STATUS_OK;
    return store_audit_append(call->server->store, &entry);
}

enum status audit_act(struct call *call, const struct audit_act *act)
{
    struct store *store = call->server->store;
    enum status status = store_begin(store);
    if (status == STATUS_OK) {
        status = audit_add(call, act);
        if (status == STATUS_OK) {
            return store_commit(store);
        }
        store_rollback(store);
    }
    return status;
}

/* The hashes of the entries behind `from`, as the signer wants them. */
static enum status collect(struct server *server, struct signer_checkpoint_request *request,
                           uint64_t last)
{
    static uint8_t line_memory[AUDIT_LINE_MAX];
    static struct audit_memory memory;
    for (uint64_t n = request->from; n <= last && request->count < SIGNER_ENTRIES_MAX; n++) {
        struct buf line = BUF(line_memory);
        struct audit_entry entry;
        enum status status = store_audit_line(server->store, n, &line);
        if (status == STATUS_OK) {
            status = audit_event_decode(buf_span(&line), &memory, &entry);
        }
        if (status == STATUS_OK && n == request->from) {
            memcpy(request->previous, entry.previous_hash, sizeof(request->previous));
        }
        if (status == STATUS_OK) {
            status = audit_event_fields_hash(&entry, request->entries[request->count]);
        }
        if (status != STATUS_OK) {
            return status;
        }
        request->count++;
    }
    return STATUS_OK;
}

/* One request's worth of entries; `*ret_more` when the signer has not seen the end yet. */
static enum status checkpoint_once(struct server *server, bool *ret_more)
{
    static struct signer_request request;
    static struct signer_answer answer;
    struct audit_head head;
    struct audit_checkpoint newest;
    *ret_more = false;
    enum status status = store_audit_head(server->store, &head);
    if (status != STATUS_OK || head.sequence == 0) {
        return status;
    }
    memset(&request, 0, sizeof(request));
    request.kind = SIGNER_CHECKPOINT;
    request.checkpoint.from = 1;
    status = store_audit_checkpoint_newest(server->store, &newest);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        return status;
    }
    if (status == STATUS_OK) {
        request.checkpoint.from = newest.head.sequence + 1;
    }
    if (request.checkpoint.from > head.sequence) {
        return STATUS_OK;
    }
    status = collect(server, &request.checkpoint, head.sequence);
    if (status == STATUS_OK) {
        status = signer_client_ask(&server->signer, &request, NULL, &answer);
    }
    if (status == STATUS_OK) {
        status = store_audit_checkpoint_add(server->store, &answer.checkpoint);
        *ret_more = answer.checkpoint.head.sequence < head.sequence;
    }
    return status;
}

enum status audit_checkpoint_now(struct server *server)
{
    bool more = true;
    enum status status = STATUS_OK;
    while (more && status == STATUS_OK) {
        status = checkpoint_once(server, &more);
    }
    return status;
}

static void checkpoint_posted(void *context)
{
    struct server *server = context;
    server->checkpoint_due = false;
    enum status status = audit_checkpoint_now(server);
    if (status != STATUS_OK) {
        struct fault fault = fault_of(status, "audit checkpoint");
        log_write_fault(LOG_LEVEL_ERROR, "checkpoint failed", &fault);
        server->checkpoint_due = true;
    }
    server->audit_lost = server->audit_lost || status == STATUS_AUDIT_HEAD;
}

void audit_checkpoint_later(struct server *server)
{
    if (server->checkpoint_due && !https_server_post(server->http, checkpoint_posted, server)) {
        log_write(LOG_LEVEL_ERROR, "checkpoint not posted", LOG_NO_FIELDS);
    }
}
