/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* config: the server's configuration file, JSON, strict; docs/configuration.md lists the members.
 *
 *     status = config_load("/etc/cardwright/server.json", &config, detail);
 *
 * Relative paths in it are relative to the file's folder.
 * Errors: BAD_FILE with what is wrong in `reterr_detail`; config_load puts the file before it, and
 * has those of file_read with the file alone. Tests: test/unit/server/test_config.c */
enum {
    CONFIG_PATH_MAX = 512,
    CONFIG_TEXT_MAX = 256,
    CONFIG_DETAIL_MAX = FAULT_DETAIL_MAX,
    CONFIG_FILE_MAX = 16384,
    POLICY_TEXT_MAX = 65536
};

struct config {
    char origin[128]; /* "https://127.0.0.1:8443": what agents connect to */
    char address[64];
    int port;
    char certificate[CONFIG_PATH_MAX]; /* PEM, leaf first */
    char key[CONFIG_PATH_MAX];
    char store[CONFIG_PATH_MAX];
    char signer_socket[CONFIG_PATH_MAX];
    int signer_uid; /* -1: not checked */
    char authentication_ca[CONFIG_PATH_MAX];
    char signing_ca[CONFIG_PATH_MAX];
    char root_ca[CONFIG_PATH_MAX];
    char attestation_roots[CONFIG_PATH_MAX]; /* PEM, of the cards' makers; empty: none */
    char token_key[CONFIG_PATH_MAX];         /* 32 bytes, shared by all servers of one data base */
    char ra_desk[CONFIG_TEXT_MAX];           /* contact: shown when the RA desk must act */
    char site_it[CONFIG_TEXT_MAX];
    char banner[CONFIG_TEXT_MAX]; /* the administrator's notice; may be empty */
};

/* `path`: where the text is from. It is not opened. */
MUST_USE enum status config_of_text(struct span text, const char *path, struct config *ret_config,
                                    char reterr_detail[CONFIG_DETAIL_MAX]);
MUST_USE enum status config_load(const char *path, struct config *ret_config,
                                 char reterr_detail[CONFIG_DETAIL_MAX]);
