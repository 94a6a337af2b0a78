/* SPDX-License-Identifier: Apache-2.0 */
#include "port/system_name.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/text.h"
#include "port/file_read.h"

enum { RELEASE_MAX = 8192 };

bool system_name_pretty(struct span text, char ret_name[SYSTEM_NAME_MAX])
{
    static const char key[] = "PRETTY_NAME=";
    char memory[RELEASE_MAX];
    if (text.len >= sizeof(memory)) {
        return false;
    }
    memcpy(memory, text.ptr, text.len);
    memory[text.len] = '\0';
    const char *found = strstr(memory, key);
    if (found == NULL || (found != memory && found[-1] != '\n')) {
        return false;
    }
    found += sizeof(key) - 1;
    found += found[0] == '"' ? 1 : 0;
    size_t len = strcspn(found, "\"\r\n");
    text_print_safe(span_of(found, len), ret_name, SYSTEM_NAME_MAX);
    return len > 0;
}

void system_name_of(struct system_name *ret_name)
{
    uint8_t memory[RELEASE_MAX - 1];
    struct buf text = BUF(memory);
    struct utsname kernel;
    text_take(ret_name->release, sizeof(ret_name->release), "?");
    text_take(ret_name->kernel, sizeof(ret_name->kernel), "?");
    if (file_read("/etc/os-release", &text) == STATUS_OK &&
        !system_name_pretty(buf_span(&text), ret_name->release)) {
        text_take(ret_name->release, sizeof(ret_name->release), "?");
    }
    if (uname(&kernel) == 0 && !text_format(ret_name->kernel, sizeof(ret_name->kernel), "%s %s %s",
                                            kernel.sysname, kernel.release, kernel.machine)) {
        text_take(ret_name->kernel, sizeof(ret_name->kernel), "?");
    }
}
