/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* user_option: the users that signer and server run as, by name or number, of --signer-user and
 * --server-user.
 *
 *     if (!user_option_take(&given, &ids, &wrong)) { usage(wrong) }
 *
 * Both or none, and two different ones. The group is the user's own, or the one of the same number.
 * Tests: test/unit/cli/test_user_option.c */
struct user_option {
    const char *signer, *server; /* NULL: not given */
};

struct user_option_ids {
    bool given;
    uint32_t signer_uid, signer_gid, server_uid, server_gid;
};

bool user_option_take(const struct user_option *given, struct user_option_ids *ret_ids,
                      const char **reterr_wrong);
