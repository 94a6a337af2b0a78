/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/readers_isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define PID_FOLDER "/run/pcscd"
#define DRIVER_FOLDER "/usr/lib/pcsc/drivers"

enum { MAP_MAX = 64, FOLDER_MODE = 0755 };

static bool complain(const char *what)
{
    fprintf(stderr, "cardwright-readers: %s: %s\n", what, strerror(errno));
    return false;
}

static bool proc_write(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool good = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    close(fd);
    return good;
}

/* user_namespaces(7): groups are given up before a group map may be written. */
static bool user_map(uid_t uid, gid_t gid)
{
    char uid_map[MAP_MAX], gid_map[MAP_MAX];
    return text_format(uid_map, sizeof uid_map, "0 %u 1", uid) &&
           text_format(gid_map, sizeof gid_map, "0 %u 1", gid) &&
           proc_write("/proc/self/setgroups", "deny") &&
           proc_write("/proc/self/uid_map", uid_map) && proc_write("/proc/self/gid_map", gid_map);
}

static bool enter(void)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    int spaces = CLONE_NEWNS | CLONE_NEWNET;
    if (uid == 0) {
        return unshare(spaces) == 0 || complain("no namespaces of our own");
    }
    if (unshare(spaces | CLONE_NEWUSER) != 0) {
        return complain("no user namespace of our own");
    }
    return user_map(uid, gid) || complain("no user map");
}

static bool loopback_up(void)
{
    struct ifreq request = { .ifr_name = "lo" };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return complain("loopback");
    }
    bool good = ioctl(fd, SIOCGIFFLAGS, &request) == 0;
    request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
    good = good && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    close(fd);
    return good || complain("loopback");
}

/* A folder that is missing and that we may not make, pcscd may not make either. */
static bool folder_hide(const char *path)
{
    struct stat folder;
    if (stat(path, &folder) != 0 && mkdir(path, FOLDER_MODE) != 0) {
        return true;
    }
    return mount("none", path, "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,mode=0755") == 0 ||
           complain(path);
}

bool readers_isolate(void)
{
    if (!enter() || !loopback_up()) {
        return false;
    }
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        return complain("no mounts of our own");
    }
    return folder_hide(PID_FOLDER) && folder_hide(DRIVER_FOLDER);
}
