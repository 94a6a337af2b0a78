/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/readers_config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "port/file_write.h"

#define DRIVER_DEFAULT "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
#define NAME_DEFAULT "Virtual PCD"

enum { SOCKET_MODE = 0666, FOLDER_MODE = 0700, FILE_MODE = 0600 };

static bool option_apply(struct readers_options *options, const char *name, char *value)
{
    const struct {
        const char *name;
        const char **place;
    } places[] = {
        { "--dir", &options->folder },
        { "--name", &options->name },
        { "--driver", &options->driver },
        { "--apdu-log", &options->apdu_log },
    };
    for (size_t i = 0; i < COUNT(places); i++) {
        if (text_equal(name, places[i].name)) {
            *places[i].place = value;
            return value != NULL;
        }
    }
    return false;
}

bool readers_config_parse(int count, char **words, struct readers_options *ret_options,
                          const char **reterr_word)
{
    struct readers_options options = { .name = NAME_DEFAULT, .driver = DRIVER_DEFAULT };
    int i = 0;
    while (i < count && !text_equal(words[i], "--")) {
        if (text_equal(words[i], "--die-with-parent")) {
            options.die_with_parent = true;
            i++;
            continue;
        }
        if (!option_apply(&options, words[i], i + 1 < count ? words[i + 1] : NULL)) {
            *reterr_word = words[i];
            return false;
        }
        i += 2;
    }
    if (options.folder == NULL || i + 1 >= count) {
        *reterr_word = options.folder == NULL ? "--dir" : "--";
        return false;
    }
    options.command = words + i + 1;
    *ret_options = options;
    return true;
}

/* reader.conf(5) has no escapes: what would end a string or a line is refused. */
bool readers_config_block(const char *name, const char *folder, char ret_text[READERS_BLOCK_MAX])
{
    if (name[0] == '\0' || strlen(name) > READERS_NAME_MAX || strpbrk(name, "\"\n\\") != NULL ||
        strpbrk(folder, " \t\"\n#") != NULL) {
        return false;
    }
    return text_format(ret_text, READERS_BLOCK_MAX,
                       "FRIENDLYNAME \"%s\"\n"
                       "DEVICENAME /dev/null:0x8C7B\n"
                       "LIBPATH %s/driver.so\n"
                       "CHANNELID 0x8C7B\n",
                       name, folder);
}

bool readers_config_path(const struct readers_run *run, const char *name, char ret_path[PATH_MAX])
{
    return text_format(ret_path, PATH_MAX, "%s/%s", run->folder, name);
}

static bool complain(const char *what)
{
    fprintf(stderr, "cardwright-readers: '%s': %s\n", what, strerror(errno));
    return false;
}

static bool folder_make(const char *path)
{
    return mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST || complain(path);
}

static bool file_copy(const char *from, const char *to)
{
    struct stat source;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0 || fstat(in, &source) != 0) {
        return complain(from);
    }
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FOLDER_MODE);
    bool good = out >= 0;
    off_t left = source.st_size;
    while (good && left > 0) {
        ssize_t sent = sendfile(out, in, NULL, (size_t)left);
        good = sent > 0;
        left -= sent;
    }
    close(in);
    return (out >= 0 && close(out) == 0 && good) || complain(to);
}

static bool block_write(const struct readers_run *run, const char *name)
{
    char text[READERS_BLOCK_MAX], path[PATH_MAX];
    if (!readers_config_block(name, run->folder, text)) {
        fprintf(stderr, "cardwright-readers: no such name or folder in a reader's configuration\n");
        return false;
    }
    if (!readers_config_path(run, "reader.conf.d", path) || !folder_make(path) ||
        !readers_config_path(run, "reader.conf.d/virtual", path)) {
        return false;
    }
    return file_write_atomic(path, span_of_text(text), FILE_MODE) == STATUS_OK || complain(path);
}

/* With the socket comes the lock on the folder; only then a `ready` left behind is ours to go. */
static bool socket_open(struct readers_run *run)
{
    char path[PATH_MAX];
    if (!readers_config_path(run, "pcscd.comm", path)) {
        return false;
    }
    enum status status = local_listen_open(path, SOCKET_MODE, &run->listen);
    if (status != STATUS_OK) {
        fprintf(stderr, "cardwright-readers: '%s': %s\n", path, status_entry(status)->cause);
        return false;
    }
    return readers_config_path(run, "ready", path) && (unlink(path) == 0 || errno == ENOENT);
}

bool readers_config_open(const struct readers_options *options, struct readers_run *ret_run)
{
    char driver[PATH_MAX];
    ret_run->listen.fd = -1;
    if (!folder_make(options->folder)) {
        return false;
    }
    if (realpath(options->folder, ret_run->folder) == NULL) {
        return complain(options->folder);
    }
    return readers_config_path(ret_run, "driver.so", driver) &&
           file_copy(options->driver, driver) && block_write(ret_run, options->name) &&
           socket_open(ret_run);
}

bool readers_config_ready(const struct readers_run *run)
{
    char path[PATH_MAX];
    return readers_config_path(run, "ready", path) &&
           (file_write_atomic(path, SPAN_TEXT("ready\n"), FILE_MODE) == STATUS_OK ||
            complain(path));
}

void readers_config_close(struct readers_run *run)
{
    char path[PATH_MAX];
    if (readers_config_path(run, "ready", path)) {
        (void)unlink(path);
    }
    if (readers_config_path(run, "pcscd.comm", path)) {
        (void)unlink(path);
    }
}
