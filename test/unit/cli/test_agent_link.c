/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/agent_link.h"

#include <pthread.h>

#include "base/text.h"
#include "port/https_server.h"
#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

static struct scratch scratch;
static struct https_server *agent;
static pthread_t loop;
static const char *answer;

static void serve(void *context, struct http_request *request)
{
    (void)context;
    http_request_answer(request, 200, "application/x-ndjson", span_of_text(answer));
}

static void *loop_main(void *context)
{
    (void)context;
    assert_int_equal(https_server_run(agent), STATUS_OK);
    return NULL;
}

static bool count_line(void *context, json_t *json)
{
    int *count = context;
    CHECK(json_is_object(json));
    (*count)++;
    return true;
}

static enum status follow(const char *says, int *ret_count)
{
    struct agent_link link;
    struct fault fault;
    answer = says;
    *ret_count = 0;
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "agent.sock");
    CHECK_EQ(https_server_open(&(struct https_server_options){ 0 }, &agent), STATUS_OK);
    CHECK_EQ(https_server_listen(
                 agent, &(struct https_listener){ .unix_path = path, .handler = serve }, NULL),
             STATUS_OK);
    CHECK_EQ(pthread_create(&loop, NULL, loop_main, NULL), 0);
    json_t *body = json_object();
    CHECK_EQ(agent_link_open(path, AGENT_TEXT_SAFE, &link, &fault), STATUS_OK);
    enum status status =
        agent_link_stream(&link, "/v1/desk/jobs", body, count_line, ret_count, &fault);
    agent_link_close(&link);
    json_decref(body);
    https_server_stop(agent);
    CHECK_EQ(pthread_join(loop, NULL), 0);
    https_server_close(&agent);
    scratch_close(&scratch);
    return status;
}

TEST(agent_link__passes_over_lines_that_say_nothing)
{
    int count;
    CHECK_EQ(follow("\n{\"event\":\"step\"}\n\n\r\n{\"event\":\"result\"}\n\n", &count), STATUS_OK);
    CHECK_EQ(count, 2);
}

TEST(agent_link__refuses_lines_that_are_not_json)
{
    int count;
    CHECK_EQ(follow("{\"event\":\"step\"}\n \n{\"event\":\"result\"}\n", &count),
             STATUS_BAD_MESSAGE);
    CHECK_EQ(count, 1); /* nothing after it was believed */
}

TEST(agent_link__finds_the_socket)
{
    char memory[AGENT_LINK_PATH_MAX];
    CHECK_EQ(setenv("CARDWRIGHT_AGENT", "/a/b.sock", 1), 0);
    CHECK_TEXT(agent_link_path("/given", memory), "/given");
    CHECK_TEXT(agent_link_path(NULL, memory), "/a/b.sock");
    CHECK_EQ(unsetenv("CARDWRIGHT_AGENT"), 0);
    CHECK_EQ(setenv("XDG_RUNTIME_DIR", "/run/user/7", 1), 0);
    CHECK_TEXT(agent_link_path(NULL, memory), "/run/user/7/cardwright/agent.sock");
    CHECK_EQ(unsetenv("XDG_RUNTIME_DIR"), 0);
    CHECK_TEXT(agent_link_path(NULL, memory), "/run/cardwright/agent.sock");
}
