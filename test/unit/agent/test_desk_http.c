/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/desk_http.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "agent/desk_stream.h"
#include "agent/worker.h"
#include "base/text.h"
#include "test/lib/test.h"

/* The desk behind its real socket, with the real worker, but without readers and without a server:
 * what can be answered then, and what is refused. The client runs on a thread of its own. */

struct stage {
    struct desk desk;
    char folder[64], socket[96];
    pthread_t worker, client;
    void (*play)(struct stage *stage);
    struct https_client *http;
    int code;
    char answer[8192];
};

static struct stage stage;

static void ask(struct stage *s, const char *method, const char *path, const char *body)
{
    struct https_client_answer answer = { 0 };
    const struct https_client_request request = { .method = method,
                                                  .path = path,
                                                  .body = span_of_text(body) };
    s->code = 0;
    if (https_client_send(s->http, &request, &answer) == STATUS_OK) {
        s->code = answer.code;
        text_print_safe(answer.body, s->answer, sizeof s->answer);
    }
}

static bool says(const struct stage *s, const char *name)
{
    char member[64];
    return text_format(member, sizeof member, "\"name\":\"%s\"", name) &&
           strstr(s->answer, member) != NULL;
}

static void *client_main(void *context)
{
    struct stage *s = context;
    s->play(s);
    https_server_stop(s->desk.http);
    return NULL;
}

static void open_stage(struct stage *s)
{
    struct config config = { .origin = "https://127.0.0.1:1", .workstation = "desk-7" };
    memset(s, 0, sizeof *s);
    assert_true(text_copy(s->folder, sizeof s->folder, "/tmp/cardwright-test.XXXXXX"));
    assert_non_null(mkdtemp(s->folder));
    assert_true(text_format(s->socket, sizeof s->socket, "%s/agent.sock", s->folder));
    assert_int_equal(desk_open(&s->desk, &config), STATUS_OK);
    assert_int_equal(https_client_open(&(struct https_client_options){ .base_url = config.origin },
                                       &s->desk.worker_client),
                     STATUS_OK);
    assert_int_equal(https_server_open(&(struct https_server_options){ 0 }, &s->desk.http),
                     STATUS_OK);
    assert_int_equal(https_server_listen(s->desk.http,
                                         &(struct https_listener){ .unix_path = s->socket,
                                                                   .peer_uid_only = true,
                                                                   .handler = desk_http_serve,
                                                                   .context = &s->desk },
                                         NULL),
                     STATUS_OK);
    assert_int_equal(https_client_open(&(struct https_client_options){ .base_url = "http://agent",
                                                                       .unix_path = s->socket },
                                       &s->http),
                     STATUS_OK);
}

static void close_stage(struct stage *s)
{
    char lock[112];
    desk_lock(&s->desk);
    s->desk.stopping = true;
    monitor_wake(&s->desk.monitor);
    desk_unlock(&s->desk);
    assert_int_equal(pthread_join(s->worker, NULL), 0);
    assert_int_equal(pthread_join(s->client, NULL), 0);
    desk_stream_end_all(&s->desk);
    https_server_close(&s->desk.http);
    https_client_close(&s->desk.worker_client);
    https_client_close(&s->http);
    desk_close(&s->desk);
    assert_true(text_format(lock, sizeof lock, "%s.lock", s->socket));
    (void)unlink(lock);
    assert_int_equal(rmdir(s->folder), 0);
}

static void perform(void (*play)(struct stage *stage))
{
    open_stage(&stage);
    stage.play = play;
    assert_int_equal(pthread_create(&stage.worker, NULL, worker_main, &stage.desk), 0);
    assert_int_equal(pthread_create(&stage.client, NULL, client_main, &stage), 0);
    assert_int_equal(https_server_run(stage.desk.http), STATUS_OK);
    close_stage(&stage);
}

/* ---- the plays: cmocka's checks run on the main thread only, so they note what they saw ---- */

static bool good;

static void note(bool condition)
{
    good = good && condition;
}

