/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_crl.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "crypto/der.h"
#include "crypto/x509_extension.h"
#include "crypto/x509_issuer.h"
#include "crypto/x509_slice.h"

/* ---- names of reasons ---- */

static const struct {
    enum x509_reason reason;
    const char *name;
} reasons[] = {
    { X509_REASON_UNSPECIFIED, "unspecified" },
    { X509_REASON_KEY_COMPROMISE, "keyCompromise" },
    { X509_REASON_CA_COMPROMISE, "cACompromise" },
    { X509_REASON_AFFILIATION_CHANGED, "affiliationChanged" },
    { X509_REASON_SUPERSEDED, "superseded" },
    { X509_REASON_CESSATION, "cessationOfOperation" },
    { X509_REASON_HOLD, "certificateHold" },
    { X509_REASON_REMOVE, "removeFromCRL" },
    { X509_REASON_PRIVILEGE_WITHDRAWN, "privilegeWithdrawn" },
};

const char *x509_crl_reason_name(enum x509_reason reason)
{
    for (size_t i = 0; i < COUNT(reasons); i++) {
        if (reasons[i].reason == reason) {
            return reasons[i].name;
        }
    }
    return reasons[0].name;
}

bool x509_crl_reason_by_name(const char *name, enum x509_reason *ret_reason)
{
    for (size_t i = 0; i < COUNT(reasons); i++) {
        if (text_equal(reasons[i].name, name)) {
            *ret_reason = reasons[i].reason;
            return true;
        }
    }
    return false;
}

static bool reason_is_known(uint64_t number)
{
    for (size_t i = 0; i < COUNT(reasons); i++) {
        if ((uint64_t)reasons[i].reason == number) {
            return true;
        }
    }
    return false;
}

/* ---- writing ---- */

static void put_reason(struct buf *out, enum x509_reason reason)
{
    const uint8_t content[] = { (uint8_t)reason };
    size_t list = der_open(out, DER_SEQUENCE);
    struct x509_extension e = x509_extension_open(out, X509_EXTENSION_REASON, false);
    der_put(out, DER_ENUMERATED, SPAN_OF(content));
    x509_extension_close(out, e);
    der_close(out, list);
}

static enum status put_entry(struct buf *out, const struct x509_crl_entry *entry)
{
    uint8_t serial_memory[X509_SERIAL_MAX], time_memory[32];
    struct buf serial = BUF(serial_memory), time = BUF(time_memory);
    if (!x509_read_serial_is_good(entry->serial) || !text_parse_hex(entry->serial, &serial) ||
        !reason_is_known((uint64_t)entry->reason) || !der_put_time(&time, entry->revoked_at)) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    size_t mark = der_open(out, DER_SEQUENCE);
    der_put_unsigned(out, buf_span(&serial));
    buf_put(out, buf_span(&time));
    if (entry->reason != X509_REASON_UNSPECIFIED) {
        put_reason(out, entry->reason);
    }
    return der_close(out, mark) ? STATUS_OK : STATUS_TOO_LARGE;
}

