/* SPDX-License-Identifier: Apache-2.0 */
#include "port/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/check.h"
#include "port/log_write.h"
#include "port/sandbox_files.h"

/* Families up to here are told apart one by one, all above are denied. */
enum { FAMILIES_MAX = 64 };

/* For every program: what none of them has a use for. */
static const int denied_to_all[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(kcmp),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsmount),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup), /* opens and connects past these rules */
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(acct),
    SCMP_SYS(quotactl),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(adjtimex),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(personality),
    SCMP_SYS(syslog),
    SCMP_SYS(iopl),
    SCMP_SYS(ioperm),
};

/* Whoever listens does so already. The agent's name resolution binds a netlink socket. */
static const int denied_to_signer[] = {
    SCMP_SYS(socket),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
};
static const int denied_to_server[] = { SCMP_SYS(bind), SCMP_SYS(listen) };
static const int denied_to_agent[] = { SCMP_SYS(listen) };

/* One by one: a filter cannot ask for "any of these bits". */
static const unsigned long namespace_flags[] = {
    CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
    CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET,
};

static bool calls_deny(scmp_filter_ctx filter, const int *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), calls[i], 0) != 0) {
            return false;
        }
    }
    return true;
}

static bool family_is_allowed(enum sandbox_program program, int family)
{
    bool calls = family == AF_INET || family == AF_INET6 || family == AF_NETLINK;
    return family == AF_UNIX || (program == SANDBOX_AGENT && calls);
}

static bool socket_deny(scmp_filter_ctx filter, enum scmp_compare how, int family)
{
    const struct scmp_arg_cmp rule = { .arg = 0, .op = how, .datum_a = (scmp_datum_t)family };
    return seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1, &rule) == 0;
}

static bool families_deny(scmp_filter_ctx filter, enum sandbox_program program)
{
    for (int family = 0; family < FAMILIES_MAX; family++) {
        if (!family_is_allowed(program, family) && !socket_deny(filter, SCMP_CMP_EQ, family)) {
            return false;
        }
    }
    /* 64 bits are compared: a family with high bits set, which the kernel cuts off, ends here. */
    return socket_deny(filter, SCMP_CMP_GE, FAMILIES_MAX);
}

/* clone3 hides its flags behind a pointer: it is said not to exist, then libc uses clone. */
static bool namespaces_deny(scmp_filter_ctx filter)
{
    if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) != 0) {
        return false;
    }
    for (size_t i = 0; i < COUNT(namespace_flags); i++) {
        if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                             SCMP_A0(SCMP_CMP_MASKED_EQ, namespace_flags[i], namespace_flags[i])) !=
            0) {
            return false;
        }
    }
    return true;
}

static bool filter_build(scmp_filter_ctx filter, enum sandbox_program program)
{
    if (!calls_deny(filter, denied_to_all, COUNT(denied_to_all)) || !namespaces_deny(filter)) {
        return false;
    }
    switch (program) {
    case SANDBOX_SIGNER:
        return calls_deny(filter, denied_to_signer, COUNT(denied_to_signer));
    case SANDBOX_SERVER:
        return calls_deny(filter, denied_to_server, COUNT(denied_to_server)) &&
               families_deny(filter, program);
    default:
        return calls_deny(filter, denied_to_agent, COUNT(denied_to_agent)) &&
               families_deny(filter, program);
    }
}

/* Calls through another ABI of the processor (32-bit, x32) kill the process: libseccomp's rule for
 * an architecture that is not in the filter. */
static enum status calls_confine(enum sandbox_program program)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    bool good = filter_build(filter, program) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return good ? STATUS_OK : STATUS_INTERNAL;
}

enum status sandbox_enter(enum sandbox_program program, const struct sandbox_paths *paths,
                          struct sandbox_result *ret_result)
{
    struct sandbox_result result = { 0 };
    REQUIRE(program < SANDBOX_PROGRAM_MAX);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return STATUS_INTERNAL;
    }
    enum status status = sandbox_files_confine(program, paths, &result.landlock_abi);
    if (status == STATUS_OK) {
        status = calls_confine(program);
    }
    if (status == STATUS_OK) {
        *ret_result = result;
    }
    return status;
}

/* What a kernel with less than that ABI of Landlock leaves open. */
static const struct {
    int abi;
    const char *open;
} lacks[] = {
    { 1, "this kernel has no Landlock: files, TCP and signals are as open as the user's rights" },
    { 3, "this kernel's Landlock is old: TCP and signals are open, and files can be cut short" },
    { 4, "this kernel's Landlock is old: TCP and signals are open" },
    { 6, "this kernel's Landlock is old: signals and abstract sockets are open" },
};

void sandbox_log(const struct sandbox_result *result)
{
    for (size_t i = 0; i < COUNT(lacks); i++) {
        if (result->landlock_abi < lacks[i].abi) {
            log_write(LOG_LEVEL_WARNING, lacks[i].open, LOG_NO_FIELDS);
            break;
        }
    }
    log_write(LOG_LEVEL_INFO, "confined",
              LOG_FIELDS(LOG_NUMBER("landlock_abi", result->landlock_abi)));
}

void sandbox_log_off(void)
{
    log_write(LOG_LEVEL_WARNING, "not confined: --no-sandbox", LOG_NO_FIELDS);
}