static void play_state(struct stage *s)
{
    ask(s, "GET", "/v1/desk", "");
    note(s->code == 200 && strstr(s->answer, "\"workstation\":\"desk-7\"") != NULL);
    note(says(s, "READER_NONE"));
    note(strstr(s->answer, "\"session\":null") != NULL);
}

static void play_server(struct stage *s)
{
    ask(s, "GET", "/v1/desk/server", "");
    note(s->code != 200 && says(s, "SERVER_UNREACHABLE"));
    note(strstr(s->answer, "nobody listens there") != NULL);
}

TEST(desk_http__tells_without_a_log_in_why_the_server_is_not_reached)
{
    good = true;
    perform(play_server);
    CHECK(good);
    CHECK(!stage.desk.session.open);
}

TEST(desk_http__shows_the_state_at_once)
{
    good = true;
    perform(play_state);
    CHECK(good);
}

static void play_refusals(struct stage *s)
{
    ask(s, "GET", "/v1/desk/nothing", "");
    note(s->code == 404 && says(s, "METHOD_UNKNOWN"));
    ask(s, "POST", "/v1/desk", "{}");
    note(says(s, "METHOD_UNKNOWN"));
    ask(s, "POST", "/v1/desk/login", "{\"passcode\":\"123456\",\"surprise\":1}");
    note(s->code == 400 && says(s, "BAD_MESSAGE"));
    ask(s, "POST", "/v1/desk/login", "{\"passcode\":");
    note(says(s, "BAD_MESSAGE"));
    ask(s, "POST", "/v1/desk/login", "[]");
    note(says(s, "BAD_MESSAGE"));
    ask(s, "GET", "/", ""); /* the page is served elsewhere */
    note(s->code == 404 && says(s, "METHOD_UNKNOWN"));
    ask(s, "POST", "/v1/page", "{\"token\":\"\"}");
    note(s->code == 404 && says(s, "METHOD_UNKNOWN"));
    ask(s, "GET", "/v1/desk/people/12345678901x", "");
    note(says(s, "NOT_FOUND"));
    ask(s, "GET", "/v1/desk/people/123456789012/../1", "");
    note(says(s, "NOT_FOUND"));
}

TEST(desk_http__refuses_what_it_does_not_know)
{
    good = true;
    perform(play_refusals);
    CHECK(good);
}

static void play_without_session(struct stage *s)
{
    ask(s, "POST", "/v1/desk/jobs", "{\"service\":\"renew\",\"passcode\":\"123456\"}");
    note(s->code == 401 && says(s, "SESSION_MISSING"));
    ask(s, "GET", "/v1/desk/people?q=khan", "");
    note(s->code == 401 && says(s, "SESSION_MISSING"));
    ask(s, "GET", "/v1/desk/jobs", "");
    note(says(s, "SESSION_MISSING"));
    ask(s, "POST", "/v1/desk/profile", "{\"profile\":\"1\"}");
    note(says(s, "SESSION_MISSING"));
    ask(s, "POST", "/v1/desk/identify", "{}");
    note(says(s, "SESSION_MISSING"));
    ask(s, "POST", "/v1/desk/logout", "");
    note(s->code == 200);
}

TEST(desk_http__does_nothing_for_nobody)
{
    good = true;
    perform(play_without_session);
    CHECK(good);
}

static void play_without_reader(struct stage *s)
{
    ask(s, "POST", "/v1/desk/login", "{\"passcode\":\"123456\"}");
    note(says(s, "READER_NONE"));
    ask(s, "POST", "/v1/desk/test", "{\"passcode\":\"123456\"}");
    note(says(s, "READER_NONE"));
    ask(s, "POST", "/v1/desk/test", "{}");
    note(says(s, "PASSCODE_FORM"));
    ask(s, "POST", "/v1/desk/test", "{\"passcode\":\"\"}");
    note(says(s, "PASSCODE_FORM")); /* before a reader is looked for, or the server asked */
    ask(s, "POST", "/v1/desk/login", "{\"passcode\":\"\"}");
    note(says(s, "PASSCODE_FORM"));
    note(strstr(s->answer, "123456") == NULL);
}

