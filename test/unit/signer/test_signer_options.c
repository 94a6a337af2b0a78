/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/signer_options.h"

#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"

enum { ARGUMENTS_MAX = 32 };

/* Splits at spaces. */
static enum status parse(const char *line, const char *credentials, struct signer_options *ret,
                         const char **reterr_detail)
{
    static char copy[512];
    char *arguments[ARGUMENTS_MAX] = { copy };
    int count = 1;
    CHECK(text_copy(copy, sizeof(copy), line));
    for (char *c = copy; *c != '\0'; c++) {
        if (*c == ' ') {
            *c = '\0';
            CHECK(count < ARGUMENTS_MAX);
            arguments[count] = c + 1;
            count++;
        }
    }
    return signer_options_parse(count, arguments, credentials, ret, reterr_detail);
}

TEST(signer_options__all_of_them)
{
    struct signer_options o;
    const char *detail = "";
    int pipes[2];
    char line[256];
    CHECK_EQ(pipe(pipes), 0);
    CHECK(text_format(line, sizeof(line),
                      "signer --dir /d --socket /s --client-uid 997 --client-uid 0 "
                      "--passphrase-file /p --statements-per-hour 7 --crl-life-days 3 "
                      "--ready-fd %d",
                      pipes[1]));

    CHECK_EQ(parse(line, NULL, &o, &detail), STATUS_OK);

    CHECK_TEXT(o.directory, "/d");
    CHECK_TEXT(o.socket, "/s");
    CHECK_TEXT(o.passphrase_file, "/p");
    CHECK_EQ(o.client_uids_count, 2);
    CHECK_EQ(o.client_uids[0], 997);
    CHECK_EQ(o.client_uids[1], 0);
    CHECK_EQ(o.limits.statements_per_hour, 7);
    CHECK_EQ(o.limits.crl_life_days, 3);
    CHECK_EQ(o.ready_fd, pipes[1]);
    (void)close(pipes[0]);
    (void)close(pipes[1]);
}

TEST(signer_options__passphrase_comes_from_the_credential)
{
    struct signer_options o;
    const char *detail = "";
    CHECK_EQ(parse("signer --dir /d --socket /s", "/run/credentials/x", &o, &detail), STATUS_OK);
    CHECK_TEXT(o.passphrase_file, "/run/credentials/x/cardwright-signer-passphrase");
    CHECK_EQ(o.client_uids_count, 0);
    CHECK_EQ(o.ready_fd, -1);
}

TEST(signer_options__refuses_what_it_does_not_know)
{
    static const char *const lines[][2] = {
        { "signer", "--dir" },
        { "signer --dir /d", "--socket" },
        { "signer --dir /d --socket /s", "--passphrase-file" },
        { "signer --passphrase secret", "--passphrase" },
        { "signer --dir", "--dir" },
        { "signer --client-uid -1", "--client-uid" },
        { "signer --client-uid 4294967295", "--client-uid" },
        { "signer --client-uid 99999999999", "--client-uid" },
        { "signer --client-uid 1x", "--client-uid" },
        { "signer --statements-per-hour 0", "--statements-per-hour" },
        { "signer --crl-life-days 4000", "--crl-life-days" },
        { "signer --ready-fd 1", "--ready-fd" },
        { "signer x", "x" },
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct signer_options o = { .ready_fd = 77 };
        const char *detail = "";
        CHECK_EQ(parse(lines[i][0], NULL, &o, &detail), STATUS_USAGE);
        CHECK_TEXT(detail, lines[i][1]);
        CHECK_EQ(o.ready_fd, 77);
    }
}

TEST(signer_options__help_names_every_option)
{
    static const char *const names[] = { "--dir",           "--socket",
                                         "--client-uid",    "--ready-fd",
                                         "--help",          "--passphrase-file",
                                         "--crl-life-days", "--statements-per-hour" };
    struct signer_options o = { 0 };
    const char *detail = "";
    CHECK_EQ(parse("signer --help", NULL, &o, &detail), STATUS_OK);
    CHECK(o.help);
    for (size_t i = 0; i < COUNT(names); i++) {
        CHECK(strstr(signer_options_help(), names[i]) != NULL);
    }
}
