/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/secret_option.h"
#include "test/lib/test.h"

/* Reads a secret from a file with these contents and this mode; the file is gone afterwards. */
static enum status read_file(const char *contents, mode_t mode, struct secret *ret_secret)
{
    char path[] = "/tmp/cw-secret-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    CHECK_EQ(write(fd, contents, strlen(contents)), (ssize_t)strlen(contents));
    CHECK_EQ(fchmod(fd, mode), 0);
    CHECK_EQ(close(fd), 0);
    enum status status = secret_option_read(path, "Passcode", ret_secret);
    CHECK_EQ(unlink(path), 0);
    return status;
}

TEST(secret_option__takes_the_first_line_of_a_private_file)
{
    struct secret secret SCOPED_SECRET = { 0 };

    CHECK_EQ(read_file("471108\nsecond line\n", 0600, &secret), STATUS_OK);

    CHECK_SPAN(secret_span(&secret), SPAN_TEXT("471108"));
}

TEST(secret_option__refuses_a_file_that_others_can_read)
{
    struct secret secret SCOPED_SECRET = { 0 };

    CHECK_EQ(read_file("471108\n", 0640, &secret), STATUS_SECRET_FILE);

    CHECK_EQ(secret.len, 0);
}

TEST(secret_option__refuses_nothing_and_too_much)
{
    struct secret secret SCOPED_SECRET = { 0 };
    char long_line[SECRET_MAX + 2];
    memset(long_line, '1', sizeof(long_line) - 1);
    long_line[sizeof(long_line) - 1] = '\0';

    CHECK_EQ(read_file("", 0600, &secret), STATUS_BAD_VALUE);
    CHECK_EQ(read_file("\n471108\n", 0600, &secret), STATUS_BAD_VALUE);
    CHECK_EQ(read_file(long_line, 0600, &secret), STATUS_BAD_VALUE);

    CHECK_EQ(secret.len, 0);
}

TEST(secret_option__says_when_there_is_no_such_file)
{
    struct secret secret SCOPED_SECRET = { 0 };

    CHECK_EQ(secret_option_read("/nonexistent/passcode", "Passcode", &secret), STATUS_BAD_FILE);
}

TEST(secret_option__says_when_standard_input_has_nothing)
{
    struct secret secret SCOPED_SECRET = { 0 };
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK(nothing >= 0);
    CHECK_EQ(dup2(nothing, 0), 0);
    CHECK_EQ(close(nothing), 0);

    CHECK_EQ(secret_option_read("-", "Passcode", &secret), STATUS_BAD_VALUE);

    CHECK_EQ(secret.len, 0);
}

TEST(secret_option__a_fault_names_the_option_and_the_file_or_what_it_takes)
{
    CHECK_TEXT(secret_option_fault(STATUS_BAD_VALUE, "--passcode-file", "/tmp/p").detail,
               "--passcode-file: 1 to 128 bytes");
    CHECK_TEXT(secret_option_fault(STATUS_BAD_FILE, "--passcode-file", "/tmp/p").detail,
               "--passcode-file: /tmp/p");
    CHECK_TEXT(secret_option_fault(STATUS_NO_TERMINAL, "--passcode-file", NULL).detail,
               "--passcode-file");
}
