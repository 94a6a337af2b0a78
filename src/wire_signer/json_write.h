/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* json_write: appends JSON text to a buf, so that a secret on its way never lies in a heap.
 *
 *     json_write_open(&frame, NULL);
 *     json_write_text(&frame, "job", request->job);
 *     json_write_close(&frame);              {"job":"…"}
 *
 * A comma is put where one is due. The caller looks at `frame->full` once, at the end.
 * Texts must be UTF-8; the reader at the other end refuses others.
 * Tests: test/unit/wire_signer/test_json_write.c */

/* `name` NULL: the outermost object, or an element of a list. */
void json_write_open(struct buf *out, const char *name);
void json_write_close(struct buf *out);
void json_write_list(struct buf *out, const char *name);
void json_write_list_end(struct buf *out);
void json_write_text(struct buf *out, const char *name, const char *text);
void json_write_hex(struct buf *out, const char *name, struct span bytes);
void json_write_number(struct buf *out, const char *name, int64_t value);
void json_write_bool(struct buf *out, const char *name, bool value);
