/* SPDX-License-Identifier: Apache-2.0 */
#include "server/key_sweep.h"

#include <string.h>

#include "base/text.h"
#include "crypto/weak_key.h"
#include "crypto/x509_read.h"
#include "server/audit.h"
#include "server/key_trace.h"

enum { PAGE_MAX = 20 };

static const char cursor_name[] = "key_sweep_after";

/* Once: a finding that stands there already is not said again. */
static enum status record(struct call *call, const struct certificate_record *certificate,
                          const char *reason)
{
    char detail[AUDIT_DETAIL_MAX];
    struct key_finding_record finding = { .at = call->now };
    bool fits = text_copy(finding.serial, sizeof(finding.serial), certificate->serial) &&
                text_copy(finding.reason, sizeof(finding.reason), reason) &&
                text_format(detail, sizeof(detail), "%s %s", certificate->serial, reason);
    enum status status =
        fits ? store_key_finding_add(call->server->store, &finding) : STATUS_INTERNAL;
    if (status == STATUS_STORE_CONFLICT) {
        return STATUS_OK;
    }
    return status == STATUS_OK ? audit_add(call, &(struct audit_act){ .event = AUDIT_KEY_FINDING,
                                                                      .card = certificate->card_id,
                                                                      .detail = detail })
                               : status;
}

static enum status look_at(struct call *call, const struct certificate_record *certificate)
{
    struct x509_info info;
    struct key_trace_record trace;
    enum status status = x509_read(span_of(certificate->der, certificate->der_len), &info);
    if (status != STATUS_OK) { /* of what the library cannot do now nothing is said */
        return status == STATUS_CERTIFICATE_FORM ? record(call, certificate, "unreadable") : status;
    }
    enum weak_key weakness = weak_key_find(&info.key);
    if (weakness != WEAK_KEY_NONE && weakness != WEAK_KEY_UNKNOWN) {
        status = record(call, certificate, weak_key_name(weakness));
    }
    if (status == STATUS_OK) {
        status = key_trace_of_certificate(certificate, &info.key, call->now, &trace);
    }
    if (status == STATUS_OK) {
        status = store_key_trace_add(call->server->store, &trace);
    }
    return status == STATUS_STORE_CONFLICT ? record(call, certificate, "shared") : status;
}

/* One transaction: what was found, and how far the sweep has come. */
static enum status sweep_page(struct call *call, const char *after, size_t *ret_count)
{
    static struct certificate_record list[PAGE_MAX];
    struct store *store = call->server->store;
    size_t count = 0;
    enum status status = store_certificate_page(store, "current", after, list, PAGE_MAX, &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = look_at(call, &list[i]);
    }
    const char *next = count == PAGE_MAX ? list[PAGE_MAX - 1].serial : "";
    if (status == STATUS_OK) {
        status = store_setting_put(store, cursor_name, span_of_text(next));
    }
    if (status == STATUS_OK) {
        *ret_count = count;
    }
    return status;
}

/* Where the last call stopped; from the beginning when that cannot be known. */
static void read_cursor(struct store *store, char ret_serial[STORE_CERTIFICATE_SERIAL_MAX])
{
    uint8_t memory[STORE_CERTIFICATE_SERIAL_MAX - 1];
    struct buf value = BUF(memory);
    memset(ret_serial, 0, STORE_CERTIFICATE_SERIAL_MAX);
    if (store_setting_get(store, cursor_name, &value) == STATUS_OK) {
        memcpy(ret_serial, value.ptr, value.len);
    }
}

enum status key_sweep_now(struct server *server, instant now)
{
    struct call call = { .server = server, .now = now };
    size_t count = PAGE_MAX;
    enum status status = STATUS_OK;
    for (size_t done = 0; done < KEY_SWEEP_AT_ONCE && count == PAGE_MAX; done += count) {
        char after[STORE_CERTIFICATE_SERIAL_MAX];
        read_cursor(server->store, after);
        status = store_begin(server->store);
        if (status == STATUS_OK) {
            status = sweep_page(&call, after, &count);
        }
        if (status != STATUS_OK) {
            store_rollback(server->store);
            return status;
        }
        status = store_commit(server->store);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return status;
}
