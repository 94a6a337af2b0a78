/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_store.h"

/* card_file: a virtual card on the disk.
 *
 *     enum status status = card_file_load("alice.card", &card);
 *     ...
 *     status = card_file_save("alice.card", &card);       before the answer leaves
 *
 * Saving is atomic and durable (port/file_write.h): after a crash the file is the old card or the
 * new one. Mode 0600.
 * Errors: NOT_FOUND, BAD_FILE (not readable, or not a card), TOO_LARGE; STORE_CONFLICT when a file
 *         to be created exists.
 * Tests: test/unit/vcardd/test_card_file.c */
MUST_USE enum status card_file_load(const char *path, struct vcard *ret_card);
MUST_USE enum status card_file_save(const char *path, const struct vcard *card);
/* Never overwrites. */
MUST_USE enum status card_file_create(const char *path, const struct vcard *card);
