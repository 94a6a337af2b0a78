/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/serve.h"

#include <signal.h>
#include <sys/stat.h>

#include "test/unit/vcardd/driver.h"
#include "test/unit/vcardd/folder.h"
#include "vcardd/card_file.h"
#include "vcardd/control_client.h"

#define PARSE(options, bad, ...)                                                                   \
    serve_parse((int)COUNT(((const char *[]){ __VA_ARGS__ })), (char *[]){ __VA_ARGS__ }, options, \
                bad)

TEST(serve__has_two_readers_unless_told_otherwise)
{
    struct serve_options options;
    const char *bad = NULL;

    CHECK(PARSE(&options, &bad, "--control", "s"));
    CHECK_EQ(options.port_count, 2);
    CHECK_EQ(options.ports[0], 35963);
    CHECK_EQ(options.ports[1], 35964);
    CHECK(!options.like_a_card);

    CHECK(PARSE(&options, &bad, "--control", "s", "--port", "5", "--timing", "card"));
    CHECK_EQ(options.port_count, 1);
    CHECK_EQ(options.ports[0], 5);
    CHECK(options.like_a_card);
}

TEST(serve__names_what_it_does_not_understand)
{
    struct serve_options options = { .control = "kept" };
    const char *bad = NULL;

    CHECK(!PARSE(&options, &bad, "--port", "1"));
    CHECK_TEXT(bad, "--control");
    CHECK(!PARSE(&options, &bad, "--control", "s", "--port", "0"));
    CHECK(!PARSE(&options, &bad, "--control", "s", "--port", "65536"));
    CHECK(!PARSE(&options, &bad, "--control", "s", "--timing", "fast"));
    CHECK(!PARSE(&options, &bad, "--control", "s", "--quiet"));
    CHECK_TEXT(bad, "--quiet");
    CHECK_TEXT(options.control, "kept");
}

struct serving {
    struct folder folder;
    struct driver driver;
    char control[PATH_MAX];
    pid_t pid;
};

static void serving_start(struct serving *s)
{
    int ready[2];
    char text[16] = { 0 };
    static struct vcard card;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    folder_open(&s->folder);
    driver_open(&s->driver);
    vcard_init(&card, &options);
    CHECK_EQ(card_file_create(folder_path(&s->folder, "a.card"), &card), STATUS_OK);
    CHECK(text_copy(s->control, sizeof s->control, folder_path(&s->folder, "control")));
    CHECK_EQ(pipe(ready), 0);
    s->pid = fork();
    if (s->pid == 0) {
        close(ready[0]);
        _exit(serve_run(&(struct serve_options){ .control = s->control,
                                                 .ports = { s->driver.port },
                                                 .port_count = 1,
                                                 .ready_fd = ready[1] }));
    }
    close(ready[1]);
    CHECK_EQ(read(ready[0], text, sizeof text - 1), 6);
    CHECK_TEXT(text, "ready\n");
    close(ready[0]);
}

static int serving_end(struct serving *s, int number)
{
    int status = 0;
    if (number != 0) {
        kill(s->pid, number);
    }
    CHECK_EQ(waitpid(s->pid, &status, 0), s->pid);
    driver_close(&s->driver);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* In a process of its own: its "ok" would be read as the test's. */
static pid_t ctl_start(struct serving *s, const char *name, const char *reader, const char *rest)
{
    pid_t pid = fork();
    if (pid == 0) {
        char *words[] = { (char[]){ "--control" }, s->control, (char *)(uintptr_t)name,
                          (char *)(uintptr_t)reader, (char *)(uintptr_t)rest };
        if (freopen("/dev/null", "w", stdout) == NULL) {
            _exit(99);
        }
        _exit(control_client_run(3 + (reader != NULL) + (rest != NULL), words));
    }
    return pid;
}

static int ctl_end(pid_t pid)
{
    int status = 0;
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int ctl(struct serving *s, const char *name, const char *reader, const char *rest)
{
    return ctl_end(ctl_start(s, name, reader, rest));
}

TEST(serve__answers_its_socket_and_ends_on_sigterm)
{
    static struct serving s;
    struct stat file;
    serving_start(&s);
    CHECK_EQ(stat(s.control, &file), 0);
    CHECK_EQ(file.st_mode & 0777, 0600);

    CHECK_EQ(ctl(&s, "status", NULL, NULL), 0);
    CHECK_EQ(ctl(&s, "explode", NULL, NULL), 1);

    CHECK_EQ(serving_end(&s, SIGTERM), 0);
    CHECK(stat(s.control, &file) != 0);
    folder_close(&s.folder);
}

TEST(serve__inserts_a_card_that_answers)
{
    static struct serving s;
    serving_start(&s);
    char path[PATH_MAX];
    CHECK(text_copy(path, sizeof path, folder_path(&s.folder, "a.card")));

    CHECK_EQ(ctl(&s, "insert", "1", path), 0);
    driver_accept(&s.driver);
    driver_send(&s.driver, SPAN_TEXT("\x04"));
    CHECK_EQ(driver_receive(&s.driver).ptr[0], 0x3B);

    CHECK_EQ(ctl(&s, "quit", NULL, NULL), 0);
    CHECK_EQ(driver_receive(&s.driver).len, 0); /* pulled */
    CHECK_EQ(serving_end(&s, 0), 0);
    folder_close(&s.folder);
}

/* One process waits for the stall in ctl, another lets it happen. */
TEST(serve__answers_a_wait_when_it_has_happened)
{
    static struct serving s;
    serving_start(&s);
    char path[PATH_MAX];
    CHECK(text_copy(path, sizeof path, folder_path(&s.folder, "a.card")));
    CHECK_EQ(ctl(&s, "insert", "1", path), 0);
    driver_accept(&s.driver);
    CHECK_EQ(ctl(&s, "fault", "1", "stall 1"), 0);
    pid_t waiter = ctl_start(&s, "wait-stall", "1", NULL);

    driver_send(&s.driver, SPAN_TEXT("\x00\xA4\x04\x00"));

    CHECK_EQ(ctl_end(waiter), 0);
    CHECK(!driver_has_answer(&s.driver, 0));
    CHECK_EQ(ctl(&s, "release", "1", NULL), 0);
    CHECK(driver_receive(&s.driver).len == 2);
    CHECK_EQ(serving_end(&s, SIGINT), 0);
    folder_close(&s.folder);
}

TEST(serve__does_not_take_the_socket_of_a_living_one)
{
    static struct serving s;
    serving_start(&s);

    CHECK_EQ(serve_run(&(struct serve_options){
                 .control = s.control, .ports = { 1 }, .port_count = 1, .ready_fd = -1 }),
             1);

    CHECK_EQ(ctl(&s, "status", NULL, NULL), 0);
    CHECK_EQ(serving_end(&s, SIGHUP), 0);
    folder_close(&s.folder);
}
