/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/card_trace.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { PIECE_MAX = 4096 };

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

FILE *card_trace_open_to_read(const char *path)
{
    return fopen(path, "re");
}

/* A line longer than a piece goes on with hex digits, so no later piece begins like entropy. */
bool card_trace_next_entropy(FILE *trace, struct buf *ret_entropy)
{
    char piece[PIECE_MAX];
    buf_clear(ret_entropy);
    while (fgets(piece, sizeof piece, trace) != NULL) {
        if (piece[0] == '*' && piece[1] == ' ') {
            piece[strcspn(piece, "\n")] = '\0';
            return text_parse_hex(piece + 2, ret_entropy) && ret_entropy->len == ret_entropy->max;
        }
    }
    return false;
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
