/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* scratch: a folder for one test, gone afterwards, and its files.
 *
 *     struct scratch scratch;
 *     scratch_open(&scratch);
 *     ... scratch_path(&scratch, "a.sock") ...
 *     scratch_close(&scratch);
 *
 * Fails the test when anything goes wrong. A path lives until the eighth call after it. */
enum { SCRATCH_PATH_MAX = 96, SCRATCH_PATHS = 8 };

struct scratch {
    char directory[SCRATCH_PATH_MAX];
    char paths[SCRATCH_PATHS][SCRATCH_PATH_MAX];
    size_t next;
};

void scratch_open(struct scratch *scratch);
const char *scratch_path(struct scratch *scratch, const char *name);
void scratch_write(const char *path, const char *text, unsigned mode);
bool scratch_exists(const char *path);
/* Names in the folder, those starting with a dot too. */
size_t scratch_count(const struct scratch *scratch);
void scratch_close(struct scratch *scratch);
/* Runs a program of the system to its end, silently; its exit status. */
int scratch_run(const char *const *arguments);
/* A key and a certificate for 127.0.0.1, signed by itself. */
void scratch_certificate(const char *certificate_path, const char *key_path);
