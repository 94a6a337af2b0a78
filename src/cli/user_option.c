/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/user_option.h"

#include <pwd.h>
#include <stdlib.h>

static bool user_id(const char *text, uint32_t *ret_uid, uint32_t *ret_gid)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    bool is_number = *text != '\0' && *end == '\0' && number <= UINT32_MAX;
    struct passwd *entry = is_number ? getpwuid((uid_t)number) : getpwnam(text);
    if (entry == NULL && !is_number) {
        return false;
    }
    *ret_uid = entry != NULL ? (uint32_t)entry->pw_uid : (uint32_t)number;
    *ret_gid = entry != NULL ? (uint32_t)entry->pw_gid : (uint32_t)number;
    return true;
}

static bool fail(const char *what, const char **reterr_wrong)
{
    *reterr_wrong = what;
    return false;
}

bool user_option_take(const struct user_option *given, struct user_option_ids *ret_ids,
                      const char **reterr_wrong)
{
    struct user_option_ids ids = { .given = given->signer != NULL };
    if ((given->signer == NULL) != (given->server == NULL)) {
        return fail("--signer-user and --server-user go together", reterr_wrong);
    }
    if (ids.given && !user_id(given->signer, &ids.signer_uid, &ids.signer_gid)) {
        return fail(given->signer, reterr_wrong);
    }
    if (ids.given && !user_id(given->server, &ids.server_uid, &ids.server_gid)) {
        return fail(given->server, reterr_wrong);
    }
    if (ids.given && ids.signer_uid == ids.server_uid) {
        return fail("signer and server need users of their own", reterr_wrong);
    }
    *ret_ids = ids;
    return true;
}
