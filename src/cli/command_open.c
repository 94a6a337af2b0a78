/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command_open.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/desk_command.h"
#include "cli/desk_options.h"
#include "cli/exit_code.h"
#include "port/file_write.h"
#include "port/program_start.h"

/* open: the agent's page in the browser. The address holds a token, so it goes to the browser in a
 * file that only this user can read, never in an argument. */

enum {
    ADDRESS_MAX = 128,
    PATH_MAX_LEN = AGENT_LINK_PATH_MAX + 16,
    START_MS = 3000,
    TOKEN_LEN = 32
};

bool command_open_is_word(const char *word)
{
    static const char *const words[] = { "cardwright:open", "cardwright:open/", "cardwright://open",
                                         "cardwright://open/" };
    for (size_t i = 0; i < COUNT(words); i++) {
        if (text_equal(word, words[i])) {
            return true;
        }
    }
    return false;
}

bool command_open_is_address(const char *address)
{
    static const char start[] = "http://127.0.0.1:";
    if (strncmp(address, start, sizeof(start) - 1) != 0) {
        return false;
    }
    const char *port = address + sizeof(start) - 1;
    size_t digits = strspn(port, "0123456789");
    const char *rest = port + digits;
    return digits >= 1 && digits <= 5 && strncmp(rest, "/#", 2) == 0 &&
           strlen(rest) == 2 + TOKEN_LEN && strspn(rest + 2, "0123456789abcdef") == TOKEN_LEN;
}

static enum status ask(const struct desk_options *options, json_t **ret_answer,
                       struct fault *reterr_fault)
{
    struct agent_link link = { 0 };
    json_t *body = json_object();
    enum status status = desk_options_open(options, &link, reterr_fault);
    if (status == STATUS_OK) {
        status = agent_link_call(&link, "POST", "/v1/desk/page", body, ret_answer, reterr_fault);
    }
    json_decref(body);
    agent_link_close(&link);
    if (status == STATUS_OK && !command_open_is_address(desk_text(*ret_answer, "address"))) {
        *reterr_fault = fault_of(STATUS_BAD_MESSAGE, "the agent's address");
        return STATUS_BAD_MESSAGE;
    }
    return status;
}

/* "open.html" beside the socket, in a folder that is ours alone. */
static enum status place(const struct desk_options *options, char ret_path[PATH_MAX_LEN])
{
    char memory[AGENT_LINK_PATH_MAX], folder[AGENT_LINK_PATH_MAX];
    const char *socket = agent_link_path(options->agent, memory);
    const char *slash = strrchr(socket, '/');
    bool fits = slash != NULL
                    ? text_format(folder, sizeof(folder), "%.*s", (int)(slash - socket), socket)
                    : text_copy(folder, sizeof(folder), ".");
    if (!fits || !text_format(ret_path, PATH_MAX_LEN, "%s/open.html", folder)) {
        return STATUS_BAD_VALUE;
    }
    return file_write_private_directory(folder);
}

static enum status write_redirect(const char *path, const char *address)
{
    char html[ADDRESS_MAX * 4];
    if (!text_format(html, sizeof(html),
                     "<!doctype html>\n<html lang=\"en-GB\">\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"referrer\" content=\"no-referrer\">\n"
                     "<meta http-equiv=\"refresh\" content=\"0;url=%s\">\n"
                     "<title>Cardwright</title>\n<p><a href=\"%s\">Open Cardwright</a></p>\n",
                     address, address)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = file_write_atomic(path, span_of_text(html), 0600);
    wipe(html, sizeof(html));
    return status;
}

static enum status start_browser(const struct desk_options *options, const char *address,
                                 struct fault *reterr_fault)
{
    char path[PATH_MAX_LEN] = "";
    enum status status = place(options, path);
    if (status == STATUS_OK) {
        status = write_redirect(path, address);
    }
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(STATUS_BAD_FILE, path);
        return STATUS_BAD_FILE;
    }
    status = program_start("xdg-open", path, START_MS);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(STATUS_BROWSER, status == STATUS_NOT_FOUND ? "xdg-open" : path);
    }
    return status == STATUS_OK ? STATUS_OK : STATUS_BROWSER;
}

static void print(const struct desk_options *options, json_t *answer)
{
    const char *word = desk_text(answer, "word");
    if (options->json) {
        if (!options->print) {
            json_object_del(answer, "address");
            json_object_del(answer, "expires_in");
        }
        json_dumpf(answer, stdout, JSON_COMPACT);
        printf("\n");
    } else if (options->print) {
        printf("%s\nword: %s\n", desk_text(answer, "address"), word);
    } else {
        printf("the page opens in the browser; it shows the word '%s'\n", word);
    }
}

static bool words_are_good(const struct desk_options *options)
{
    return options->words_count == 0 ||
           (options->words_count == 1 && command_open_is_word(options->words[0]));
}

int command_open(int argc, char **argv)
{
    struct desk_options options;
    struct fault fault = fault_of(STATUS_OK, "");
    json_t *answer = NULL;
    if (!desk_options_parse(argc, argv, DESK_PRINT | DESK_WORDS, &options) ||
        !words_are_good(&options)) {
        return desk_options_usage("open", argv);
    }
    enum status status = ask(&options, &answer, &fault);
    if (status == STATUS_OK && !options.print) {
        status = start_browser(&options, desk_text(answer, "address"), &fault);
    }
    if (status == STATUS_OK) {
        print(&options, answer);
    }
    json_decref(answer);
    return status == STATUS_OK ? EXIT_DONE : desk_options_fail(&options, &fault);
}
