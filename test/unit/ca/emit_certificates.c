/* SPDX-License-Identifier: Apache-2.0 */
/* emit_certificates DIR PROFILE.json PROFILE.json [START]: writes a whole hierarchy, two leafs of
 * each kind of key and revocation lists as PEM files, for test/e2e/test_certificates.sh to show to
 * other programs. */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/x509_pem.h"
#include "test/lib/sample_keys.h"
#include "test/unit/ca/sample_ca.h"

enum { PATH_MAX_LEN = 512, TEXT_MAX = 16384, LEAFS = 4 };

static const char *directory;
static instant start = SAMPLE_START;

static void must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "emit_certificates: failed: %s\n", what);
        exit(1);
    }
}

static void write_text(const char *name, struct span text)
{
    char path[PATH_MAX_LEN];
    must(text_format(path, sizeof(path), "%s/%s", directory, name), "path");
    FILE *file = fopen(path, "wb");
    must(file != NULL && fwrite(text.ptr, 1, text.len, file) == text.len, path);
    must(fclose(file) == 0, path);
}

static void write_pem(const char *name, enum x509_pem_kind kind, struct span der)
{
    uint8_t memory[TEXT_MAX];
    struct buf text = BUF(memory);
    must(x509_pem_encode(kind, der, &text) == STATUS_OK, name);
    write_text(name, buf_span(&text));
}

static void read_profile(const char *path, struct certificate_profile *ret_profile)
{
    char text[TEXT_MAX], detail[CERTIFICATE_PROFILE_DETAIL_MAX] = "";
    FILE *file = fopen(path, "rb");
    must(file != NULL, path);
    size_t len = fread(text, 1, sizeof(text), file);
    must(fclose(file) == 0, path);
    must(certificate_profile_load(span_of(text, len), ret_profile, detail) == STATUS_OK, detail);
}

static void write_leaf(const char *name, const struct certificate_profile *profile,
                       const struct sample_certificate *ca, const struct issue_request *request)
{
    uint8_t memory[ISSUE_DER_MAX];
    struct buf der = BUF(memory);
    struct issue_authority issuer = sample_issuer(ca);
    must(issue_certificate(profile, request, &issuer, &der) == STATUS_OK, name);
    write_pem(name, X509_PEM_CERTIFICATE, buf_span(&der));
}

static void write_leafs(const struct sample_ca *ca, const struct certificate_profile *profiles)
{
    static const char *const pems[LEAFS] = { sample_p256_pem, sample_p384_pem, sample_rsa2048_pem,
                                             sample_rsa3072_pem };
    for (size_t i = 0; i < LEAFS; i++) {
        char name[64], serial[X509_SERIAL_TEXT_MAX];
        struct private_key *key = NULL;
        must(private_key_of_pem(span_of_text(pems[i]), &key) == STATUS_OK, "sample key");
        struct issue_request request = { .key = private_key_public(key),
                                         .fields = sample_fields(),
                                         .not_before = ca->start + SECONDS_PER_DAY,
                                         .serial = serial };
        must(text_format(serial, sizeof(serial), "50%02zx", i) &&
                 text_format(name, sizeof(name), "leaf-9a-%zu.pem", i),
             "name");
        write_leaf(name, &profiles[0], &ca->authentication, &request);
        must(text_format(serial, sizeof(serial), "9c%02zx", i) &&
                 text_format(name, sizeof(name), "leaf-9c-%zu.pem", i),
             "name");
        write_leaf(name, &profiles[1], &ca->signing, &request);
        private_key_free(&key);
    }
}

/* Leaf 1 of each CA is revoked; leaf 3 too, without a reason. */
static enum status next_entry(void *context, struct x509_crl_entry *ret_entry, bool *ret_end)
{
    static const char *const serials[] = { "5001", "5003", "9c01", "9c03" };
    size_t *at = context;
    if (*at == COUNT(serials)) {
        *ret_end = true;
        return STATUS_OK;
    }
    must(text_copy(ret_entry->serial, sizeof(ret_entry->serial), serials[*at]), "serial");
    ret_entry->revoked_at = start + 3 * SECONDS_PER_DAY;
    ret_entry->reason = *at % 2 == 0 ? X509_REASON_SUPERSEDED : X509_REASON_UNSPECIFIED;
    (*at)++;
    return STATUS_OK;
}

static enum status no_entry(void *context, struct x509_crl_entry *ret_entry, bool *ret_end)
{
    (void)context, (void)ret_entry;
    *ret_end = true;
    return STATUS_OK;
}

static void write_list(const char *name, const struct sample_certificate *ca, bool empty)
{
    uint8_t memory[X509_DER_MAX];
    struct buf der = BUF(memory);
    size_t at = 0;
    const struct x509_crl_options options = { .issuer = buf_span(&ca->der),
                                              .number = 1,
                                              .this_update = start,
                                              .next_update = start + 30 * SECONDS_PER_DAY,
                                              .next = empty ? no_entry : next_entry,
                                              .context = &at };
    must(x509_crl_build(&options, ca->key, &der) == STATUS_OK, name);
    write_pem(name, X509_PEM_CRL, buf_span(&der));
}

int main(int argc, char **argv)
{
    struct sample_ca ca;
    struct certificate_profile profiles[2];
    must(argc == 4 || (argc == 5 && instant_parse(argv[4], &start)),
         "usage: emit_certificates DIR AUTHENTICATION.json SIGNING.json [2026-09-21T00:00:00Z]");
    directory = argv[1];
    read_profile(argv[2], &profiles[0]);
    read_profile(argv[3], &profiles[1]);
    must(sample_ca_make(&ca, start), "hierarchy");
    write_pem("root.pem", X509_PEM_CERTIFICATE, buf_span(&ca.root.der));
    write_pem("authentication-ca.pem", X509_PEM_CERTIFICATE, buf_span(&ca.authentication.der));
    write_pem("signing-ca.pem", X509_PEM_CERTIFICATE, buf_span(&ca.signing.der));
    write_pem("audit.pem", X509_PEM_CERTIFICATE, buf_span(&ca.audit.der));
    write_pem("server.pem", X509_PEM_CERTIFICATE, buf_span(&ca.server.der));
    write_leafs(&ca, profiles);
    write_list("root-crl.pem", &ca.root, true);
    write_list("authentication-crl.pem", &ca.authentication, false);
    write_list("signing-crl.pem", &ca.signing, false);
    sample_ca_free(&ca);
    return 0;
}
