/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/control_client.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "vcardd/control.h"

static bool line_add(char *line, size_t max, const char *before, const char *word)
{
    size_t len = strlen(line);
    return text_format(line + len, max - len, "%s%s", before, word);
}

/* Which word is a file's name: the third of insert, the fourth of 'trace 1 on FILE'. */
static bool word_is_path(int index, char **words)
{
    return (index == 2 && text_equal(words[0], "insert")) ||
           (index == 3 && text_equal(words[0], "trace"));
}

bool control_client_line(int count, char **words, const char *folder, char *ret_line, size_t max)
{
    bool good = count > 0 && max > 0;
    ret_line[0] = '\0';
    for (int i = 0; i < count && good; i++) {
        bool relative = word_is_path(i, words) && words[i][0] != '/';
        good = strchr(words[i], '\n') == NULL && line_add(ret_line, max, i > 0 ? " " : "", "") &&
               (!relative || line_add(ret_line, max, folder, "/")) &&
               line_add(ret_line, max, "", words[i]);
    }
    return good && line_add(ret_line, max, "\n", "");
}

static bool address_of(const char *path, struct sockaddr_un *ret_address)
{
    *ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    return text_copy(ret_address->sun_path, sizeof ret_address->sun_path, path);
}

static int connect_once(const char *path)
{
    struct sockaddr_un address;
    if (!address_of(path, &address)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0) {
        return fd;
    }
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static int watch_folder(const char *path)
{
    char folder[PATH_MAX];
    if (!text_copy(folder, sizeof folder, path)) {
        return -1;
    }
    char *slash = strrchr(folder, '/');
    if (slash != NULL) {
        slash[slash == folder ? 1 : 0] = '\0';
    }
    int fd = inotify_init1(IN_CLOEXEC);
    /* A mode is changed after the socket is bound, a listener comes last: any event may be it. */
    if (fd >= 0 && inotify_add_watch(fd, slash == NULL ? "." : folder,
                                     IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_CLOSE_WRITE) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool wait_event(int watch, int64_t until_ms)
{
    char events[4096];
    int64_t left_ms = until_ms - clock_read_monotonic_ms();
    struct pollfd polled = { .fd = watch, .events = POLLIN };
    return left_ms > 0 && poll(&polled, 1, (int)left_ms) == 1 &&
           read(watch, events, sizeof events) > 0;
}

/* The watch stands before the first try, so that no event is missed. */
static int connect_wait(const char *path)
{
    int64_t until_ms = clock_read_monotonic_ms() + CONTROL_CLIENT_WAIT_MS;
    int watch = watch_folder(path);
    int fd = connect_once(path);
    while (fd < 0 && (errno == ENOENT || errno == ECONNREFUSED) && watch >= 0 &&
           wait_event(watch, until_ms)) {
        fd = connect_once(path);
    }
    int saved = errno;
    if (watch >= 0) {
        close(watch);
    }
    errno = saved;
    return fd;
}

static bool line_send(int fd, const char *line)
{
    size_t len = strlen(line);
    return send(fd, line, len, MSG_NOSIGNAL) == (ssize_t)len;
}

/* Prints the answer; the last line says how it went. */
static int answer_print(int fd)
{
    char line[CONTROL_LINE_MAX];
    int result = 1;
    bool last = false;
    FILE *answer = fdopen(fd, "r");
    if (answer == NULL) {
        close(fd);
        return 1;
    }
    while (!last && fgets(line, sizeof line, answer) != NULL) {
        bool ok = strncmp(line, "ok", 2) == 0;
        last = ok || strncmp(line, "error", 5) == 0;
        result = ok ? 0 : 1;
        fputs(line, last && !ok ? stderr : stdout);
    }
    fclose(answer);
    return fflush(stdout) == 0 ? result : 1;
}

int control_client_run(int count, char **words)
{
    char line[CONTROL_LINE_MAX], folder[PATH_MAX];
    if (count < 3 || !text_equal(words[0], "--control") || getcwd(folder, sizeof folder) == NULL ||
        !control_client_line(count - 2, words + 2, folder, line, sizeof line)) {
        fprintf(stderr, "cardwright-vcard: ctl --control SOCKET REQUEST ...\n");
        return 2;
    }
    int fd = connect_wait(words[1]);
    if (fd < 0) {
        fprintf(stderr, "cardwright-vcard: '%s': %s\n", words[1], strerror(errno));
        return 1;
    }
    if (!line_send(fd, line)) {
        fprintf(stderr, "cardwright-vcard: '%s': %s\n", words[1], strerror(errno));
        close(fd);
        return 1;
    }
    return answer_print(fd);
}
