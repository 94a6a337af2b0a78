/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/signer_directory.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/x509_chain.h"
#include "port/entropy_read.h"
#include "port/file_read.h"
#include "port/file_write.h"
#include "signer/sealed_secret.h"
#include "signer/state_file.h"
#include "test/unit/signer/signer_fixture.h"

static const char profile_authentication[] =
    "{\"name\":\"authentication\",\"subject\":\"CN={uuid}\",\"key_usage\":[\"digitalSignature\"],"
    "\"key_usage_critical\":true,\"life_days\":730,\"key_types\":[\"P-256\"]}";
static const char profile_signing[] =
    "{\"name\":\"content-signing\",\"subject\":\"CN={uuid}_{given}_{family}\","
    "\"key_usage\":[\"nonRepudiation\"],\"key_usage_critical\":true,\"life_days\":730,"
    "\"key_types\":[\"P-256\"]}";

static char top[64], directory[96], root_key[96], server_key[96], server_certificate[96];
static struct secret passphrase, root_passphrase;
static struct entropy entropy;
static struct signer_directory_made made;

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void clean(void)
{
    (void)nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void set_paths(void)
{
    CHECK(text_copy(top, sizeof(top), "/tmp/signer-directory-XXXXXX"));
    assert_non_null(mkdtemp(top));
    CHECK_EQ(atexit(clean), 0);
    CHECK(text_format(directory, sizeof(directory), "%s/signer", top));
    CHECK(text_format(root_key, sizeof(root_key), "%s/root.key", top));
    CHECK(text_format(server_key, sizeof(server_key), "%s/server.key", top));
    CHECK(text_format(server_certificate, sizeof(server_certificate), "%s/server.pem", top));
    CHECK(secret_set(&passphrase, SPAN_TEXT("correct horse")));
    CHECK(secret_set(&root_passphrase, SPAN_TEXT("battery staple")));
    entropy = entropy_read_system();
}

static struct signer_directory_options options(void)
{
    return (struct signer_directory_options){
        .directory = directory,
        .root_key_path = root_key,
        .server_key_path = server_key,
        .server_certificate_path = server_certificate,
        .passphrase = &passphrase,
        .root_passphrase = &root_passphrase,
        .profiles = { SPAN_TEXT(profile_authentication), SPAN_TEXT(profile_signing) },
        .organisation_name = "nhs",
        .dns_names = { "ra.example" },
        .ip_addresses = { "127.0.0.1" },
        .now = FIXTURE_NOW,
        .entropy = &entropy,
    };
}

/* Made once: slow passphrases are the point of them. Each test leaves it as it was. */
static void set_up(void)
{
    if (top[0] == '\0') {
        set_paths();
        const struct signer_directory_options o = options();
        CHECK_EQ(signer_directory_create(&o, &made), STATUS_OK);
    }
}

static mode_t mode_of(const char *name)
{
    char path[160];
    struct stat info;
    CHECK(text_format(path, sizeof(path), "%s/%s", directory, name));
    CHECK_EQ(lstat(path, &info), 0);
    return info.st_mode & 07777;
}

TEST(signer_directory__what_init_makes_the_signer_can_load)
{
    static const char *const secret_files[] = { "authentication-ca.key", "signing-ca.key",
                                                "audit.key", "master.key", "state/head" };
    char name[SIGNER_DIRECTORY_NAME_MAX] = "";
    struct signer_keys keys;
    static struct signer signer;
    set_up();

    CHECK_EQ(signer_directory_load(directory, &passphrase, &keys, name), STATUS_OK);
    CHECK_EQ(signer_open(&signer, &keys, &(struct signer_limits){ 0 }, &entropy), STATUS_OK);

    CHECK_SPAN(signer_issuer(&signer, SIGNER_AUTHENTICATION),
               span_of(made.issuers[0].der, made.issuers[0].len));
    CHECK_EQ(mode_of("."), 0700);
    for (size_t i = 0; i < COUNT(secret_files); i++) {
        CHECK_EQ(mode_of(secret_files[i]), 0600);
    }
    signer_close(&signer);
}

/* The passphrase opens one file only; what is in it opens the others. */
TEST(signer_directory__the_keys_do_not_open_with_the_passphrase)
{
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);
    struct private_key *key = NULL;
    char path[160];
    set_up();
    CHECK(text_format(path, sizeof(path), "%s/authentication-ca.key", directory));
    CHECK_EQ(file_read_secret(path, &pem), STATUS_OK);

    CHECK_EQ(private_key_of_pem(buf_span(&pem), &key), STATUS_KEY_FILE);
    CHECK_EQ(private_key_of_encrypted_pem(buf_span(&pem), &passphrase, &key), STATUS_KEY_FILE);

    CHECK(key == NULL);
}

