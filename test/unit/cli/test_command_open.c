/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command_open.h"

#include <pthread.h>
#include <sys/stat.h>

#include "base/text.h"
#include "port/file_read.h"
#include "port/https_server.h"
#include "test/lib/test.h"
#include "test/unit/cli/cli_case.h"
#include "test/unit/port/scratch.h"

/* `cardwright open` with an agent that says what the test wants, and a browser that notes what it
 * was started with. */

#define TOKEN "0123456789abcdef0123456789abcdef"
#define ADDRESS "http://127.0.0.1:7600/#" TOKEN

static struct scratch scratch;
static struct https_server *agent;
static pthread_t loop;
static const char *answer;
static char socket_path[SCRATCH_PATH_MAX], started[SCRATCH_PATH_MAX], page[SCRATCH_PATH_MAX];
static uint8_t memory[4096];
static struct buf text;

static void serve(void *context, struct http_request *request)
{
    (void)context;
    bool good = text_equal(request->method, "POST") && text_equal(request->path, "/v1/desk/page");
    http_request_answer(request, good ? 200 : 400, "application/json", span_of_text(answer));
}

static void *loop_main(void *context)
{
    (void)context;
    assert_int_equal(https_server_run(agent), STATUS_OK);
    return NULL;
}

static void open_agent(const char *says, const char *browser)
{
    answer = says;
    scratch_open(&scratch);
    CHECK(text_copy(socket_path, sizeof socket_path, scratch_path(&scratch, "agent.sock")));
    CHECK(text_copy(started, sizeof started, scratch_path(&scratch, "started")));
    CHECK(text_copy(page, sizeof page, scratch_path(&scratch, "open.html")));
    scratch_write(scratch_path(&scratch, "xdg-open"), browser, 0700);
    char path[SCRATCH_PATH_MAX + 32];
    CHECK(text_format(path, sizeof path, "%s:/bin:/usr/bin", scratch.directory));
    CHECK_EQ(setenv("PATH", path, 1), 0);
    CHECK_EQ(setenv("STARTED", started, 1), 0);
    CHECK_EQ(setenv("CARDWRIGHT_AGENT", socket_path, 1), 0);
    CHECK_EQ(https_server_open(&(struct https_server_options){ 0 }, &agent), STATUS_OK);
    CHECK_EQ(
        https_server_listen(
            agent, &(struct https_listener){ .unix_path = socket_path, .handler = serve }, NULL),
        STATUS_OK);
    CHECK_EQ(pthread_create(&loop, NULL, loop_main, NULL), 0);
}

static void close_agent(void)
{
    https_server_stop(agent);
    CHECK_EQ(pthread_join(loop, NULL), 0);
    https_server_close(&agent);
    scratch_close(&scratch);
}

static struct cli_case run(const char *first, const char *second)
{
    return cli_case_run((const char *[]){ "open", first, second, NULL });
}

static const char good_answer[] =
    "{\"address\":\"" ADDRESS "\",\"word\":\"acorn\",\"expires_in\":60}";
static const char good_browser[] = "#!/bin/sh\nprintf '%s %s' \"$#\" \"$1\" > \"$STARTED\"\n";

static bool file_holds(const char *path, const char *part)
{
    text = buf_of(memory, sizeof memory - 1);
    CHECK_EQ(file_read(path, &text), STATUS_OK);
    memory[text.len] = '\0';
    return strstr((const char *)memory, part) != NULL;
}

TEST(command_open__hands_the_address_over_in_a_file_of_its_own)
{
    struct stat info;
    char expected[SCRATCH_PATH_MAX + 8];
    open_agent(good_answer, good_browser);

    struct cli_case ran = run("cardwright://open/", NULL);

    CHECK_EQ(ran.code, 0);
    CHECK(strstr(ran.out, "'acorn'") != NULL);
    CHECK(strstr(ran.out, TOKEN) == NULL && strstr(ran.err, TOKEN) == NULL);
    CHECK_EQ(stat(page, &info), 0);
    CHECK_EQ(info.st_mode & 0777, 0600);
    CHECK(file_holds(page, "content=\"0;url=" ADDRESS "\""));
    CHECK(text_format(expected, sizeof expected, "1 %s", page));
    CHECK(file_holds(started, expected));
    CHECK(!file_holds(started, TOKEN)); /* arguments can be read by everybody */
    close_agent();
}

