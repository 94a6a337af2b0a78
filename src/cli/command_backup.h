/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* command_backup: a copy of an organisation, and an organisation from its copy. docs/backup.md.
 * Tests: test/e2e/test_backup.py */
#define COMMAND_BACKUP_USAGE                                                                       \
    "COPY --dir DIR [--signer-passphrase-file FILE] [--json]"                                      \
    "\n  COPY      the folder to be made; nothing is replaced"                                     \
    "\n  --dir     of the organisation, as 'init' made it; server and signer may be at work"       \
    "\n  --signer-passphrase-file FILE   instead of typing it; '-' is standard input"              \
    "\n  --json    one JSON object, for machines"
#define COMMAND_RESTORE_USAGE                                                                      \
    "COPY --dir DIR [--signer-user USER --server-user USER] [--signer-passphrase-file FILE] "      \
    "[--json]"                                                                                     \
    "\n       cardwright restore COPY --look [--signer-passphrase-file FILE] [--json]"             \
    "\n  COPY      what 'backup' made"                                                             \
    "\n  --dir     of the organisation; must not exist"                                            \
    "\n  --look    try it, as for bringing it back, and leave nothing"                             \
    "\n  --signer-user, --server-user    as with 'init': as root, whose the folders become"        \
    "\n  --signer-passphrase-file FILE   instead of typing it; '-' is standard input"              \
    "\n  --json    one JSON object, for machines"
