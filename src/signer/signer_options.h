/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "port/local_server.h"
#include "signer/signer.h"

/* signer_options: the command line of cardwright-signer.
 *
 *     status = signer_options_parse(argc, argv, getenv("CREDENTIALS_DIRECTORY"), &options, detail);
 *
 * No secret is ever an argument: the passphrase is in a file, by default the systemd credential
 * $CREDENTIALS_DIRECTORY/cardwright-signer-passphrase.
 * Errors: STATUS_USAGE; `reterr_detail` is the argument.
 * Tests: test/unit/signer/test_signer_options.c */
enum { SIGNER_OPTIONS_PATH_MAX = 512 };

struct signer_options {
    bool help;
    const char *directory; /* borrowed from argv */
    const char *socket;
    char passphrase_file[SIGNER_OPTIONS_PATH_MAX];
    uint32_t client_uids[LOCAL_SERVER_UIDS_MAX];
    size_t client_uids_count; /* 0: our own uid only */
    int ready_fd;             /* -1: none */
    struct signer_limits limits;
};

MUST_USE enum status signer_options_parse(int argc, char *const argv[], const char *credentials,
                                          struct signer_options *ret_options,
                                          const char **reterr_detail);
/* What --help prints. */
const char *signer_options_help(void);