TEST(command_open__prints_the_address_when_asked_and_starts_nothing)
{
    open_agent(good_answer, good_browser);

    struct cli_case ran = run("--print", NULL);
    CHECK_EQ(ran.code, 0);
    CHECK_TEXT(ran.out, ADDRESS "\nword: acorn\n");
    ran = run("--print", "--json");
    CHECK_TEXT(ran.out, "{\"address\":\"" ADDRESS "\",\"word\":\"acorn\",\"expires_in\":60}\n");

    CHECK(!scratch_exists(page) && !scratch_exists(started));
    close_agent();
}

TEST(command_open__json_tells_the_word_alone)
{
    open_agent(good_answer, good_browser);
    struct cli_case ran = run("--json", NULL);
    CHECK_EQ(ran.code, 0);
    CHECK_TEXT(ran.out, "{\"word\":\"acorn\"}\n");
    close_agent();
}

TEST(command_open__says_when_no_browser_starts)
{
    open_agent(good_answer, "#!/bin/sh\nexit 3\n");
    struct cli_case ran = run(NULL, NULL);
    CHECK(ran.code != 0);
    CHECK(strstr(ran.err, "CW-510") != NULL && strstr(ran.err, "open --print") != NULL);
    CHECK(strstr(ran.err, TOKEN) == NULL && ran.out[0] == '\0');
    close_agent();
}

TEST(command_open__refuses_a_folder_that_is_open_to_others)
{
    open_agent(good_answer, good_browser);
    CHECK_EQ(chmod(scratch.directory, 0755), 0);
    struct cli_case ran = run(NULL, NULL);
    CHECK(ran.code != 0);
    CHECK(!scratch_exists(page) && !scratch_exists(started));
    close_agent();
}

TEST(command_open__does_not_believe_any_address)
{
    open_agent("{\"address\":\"https://evil.example/#" TOKEN "\",\"word\":\"acorn\"}",
               good_browser);
    struct cli_case ran = run(NULL, NULL);
    CHECK(ran.code != 0);
    CHECK(!scratch_exists(page) && !scratch_exists(started));
    close_agent();

    static const char *const wrong[] = {
        "http://127.0.0.1:7600/#" TOKEN "\"><script>",
        "http://127.0.0.1:7600/?#" TOKEN,
        "http://127.0.0.1:/#" TOKEN,
        "http://127.0.0.1:760000/#" TOKEN,
        "http://127.0.0.1:7600@evil.example/#" TOKEN,
        "http://127.0.0.1:7600/#0123456789ABCDEF0123456789ABCDEF",
        "http://127.0.0.1:7600/#",
        "javascript:alert(1)",
        "",
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        CHECK(!command_open_is_address(wrong[i]));
    }
    CHECK(command_open_is_address(ADDRESS));
}

TEST(command_open__takes_no_other_link)
{
    static const char *const wrong[] = {
        "",
        "cardwright:",
        "cardwright:open?x=1",
        "cardwright:open//",
        "cardwright:openx",
        "CARDWRIGHT:open",
        "cardwright://evil.example/open",
        "cardwright:renew",
        "http://127.0.0.1/",
        "--agent=/tmp/x",
    };
    open_agent(good_answer, good_browser);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        CHECK(!command_open_is_word(wrong[i]));
        CHECK_EQ(run("--", wrong[i]).code, 2);
    }
    CHECK_EQ(run("cardwright:open", "cardwright:open").code, 2);
    CHECK(!scratch_exists(page) && !scratch_exists(started));
    close_agent();
}

TEST(command_open__says_that_no_agent_answers)
{
    CHECK_EQ(setenv("CARDWRIGHT_AGENT", "/nonexistent/agent.sock", 1), 0);
    struct cli_case ran = run(NULL, NULL);
    CHECK(ran.code != 0);
    CHECK(strstr(ran.err, "CW-503") != NULL);
}
