/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/card_trace.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <unistd.h>

FILE *card_trace_open(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) {
        return NULL;
    }
    FILE *trace = fdopen(fd, "a");
    if (trace == NULL) {
        close(fd);
    }
    return trace;
}

static void write_line(FILE *trace, char mark, struct span bytes)
{
    fprintf(trace, "%c ", mark);
    for (size_t i = 0; i < bytes.len; i++) {
        fprintf(trace, "%02x", bytes.ptr[i]);
    }
    fputc('\n', trace);
}

void card_trace_write(FILE *trace, const struct card_trace_entry *entry)
{
    if (trace == NULL) {
        return;
    }
    fprintf(trace, "# at %" PRIu64 " us, took %" PRIu64 " us\n", entry->at_us, entry->took_us);
    if (entry->entropy.len > 0) {
        write_line(trace, '*', entry->entropy);
    }
    write_line(trace, '>', entry->command);
    write_line(trace, '<', entry->answer);
    fflush(trace);
}

void card_trace_reset(FILE *trace)
{
    if (trace != NULL) {
        fputs("@ reset\n", trace);
        fflush(trace);
    }
}

void card_trace_remark(FILE *trace, const char *format, ...)
{
    va_list arguments;
    if (trace == NULL) {
        return;
    }
    va_start(arguments, format);
    fputs("# ", trace);
    vfprintf(trace, format, arguments);
    fputc('\n', trace);
    va_end(arguments);
    fflush(trace);
}