TEST(signer_directory__a_master_key_of_another_length_is_refused)
{
    struct secret master SCOPED_SECRET = { .len = KDF_MASTER_LEN };
    struct signer_keys keys = { .audit_len = 77 };
    uint8_t memory[SEALED_SECRET_MAX];
    struct buf file = BUF(memory);
    char name[SIGNER_DIRECTORY_NAME_MAX] = "", path[160], away[160];
    set_up();
    CHECK(text_format(path, sizeof(path), "%s/master.key", directory));
    CHECK(text_format(away, sizeof(away), "%s/away", directory));
    CHECK_EQ(rename(path, away), 0);
    CHECK_EQ(sealed_secret_encode(&master, &passphrase, &entropy, &file), STATUS_OK);
    CHECK_EQ(file_write_new(path, buf_span(&file), 0600), STATUS_OK);

    CHECK_EQ(signer_directory_load(directory, &passphrase, &keys, name), STATUS_KEY_FILE);

    CHECK_TEXT(name, "master.key");
    CHECK_EQ(keys.audit_len, 77);
    CHECK_EQ(rename(away, path), 0);
}

TEST(signer_directory__every_certificate_leads_to_the_root)
{
    set_up();
    const struct span root = span_of(made.root.der, made.root.len);
    const struct signer_directory_certificate *const all[] = { &made.issuers[0], &made.issuers[1],
                                                               &made.audit, &made.server };
    for (size_t i = 0; i < COUNT(all); i++) {
        struct x509_info info;
        CHECK_EQ(x509_chain_verify(span_of(all[i]->der, all[i]->len), &root, 1, FIXTURE_NOW, &info),
                 STATUS_OK);
        CHECK_EQ(info.is_ca, i < 2);
    }
}

TEST(signer_directory__the_roots_key_is_elsewhere_and_locked)
{
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);
    struct private_key *key = NULL;
    char name[160];
    set_up();

    CHECK_EQ(file_read_secret(root_key, &pem), STATUS_OK);
    CHECK_EQ(private_key_of_pem(buf_span(&pem), &key), STATUS_KEY_FILE);
    CHECK_EQ(private_key_of_encrypted_pem(buf_span(&pem), &passphrase, &key), STATUS_KEY_FILE);
    CHECK_EQ(private_key_of_encrypted_pem(buf_span(&pem), &root_passphrase, &key), STATUS_OK);
    private_key_free(&key);

    CHECK(text_format(name, sizeof(name), "%s/root.key", directory));
    CHECK(access(name, F_OK) != 0);
}

TEST(signer_directory__the_servers_key_fits_its_certificate)
{
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);
    struct private_key *key = NULL;
    struct x509_info info;
    set_up();

    CHECK_EQ(file_read_secret(server_key, &pem), STATUS_OK);
    CHECK_EQ(private_key_of_pem(buf_span(&pem), &key), STATUS_OK);
    CHECK_EQ(x509_read(span_of(made.server.der, made.server.len), &info), STATUS_OK);

    CHECK(public_key_equal(&info.key, private_key_public(key)));
    CHECK_EQ(info.extended_usage, X509_SERVER_AUTH);
    private_key_free(&key);
}

TEST(signer_directory__load_names_the_file_that_is_wrong)
{
    char name[SIGNER_DIRECTORY_NAME_MAX] = "", path[160], away[160];
    struct signer_keys keys = { .audit_len = 77 };
    set_up();
    CHECK(text_format(path, sizeof(path), "%s/audit.key", directory));
    CHECK(text_format(away, sizeof(away), "%s/away", directory));

    CHECK_EQ(signer_directory_load(directory, &root_passphrase, &keys, name), STATUS_KEY_FILE);
    CHECK_TEXT(name, "master.key");
    CHECK_EQ(chmod(path, 0644), 0); /* readable by others: no longer a secret */
    CHECK_EQ(signer_directory_load(directory, &passphrase, &keys, name), STATUS_KEY_FILE);
    CHECK_TEXT(name, "audit.key");
    CHECK_EQ(chmod(path, 0600), 0);
    CHECK_EQ(rename(path, away), 0);
    CHECK_EQ(signer_directory_load(directory, &passphrase, &keys, name), STATUS_NOT_FOUND);
    CHECK_TEXT(name, "audit.key");
    CHECK_EQ(rename(away, path), 0);

    CHECK_EQ(keys.audit_len, 77);
}

TEST(signer_directory__nothing_is_replaced)
{
    struct signer_directory_made again = { .root = { .len = 77 } };
    set_up();
    const struct signer_directory_options o = options();

    CHECK_EQ(signer_directory_create(&o, &again), STATUS_STORE_CONFLICT);

    CHECK_EQ(again.root.len, 77);
}

TEST(signer_directory__bad_options_make_nothing)
{
    char elsewhere[128];
    struct signer_directory_made none_made = { .root = { .len = 77 } };
    const struct secret none = { 0 };
    set_up();
    struct signer_directory_options o = options();
    CHECK(text_format(elsewhere, sizeof(elsewhere), "%s/elsewhere", top));
    o.directory = elsewhere;

    o.profiles[1] = SPAN_TEXT("{}");
    CHECK_EQ(signer_directory_create(&o, &none_made), STATUS_BAD_FILE);
    o.profiles[1] = SPAN_TEXT(profile_signing);
    o.passphrase = &none;
    CHECK_EQ(signer_directory_create(&o, &none_made), STATUS_BAD_VALUE);

    CHECK(access(elsewhere, F_OK) != 0);
    CHECK_EQ(none_made.root.len, 77);
}
