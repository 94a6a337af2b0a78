/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/audit_file.h"

#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/x509_pem.h"
#include "test/unit/lifecycle/sample_audit.h"

enum { PATH_LEN_MAX = 80 };

/* audit.jsonl, audit.pem, ca.pem and a checkpoint kept elsewhere, in a directory of their own. */
struct folder {
    char path[PATH_LEN_MAX], audit[PATH_LEN_MAX], key[PATH_LEN_MAX], ca[PATH_LEN_MAX],
        kept[PATH_LEN_MAX];
    struct sample_audit *sample;
};

static void write_bytes(const char *path, struct span bytes)
{
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK_EQ(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    CHECK_EQ(fclose(file), 0);
}

static void write_lines(const char *path, const struct sample_audit *sample, size_t from, size_t to)
{
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    for (size_t i = from; i < to; i++) {
        CHECK_EQ(fwrite(sample->lines[i].bytes, 1, sample->lines[i].len, file),
                 sample->lines[i].len);
    }
    CHECK_EQ(fclose(file), 0);
}

static void write_certificate(const char *path, struct span der)
{
    static uint8_t memory[8192];
    struct buf text = BUF(memory);
    CHECK_EQ(x509_pem_encode(X509_PEM_CERTIFICATE, der, &text), STATUS_OK);
    write_bytes(path, buf_span(&text));
}

/* The audit key gets a certificate from the CA, as the set-up makes it. */
static void write_audit_certificate(const char *path, struct sample_audit *sample)
{
    uint8_t memory[X509_DER_MAX];
    struct buf der = BUF(memory);
    const struct x509_name name = sample_name("audit");
    struct x509_build_options options = sample_leaf_options();
    options.subject = &name;
    options.key = private_key_public(sample->audit_key);
    options.issuer = buf_span(&sample->ca.der);
    CHECK_EQ(x509_build(&options, sample->ca.key, &der), STATUS_OK);
    write_certificate(path, buf_span(&der));
}

static void name_files(struct folder *folder)
{
    CHECK(text_format(folder->audit, PATH_LEN_MAX, "%s/audit.jsonl", folder->path));
    CHECK(text_format(folder->key, PATH_LEN_MAX, "%s/audit.pem", folder->path));
    CHECK(text_format(folder->ca, PATH_LEN_MAX, "%s/ca.pem", folder->path));
    CHECK(text_format(folder->kept, PATH_LEN_MAX, "%s/kept.jsonl", folder->path));
}

/* Lines: 1, 2, checkpoint, 3 with a statement, checkpoint. */
static struct folder *folder_new(void)
{
    struct folder *folder = calloc(1, sizeof(*folder));
    CHECK(folder != NULL);
    memcpy(folder->path, "/tmp/cardwright-audit-XXXXXX", 29);
    CHECK(mkdtemp(folder->path) != NULL);
    name_files(folder);
    folder->sample = sample_audit_new();
    sample_audit_grow(folder->sample, 2);
    sample_audit_checkpoint(folder->sample);
    sample_audit_state(folder->sample, sample_audit_entry());
    sample_audit_checkpoint(folder->sample);
    write_lines(folder->audit, folder->sample, 0, 5);
    write_lines(folder->kept, folder->sample, 3, 5);
    write_certificate(folder->ca, buf_span(&folder->sample->ca.der));
    write_audit_certificate(folder->key, folder->sample);
    return folder;
}

static void folder_free(struct folder *folder)
{
    const char *const files[] = { folder->audit, folder->key, folder->ca, folder->kept };
    for (size_t i = 0; i < COUNT(files); i++) {
        (void)unlink(files[i]);
    }
    CHECK_EQ(rmdir(folder->path), 0);
    sample_audit_free(&folder->sample);
    free(folder);
}

static enum status verify(const struct folder *folder, const char *expected,
                          struct audit_file_verdict *ret_verdict)
{
    const char *const keys[] = { folder->key, folder->ca };
    struct fault fault;
    return audit_file_verify(&(struct audit_file_options){ .path = folder->audit,
                                                           .key_paths = keys,
                                                           .key_count = COUNT(keys),
                                                           .expected_path = expected },
                             ret_verdict, &fault);
}

TEST(audit_file_verify__accepts_a_good_file)
{
    struct folder *folder = folder_new();
    struct audit_file_verdict verdict;
    CHECK_EQ(verify(folder, NULL, &verdict), STATUS_OK);
    CHECK_EQ(verdict.entries, 3);
    CHECK_EQ(verdict.checkpoints, 2);
    CHECK_EQ(verdict.statements, 1);
    CHECK(verdict.statements_traced);
    CHECK_BYTES(verdict.head, folder->sample->head.hash, AUDIT_HASH_LEN);
    CHECK_EQ(verify(folder, folder->kept, &verdict), STATUS_OK);
    folder_free(folder);
}

TEST(audit_file_verify__names_the_first_bad_entry)
{
    struct folder *folder = folder_new();
    struct audit_file_verdict verdict;
    folder->sample->lines[1].bytes[60] ^= 1;
    write_lines(folder->audit, folder->sample, 0, 5);
    CHECK_EQ(verify(folder, NULL, &verdict), STATUS_AUDIT_BROKEN);
    CHECK_EQ(verdict.bad_sequence, 2);
    CHECK_EQ(verdict.bad_line, 2);
    folder_free(folder);
}

TEST(audit_file_verify__an_older_export_shows_what_was_cut_off)
{
    struct folder *folder = folder_new();
    struct audit_file_verdict verdict;
    write_lines(folder->audit, folder->sample, 0, 3);
    CHECK_EQ(verify(folder, NULL, &verdict), STATUS_OK); /* whole in itself */
    CHECK_EQ(verify(folder, folder->kept, &verdict), STATUS_AUDIT_BROKEN);
    CHECK_EQ(verdict.fault, AUDIT_FAULT_CUT);
    CHECK_EQ(verdict.bad_sequence, 3);
    folder_free(folder);
}

TEST(audit_file_verify__the_last_line_may_lack_its_line_feed)
{
    struct folder *folder = folder_new();
    struct audit_file_verdict verdict;
    folder->sample->lines[4].len--;
    write_lines(folder->audit, folder->sample, 0, 5);
    CHECK_EQ(verify(folder, NULL, &verdict), STATUS_OK);
    folder_free(folder);
}

TEST(audit_file_verify__a_line_without_end_is_no_line)
{
    struct folder *folder = folder_new();
    struct audit_file_verdict verdict;
    static uint8_t large[3 * AUDIT_LINE_MAX];
    memset(large, ' ', sizeof(large));
    write_bytes(folder->audit, SPAN_OF(large));
    CHECK_EQ(verify(folder, NULL, &verdict), STATUS_AUDIT_BROKEN);
    CHECK_EQ(verdict.fault, AUDIT_FAULT_LINE);
    CHECK_EQ(verdict.bad_sequence, 1);
    folder_free(folder);
}

static void check_fault(const struct audit_file_options *options, enum status status,
                        const char *detail)
{
    struct audit_file_verdict verdict = { .entries = 77 };
    struct fault fault = { 0 };
    CHECK_EQ(audit_file_verify(options, &verdict, &fault), status);
    CHECK_EQ(fault.status, status);
    CHECK(strstr(fault.detail, detail) != NULL);
    CHECK_EQ(verdict.entries, 77); /* no verdict */
}

TEST(audit_file_verify__says_which_file_is_wrong)
{
    struct folder *folder = folder_new();
    const char *keys[] = { folder->key };
    struct audit_file_options options = { .path = folder->audit,
                                          .key_paths = keys,
                                          .key_count = 1 };
    keys[0] = "/tmp/cardwright-none.pem";
    check_fault(&options, STATUS_NOT_FOUND, "cardwright-none.pem");
    keys[0] = folder->audit; /* no PEM in it */
    check_fault(&options, STATUS_BAD_FILE, "audit.jsonl");
    keys[0] = folder->ca; /* a CA signs no checkpoints */
    check_fault(&options, STATUS_BAD_VALUE, "audit certificate");
    keys[0] = folder->key;
    options.path = "/tmp/cardwright-none.jsonl";
    check_fault(&options, STATUS_NOT_FOUND, "cardwright-none.jsonl");
    options.path = folder->audit;
    options.expected_path = folder->ca; /* no checkpoint in it */
    check_fault(&options, STATUS_BAD_FILE, "ca.pem");
    folder_free(folder);
}