TEST(desk_http__says_that_no_reader_is_there)
{
    good = true;
    perform(play_without_reader);
    CHECK(good);
}

static void fill_queue(struct stage *s, size_t count)
{
    desk_lock(&s->desk);
    s->desk.session.open = true;
    s->desk.queue_count = count;
    desk_unlock(&s->desk);
}

static void play_full_queue(struct stage *s)
{
    fill_queue(s, DESK_QUEUE_MAX);
    for (int i = 0; i < 2; i++) { /* the second too: the first is not waited for */
        ask(s, "POST", "/v1/desk/jobs", "{\"service\":\"renew\",\"passcode\":\"471108\"}");
        note(s->code == 200 && says(s, "AGENT_BUSY"));
        note(strstr(s->answer, "\"event\":\"fault\"") != NULL);
        note(strstr(s->answer, "471108") == NULL);
    }
    fill_queue(s, 0);
}

TEST(desk_http__tells_that_a_job_found_no_room_in_the_queue)
{
    good = true;
    perform(play_full_queue);
    CHECK(good);
    CHECK(!stage.desk.job_wanted);
}

/* jansson's allocation of that number fails, once; negative: none. */
static atomic_int fails_at;

static void *scarce_malloc(size_t len)
{
    return atomic_fetch_sub(&fails_at, 1) == 0 ? NULL : malloc(len);
}

static void play_without_memory(struct stage *s)
{
    int failed = 0;
    do {
        atomic_store(&fails_at, failed);
        ask(s, "POST", "/v1/desk/test", "{}");
        note(s->code >= 400 && strstr(s->answer, "\"code\":\"CW-") != NULL);
    } while (atomic_exchange(&fails_at, -1) < 0 && failed++ < 1000);
    note(failed > 10 && says(s, "PASSCODE_FORM"));
}

TEST(desk_http__answers_with_the_catalogue_without_memory_too)
{
    good = true;
    json_set_alloc_funcs(scarce_malloc, free);
    perform(play_without_memory);
    json_set_alloc_funcs(malloc, free);
    CHECK(good);
}

/* Two lines: the state now, and the state after the change that the first line causes. */
struct followed {
    struct stage *stage;
    int lines;
};

static bool take_line(void *context, struct span text)
{
    struct followed *f = context;
    note(text.len > 0 && text.ptr[0] == '{');
    f->lines++;
    if (f->lines == 1) {
        const struct pcsc_reader_list list = { .count = 1, .readers = { { .name = "Reader 0" } } };
        desk_take_readers(&f->stage->desk, &list);
    }
    return f->lines < 2;
}

static void play_events(struct stage *s)
{
    struct https_client_answer answer;
    struct followed f = { .stage = s };
    const struct https_client_request request = { .path = "/v1/desk/events" };
    note(https_client_stream(s->http, &request, take_line, &f, &answer) == STATUS_OK);
    note(f.lines == 2);
}

TEST(desk_http__tells_each_change_to_who_follows)
{
    good = true;
    perform(play_events);
    CHECK(good);
}

static void play_address(struct stage *s)
{
    char start[96];
    ask(s, "POST", "/v1/desk/page", "{}");
    note(s->code == 404 && says(s, "NOT_FOUND"));
    s->desk.page_port = 7600;
    ask(s, "POST", "/v1/desk/page", "{}");
    note(s->code == 200 && strstr(s->answer, "\"expires_in\":60") != NULL);
    note(text_format(start, sizeof start, "\"address\":\"http://127.0.0.1:7600/#%s\"",
                     s->desk.page.tokens[0].text));
    note(strstr(s->answer, start) != NULL && strstr(s->answer, s->desk.page.word) != NULL);
    ask(s, "POST", "/v1/desk/page", "{\"surprise\":1}");
    note(says(s, "BAD_MESSAGE"));
    note(s->desk.page.tokens[1].text[0] == '\0');
}

TEST(desk_http__gives_the_address_of_the_page)
{
    good = true;
    perform(play_address);
    CHECK(good);
}
