/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/audit_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/x509_pem.h"
#include "crypto/x509_read.h"
#include "port/file_read.h"

struct work {
    struct public_key keys[AUDIT_FILE_CERTIFICATES_MAX];
    size_t keys_count;
    struct span cas[AUDIT_FILE_CERTIFICATES_MAX];
    size_t cas_count;
    uint8_t der_memory[AUDIT_FILE_PEM_MAX];
    struct buf ders; /* what `cas` point into */
    struct audit_checkpoint expected;
    struct audit_verify verify;
    uint8_t line[AUDIT_LINE_MAX + 1];
};

/* A CA signs certificates, never checkpoints; so each certificate has one use here. */
static enum status take_certificate(struct work *w, struct span der)
{
    struct x509_info info;
    enum status status = x509_read(der, &info);
    if (status != STATUS_OK) {
        return status;
    }
    if (w->cas_count + w->keys_count == AUDIT_FILE_CERTIFICATES_MAX) {
        return STATUS_TOO_LARGE;
    }
    if (info.is_ca) {
        w->cas[w->cas_count++] = der;
    } else {
        w->keys[w->keys_count++] = info.key;
    }
    return STATUS_OK;
}

static enum status take_pem(struct work *w, struct span text)
{
    struct span ders[AUDIT_FILE_CERTIFICATES_MAX];
    size_t count = 0;
    enum status status =
        x509_pem_decode(X509_PEM_CERTIFICATE, text, &w->ders, ders, COUNT(ders), &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = take_certificate(w, ders[i]);
    }
    return status == STATUS_OK && count == 0 ? STATUS_BAD_FILE : status;
}

static enum status read_pem(struct work *w, const char *path)
{
    uint8_t *memory = malloc(AUDIT_FILE_PEM_MAX);
    if (memory == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    struct buf text = buf_of(memory, AUDIT_FILE_PEM_MAX);
    enum status status = file_read(path, &text);
    if (status == STATUS_OK) {
        status = take_pem(w, buf_span(&text));
    }
    free(memory);
    return status;
}

/* One line with its line feed, or the last one without; cut at the size of `w->line`, which makes
 * it no line of ours. False at the end. */
static bool next_line(struct work *w, FILE *file, struct span *ret_line)
{
    size_t len = 0;
    int c = 0;
    while (len < sizeof(w->line) && c != '\n' && (c = getc(file)) != EOF) {
        w->line[len] = (uint8_t)c;
        len++;
    }
    *ret_line = span_of(w->line, len);
    return len > 0;
}

static enum status open_file(const char *path, FILE **ret_file)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_BAD_FILE;
    }
    *ret_file = file;
    return STATUS_OK;
}

static enum status close_file(FILE *file)
{
    bool failed = ferror(file) != 0;
    return fclose(file) != 0 || failed ? STATUS_BAD_FILE : STATUS_OK;
}

static enum status read_expected(struct work *w, const char *path)
{
    FILE *file;
    struct span line;
    enum status status = open_file(path, &file);
    if (status != STATUS_OK) {
        return status;
    }
    while (next_line(w, file, &line)) {
        struct audit_checkpoint found;
        bool newer = audit_event_line_kind(line) == AUDIT_LINE_CHECKPOINT &&
                     audit_checkpoint_decode(line, &found) == STATUS_OK &&
                     found.head.sequence > w->expected.head.sequence;
        w->expected = newer ? found : w->expected;
    }
    status = close_file(file);
    return status == STATUS_OK && w->expected.head.sequence == 0 ? STATUS_BAD_FILE : status;
}

static enum status read_audit(struct work *w, const char *path)
{
    FILE *file;
    struct span line;
    enum status status = open_file(path, &file);
    if (status != STATUS_OK) {
        return status;
    }
    while (w->verify.status == STATUS_OK && next_line(w, file, &line)) {
        audit_verify_line(&w->verify, line);
    }
    return close_file(file);
}

static enum status failed(enum status status, const char *path, struct fault *reterr_fault)
{
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, path);
    }
    return status;
}

static enum status prepare(struct work *w, const struct audit_file_options *options,
                           struct fault *reterr_fault)
{
    w->ders = BUF(w->der_memory);
    for (size_t i = 0; i < options->key_count; i++) {
        enum status status = read_pem(w, options->key_paths[i]);
        if (status != STATUS_OK) {
            return failed(status, options->key_paths[i], reterr_fault);
        }
    }
    if (w->keys_count == 0) {
        return failed(STATUS_BAD_VALUE, "no audit certificate was given", reterr_fault);
    }
    if (options->expected_path == NULL) {
        return STATUS_OK;
    }
    return failed(read_expected(w, options->expected_path), options->expected_path, reterr_fault);
}

static struct audit_file_verdict verdict_of(const struct work *w)
{
    struct audit_file_verdict verdict = {
        .fault = w->verify.fault,
        .bad_sequence = w->verify.bad_sequence,
        .bad_line = w->verify.bad_line,
        .entries = w->verify.head.sequence,
        .checkpoints = w->verify.checkpoints,
        .statements = w->verify.statements,
        .statements_traced = w->cas_count > 0,
    };
    memcpy(verdict.head, w->verify.head.hash, sizeof(verdict.head));
    return verdict;
}

static enum status verify_with(struct work *w, const struct audit_file_options *options,
                               struct audit_file_verdict *ret_verdict, struct fault *reterr_fault)
{
    enum status status = prepare(w, options, reterr_fault);
    if (status != STATUS_OK) {
        return status;
    }
    const struct audit_verify_options trusted = {
        .keys = w->keys,
        .keys_count = w->keys_count,
        .cas = w->cas,
        .cas_count = w->cas_count,
        .expected = options->expected_path != NULL ? &w->expected : NULL,
    };
    audit_verify_init(&w->verify, &trusted);
    status = read_audit(w, options->path);
    if (status != STATUS_OK) {
        return failed(status, options->path, reterr_fault);
    }
    status = audit_verify_end(&w->verify);
    *ret_verdict = verdict_of(w);
    return failed(status, options->path, reterr_fault);
}

enum status audit_file_verify(const struct audit_file_options *options,
                              struct audit_file_verdict *ret_verdict, struct fault *reterr_fault)
{
    struct work *w = calloc(1, sizeof(*w));
    if (w == NULL) {
        return failed(STATUS_OUT_OF_MEMORY, options->path, reterr_fault);
    }
    enum status status = verify_with(w, options, ret_verdict, reterr_fault);
    free(w);
    return status;
}
