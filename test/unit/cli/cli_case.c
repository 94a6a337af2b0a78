/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/cli/cli_case.h"

#include <unistd.h>

#include "cli/command.h"
#include "test/lib/test.h"

struct capture {
    FILE *file;
    int fd, kept;
};

static struct capture capture_begin(FILE *stream)
{
    struct capture c = { .file = tmpfile(), .fd = fileno(stream) };
    CHECK(c.file != NULL && fflush(stream) == 0);
    c.kept = dup(c.fd);
    CHECK(c.kept >= 0 && dup2(fileno(c.file), c.fd) >= 0);
    return c;
}

static void capture_end(struct capture *c, FILE *stream, char ret_text[CLI_CASE_TEXT_MAX])
{
    (void)fflush(stream);
    CHECK(dup2(c->kept, c->fd) >= 0);
    (void)close(c->kept);
    rewind(c->file);
    size_t len = fread(ret_text, 1, CLI_CASE_TEXT_MAX - 1, c->file);
    CHECK(feof(c->file));
    ret_text[len] = '\0';
    (void)fclose(c->file);
}

struct cli_case cli_case_run(const char *const *words)
{
    static char out[CLI_CASE_TEXT_MAX], err[CLI_CASE_TEXT_MAX];
    char *argv[CLI_CASE_WORDS_MAX + 2] = { strdup("cardwright") };
    int argc = 1;
    for (; words[argc - 1] != NULL; argc++) {
        CHECK(argc <= CLI_CASE_WORDS_MAX);
        argv[argc] = strdup(words[argc - 1]);
    }
    char *given[CLI_CASE_WORDS_MAX + 2]; /* getopt_long changes the order */
    (void)memcpy(given, argv, sizeof(given));
    struct capture of_out = capture_begin(stdout), of_err = capture_begin(stderr);
    struct cli_case ran = { .code = command_dispatch(argc, given), .out = out, .err = err };
    capture_end(&of_err, stderr, err);
    capture_end(&of_out, stdout, out);
    for (int i = 0; i < argc; i++) {
        free(argv[i]);
    }
    return ran;
}

const char *cli_case_path(const char *path)
{
    static char whole[1024];
    (void)snprintf(whole, sizeof(whole), "%s/%s", SOURCE_ROOT, path);
    return whole;
}
