/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/signer.h"

/* state_file: the signer's memory on the disk: DIR/state/journal and DIR/state/head.
 *
 *     status = state_file_create(directory);                        once, in an existing DIR/state
 *     status = state_file_open(directory, &file);
 *     status = state_file_load(&file, &signer, now, &torn);
 *     status = state_file_save(&file, &signer);                     before each answer
 *     state_file_close(&file);
 *
 * Both files stay open: after the sandbox is entered no file is opened. The journal is only
 * appended to and synced; a record that a power cut has torn at its end was never acknowledged and
 * is cut off when it is loaded (`*ret_torn`). The head has two slots that are written in turn, at
 * each checkpoint; a journal that ends before what the head tells of it is damaged. Two
 * signers cannot have the same state open (STATUS_ADDRESS_IN_USE).
 * Errors: STATUS_NOT_FOUND, STATUS_BAD_FILE (damaged: nothing is guessed, the signer must not
 *         start), STATUS_STORE (could not be written), STATUS_CRYPTO (no digest could be made:
 *         nothing is cut off).
 * Tests: test/unit/signer/test_state_file.c */
struct state_file {
    int journal_fd, head_fd;
};

MUST_USE enum status state_file_create(const char *directory);
MUST_USE enum status state_file_open(const char *directory, struct state_file *ret_file);
void state_file_close(struct state_file *file);
MUST_USE enum status state_file_load(struct state_file *file, struct signer *signer, instant now,
                                     bool *ret_torn);
/* Writes what signer->change holds, syncs, and clears it. */
MUST_USE enum status state_file_save(struct state_file *file, struct signer *signer);
