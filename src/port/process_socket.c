/* SPDX-License-Identifier: Apache-2.0 */
#include "port/process_socket.h"

#include <dirent.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/text.h"
#include "port/file_read.h"

enum { ANSWER_MAX = 32768, PATH_MAX_LEN = 320, WAIT_SECONDS = 2 };

/* Inodes of the ends that the clients hold. */
struct ends {
    size_t count;
    uint32_t inode[PROCESS_SOCKET_MAX];
    bool seen[PROCESS_SOCKET_MAX];
    bool listened; /* somebody has the socket itself */
};

/* ---- the kernel's list, sock_diag(7) ---- */

static bool ask(int fd)
{
    struct {
        struct nlmsghdr head;
        struct unix_diag_req request;
    } message = {
        .head = { .nlmsg_len = sizeof(message),
                  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
        .request = { .sdiag_family = AF_UNIX,
                     .udiag_states = UINT32_MAX,
                     .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER },
    };
    const struct timeval wait = { .tv_sec = WAIT_SECONDS };
    return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0 &&
           send(fd, &message, sizeof(message), 0) == (ssize_t)sizeof(message);
}

/* Name and peer of one socket. */
static void take_attribute(const struct rtattr *part, const char *path, bool *ret_named,
                           uint32_t *ret_peer)
{
    size_t len = (size_t)part->rta_len - RTA_LENGTH(0);
    const char *bytes = (const char *)part + RTA_LENGTH(0);
    if (part->rta_type == UNIX_DIAG_NAME) {
        size_t text_len = strnlen(bytes, len);
        *ret_named = text_len == strlen(path) && memcmp(bytes, path, text_len) == 0;
    } else if (part->rta_type == UNIX_DIAG_PEER && len >= sizeof(*ret_peer)) {
        memcpy(ret_peer, bytes, sizeof(*ret_peer));
    }
}

/* An accepted socket has the name of the one that listens, and its peer is the client's end. */
static void take_socket(const struct nlmsghdr *head, const char *path, struct ends *ends)
{
    size_t at = NLMSG_LENGTH(sizeof(struct unix_diag_msg));
    bool named = false;
    uint32_t peer = 0;
    while (at + sizeof(struct rtattr) <= head->nlmsg_len) {
        const struct rtattr *part = (const void *)((const char *)head + at);
        if (part->rta_len < sizeof(*part) || at + part->rta_len > head->nlmsg_len) {
            break;
        }
        take_attribute(part, path, &named, &peer);
        at += RTA_ALIGN((size_t)part->rta_len);
    }
    ends->listened = ends->listened || named;
    if (named && peer != 0 && ends->count < PROCESS_SOCKET_MAX) {
        ends->inode[ends->count++] = peer;
    }
}

/* False: the list is at its end, or there is none. */
static bool take_part(const void *bytes, size_t len, const char *path, struct ends *ends)
{
    const struct nlmsghdr *head = bytes;
    for (; NLMSG_OK(head, len); head = NLMSG_NEXT(head, len)) {
        if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY) {
            return false;
        }
        take_socket(head, path, ends);
    }
    return true;
}

static void list_ends(const char *path, struct ends *ends)
{
    _Alignas(struct nlmsghdr) char answer[ANSWER_MAX];
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) {
        return;
    }
    bool more = ask(fd);
    while (more) {
        ssize_t got = recv(fd, answer, sizeof(answer), 0);
        more = got > 0 && take_part(answer, (size_t)got, path, ends);
    }
    (void)close(fd);
}

/* ---- whose they are, proc(5) ---- */

static void take_program(int32_t pid, struct process_socket_users *users)
{
    char path[PATH_MAX_LEN];
    uint8_t memory[64];
    struct buf name = BUF(memory);
    if (users->count == PROCESS_SOCKET_MAX ||
        (users->count > 0 && users->pid[users->count - 1] == pid) ||
        !text_format(path, sizeof(path), "/proc/%d/comm", (int)pid) ||
        file_read(path, &name) != STATUS_OK || name.len < 1) {
        return;
    }
    users->pid[users->count] = pid;
    text_print_safe(span_of(memory, name.len - 1), users->name[users->count],
                    PROCESS_SOCKET_NAME_MAX);
    users->count++;
}

/* Is this descriptor one of the ends? It is seen then. */
static bool is_end(const char *folder, const char *number, struct ends *ends)
{
    char path[PATH_MAX_LEN], target[64] = "", wanted[64];
    if (!text_format(path, sizeof(path), "%s/%s", folder, number) ||
        readlink(path, target, sizeof(target) - 1) < 0) {
        return false;
    }
    for (size_t i = 0; i < ends->count; i++) {
        if (text_format(wanted, sizeof(wanted), "socket:[%u]", (unsigned)ends->inode[i]) &&
            text_equal(target, wanted)) {
            ends->seen[i] = true;
            return true;
        }
    }
    return false;
}

static void look_at_process(int32_t pid, struct ends *ends, struct process_socket_users *users)
{
    char folder[64];
    const struct dirent *entry;
    if (!text_format(folder, sizeof(folder), "/proc/%d/fd", (int)pid)) {
        return;
    }
    DIR *descriptors = opendir(folder);
    while (descriptors != NULL && (entry = readdir(descriptors)) != NULL) {
        if (is_end(folder, entry->d_name, ends) && pid != (int32_t)getpid()) {
            take_program(pid, users);
        }
    }
    if (descriptors != NULL) {
        (void)closedir(descriptors);
    }
}

static void look_at_all(struct ends *ends, struct process_socket_users *users)
{
    const struct dirent *entry;
    DIR *processes = opendir("/proc");
    while (processes != NULL && (entry = readdir(processes)) != NULL) {
        long pid = strtol(entry->d_name, NULL, 10);
        if (pid > 0 && pid <= INT32_MAX) {
            look_at_process((int32_t)pid, ends, users);
        }
    }
    if (processes != NULL) {
        (void)closedir(processes);
    }
}

enum status process_socket_users(const char *path, struct process_socket_users *ret_users)
{
    struct ends ends = { 0 };
    struct process_socket_users users = { 0 };
    list_ends(path, &ends);
    if (!ends.listened) {
        return STATUS_NOT_FOUND;
    }
    look_at_all(&ends, &users);
    for (size_t i = 0; i < ends.count; i++) {
        users.hidden += ends.seen[i] ? 0 : 1;
    }
    *ret_users = users;
    return STATUS_OK;
}