/* RFC 5280 5.1.2.6: no revoked certificates, no list. */
static enum status put_entries(struct buf *out, const struct x509_crl_options *o)
{
    struct buf before = *out;
    size_t list = der_open(out, DER_SEQUENCE);
    bool any = false, end = false;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && !end) {
        struct x509_crl_entry entry = { 0 };
        status = o->next(o->context, &entry, &end);
        if (status == STATUS_OK && !end) {
            any = true;
            status = put_entry(out, &entry);
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (!any) {
        *out = before;
        return STATUS_OK;
    }
    return der_close(out, list) ? STATUS_OK : STATUS_TOO_LARGE;
}

static void put_list_extensions(struct buf *out, const struct x509_crl_options *o,
                                const struct x509_issuer *issuer)
{
    size_t wrapper = der_open(out, DER_CONTEXT_CONSTRUCTED);
    size_t list = der_open(out, DER_SEQUENCE);
    x509_extension_put_authority(out, span_of(issuer->key_id, issuer->key_id_len));
    struct x509_extension e = x509_extension_open(out, X509_EXTENSION_CRL_NUMBER, false);
    der_put_number(out, o->number);
    x509_extension_close(out, e);
    der_close(out, list);
    der_close(out, wrapper);
}

/* TBSCertList, RFC 5280 5.1. */
static enum status put_list(struct buf *out, const struct x509_crl_options *o,
                            const struct x509_issuer *issuer, enum key_type signer_type)
{
    size_t tbs = der_open(out, DER_SEQUENCE);
    der_put_number(out, 1); /* v2 */
    buf_put(out, x509_slice_algorithm(signer_type));
    buf_put(out, issuer->name);
    der_put_time(out, o->this_update);
    der_put_time(out, o->next_update);
    enum status status = put_entries(out, o);
    if (status != STATUS_OK) {
        return status;
    }
    put_list_extensions(out, o, issuer);
    return der_close(out, tbs) ? STATUS_OK : STATUS_TOO_LARGE;
}

static bool times_are_good(const struct x509_crl_options *o)
{
    uint8_t memory[64];
    struct buf out = BUF(memory);
    return o->this_update < o->next_update && der_put_time(&out, o->this_update) &&
           der_put_time(&out, o->next_update);
}

enum status x509_crl_build(const struct x509_crl_options *options, const struct private_key *signer,
                           struct buf *ret_der)
{
    REQUIRE(options->next != NULL && signer != NULL);
    struct x509_issuer issuer;
    enum status status = x509_issuer_of(options->issuer, signer, &issuer);
    if (status != STATUS_OK) {
        return status;
    }
    if (!times_are_good(options)) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    if (ret_der->full) {
        return STATUS_TOO_LARGE;
    }
    struct buf out = buf_of(ret_der->ptr + ret_der->len, ret_der->max - ret_der->len);
    size_t outer = der_open(&out, DER_SEQUENCE);
    status = put_list(&out, options, &issuer, private_key_public(signer)->type);
    if (status == STATUS_OK) {
        status = x509_slice_sign(signer, &out, outer);
    }
    if (status == STATUS_OK) {
        ret_der->len += out.len;
    }
    return status;
}

/* ---- reading ---- */

struct list {
    struct x509_slice slice;
    struct span issuer; /* whole Name */
    instant this_update, next_update;
    struct reader entries;
    struct span extensions; /* content of [0], or nothing */
};

static bool list_open(struct span der, struct list *ret_list)
{
    struct list l = { 0 };
    uint64_t version;
    struct span algorithm, entries = SPAN_NONE;
    if (!x509_slice_signed(der, &l.slice)) {
        return false;
    }
    struct reader in = reader_of(l.slice.content);
    if (!der_take_number(&in, &version) || version != 1 || !der_take_whole(&in, &algorithm) ||
        !span_equal(algorithm, l.slice.algorithm) || !der_take_whole(&in, &l.issuer) ||
        !der_take_time(&in, &l.this_update) || !der_take_time(&in, &l.next_update)) {
        return false;
    }
    if (der_peek(&in) == DER_SEQUENCE && !der_take(&in, DER_SEQUENCE, &entries)) {
        return false;
    }
    if (!der_take(&in, DER_CONTEXT_CONSTRUCTED, &l.extensions) || !reader_end(&in)) {
        return false;
    }
    l.entries = reader_of(entries);
    *ret_list = l;
    return true;
}

static bool read_reason(struct span value, enum x509_reason *ret_reason)
{
    struct span content;
    if (!der_content(value, DER_ENUMERATED, &content) || content.len != 1 ||
        !reason_is_known(content.ptr[0])) {
        return false;
    }
    *ret_reason = (enum x509_reason)content.ptr[0];
    return true;
}

/* A critical entry extension (certificateIssuer) would change what the entry means: refused. */
static bool read_entry_extensions(struct span list, enum x509_reason *ret_reason)
{
    struct reader in = reader_of(list);
    while (in.rest.len > 0) {
        struct x509_extension_found one;
        if (!x509_extension_take(&in, &one) || one.critical ||
            (x509_extension_is(&one, X509_EXTENSION_REASON) &&
             !read_reason(one.value, ret_reason))) {
            return false;
        }
    }
    return true;
}

static bool entry_next(struct reader *entries, struct x509_crl_entry *ret_entry)
{
    struct x509_crl_entry entry = { .reason = X509_REASON_UNSPECIFIED };
    struct span body, serial, extensions = SPAN_NONE;
    if (!der_take(entries, DER_SEQUENCE, &body)) {
        return false;
    }
    struct reader in = reader_of(body);
    if (!der_take_unsigned(&in, &serial) || serial.len > X509_SERIAL_MAX ||
        !text_of_hex(serial, entry.serial, sizeof(entry.serial)) ||
        !der_take_time(&in, &entry.revoked_at)) {
        return false;
    }
    if (in.rest.len > 0 && !der_take(&in, DER_SEQUENCE, &extensions)) {
        return false;
    }
    if (!reader_end(&in) || !read_entry_extensions(extensions, &entry.reason)) {
        return false;
    }
    *ret_entry = entry;
    return true;
}

static bool read_authority(struct span value, char ret_text[X509_KEY_ID_TEXT_MAX])
{
    struct span body, id;
    if (!der_content(value, DER_SEQUENCE, &body)) {
        return false;
    }
    struct reader in = reader_of(body);
    return der_peek(&in) != DER_CONTEXT ||
           (der_take(&in, DER_CONTEXT, &id) && text_of_hex(id, ret_text, X509_KEY_ID_TEXT_MAX));
}

static bool read_number(struct span value, uint64_t *ret_number)
{
    struct reader in = reader_of(value);
    return der_take_number(&in, ret_number) && reader_end(&in);
}

/* A critical extension here (a partial or indirect list) would change what the list means: refused.
 */
static bool read_list_extensions(struct span wrapped, struct x509_crl_info *info)
{
    struct span list;
    if (!der_content(wrapped, DER_SEQUENCE, &list)) {
        return false;
    }
    struct reader in = reader_of(list);
    bool good = true;
    while (good && in.rest.len > 0) {
        struct x509_extension_found one;
        good = x509_extension_take(&in, &one) && !one.critical;
        if (good && x509_extension_is(&one, X509_EXTENSION_AUTHORITY_KEY)) {
            good = read_authority(one.value, info->authority_key_id);
        } else if (good && x509_extension_is(&one, X509_EXTENSION_CRL_NUMBER)) {
            good = read_number(one.value, &info->number);
        }
    }
    return good;
}

enum status x509_crl_read(struct span der, struct x509_crl_info *ret_info)
{
    struct list l;
    struct x509_crl_info info = { 0 };
    if (!list_open(der, &l) || !read_list_extensions(l.extensions, &info) ||
        !x509_read_name(l.issuer, info.issuer)) {
        return STATUS_CERTIFICATE_FORM;
    }
    while (l.entries.rest.len > 0) {
        struct x509_crl_entry entry;
        if (!entry_next(&l.entries, &entry)) {
            return STATUS_CERTIFICATE_FORM;
        }
        info.count++;
    }
    info.this_update = l.this_update;
    info.next_update = l.next_update;
    *ret_info = info;
    return STATUS_OK;
}

bool x509_crl_issued_by(struct span der, struct span issuer)
{
    struct list l;
    struct x509_slice above;
    struct public_key key;
    return list_open(der, &l) && x509_slice_certificate(issuer, &above) &&
           span_equal(l.issuer, above.subject) &&
           public_key_of_spki(above.spki, &key) == STATUS_OK && x509_slice_verify(&l.slice, &key);
}

enum status x509_crl_find(struct span der, const char *serial, struct x509_crl_entry *ret_entry,
                          bool *ret_listed)
{
    struct x509_crl_info info;
    struct list l;
    bool listed = false;
    struct x509_crl_entry entry;
    if (x509_crl_read(der, &info) != STATUS_OK || !list_open(der, &l)) {
        return STATUS_CERTIFICATE_FORM;
    }
    while (!listed && l.entries.rest.len > 0) {
        if (!entry_next(&l.entries, &entry)) {
            return STATUS_CERTIFICATE_FORM;
        }
        listed = text_equal(entry.serial, serial);
    }
    if (listed) {
        *ret_entry = entry;
    }
    *ret_listed = listed;
    return STATUS_OK;
}
