/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_signer/signer_message.h"

#include "base/text.h"

static const struct {
    const char *name;
    bool needs_authority;
} kinds[SIGNER_KIND_MAX] = {
    [SIGNER_STATUS] = { "status", false },
    [SIGNER_NONCE] = { "nonce", false },
    [SIGNER_MANAGEMENT_ANSWER] = { "management_answer", true },
    [SIGNER_MANAGEMENT_KEY] = { "management_key", true },
    [SIGNER_PUK] = { "puk", true },
    [SIGNER_CERTIFICATE] = { "certificate", true },
    [SIGNER_REVOKE_AND_CRL] = { "revoke_and_crl", false },
    [SIGNER_CHECKPOINT] = { "checkpoint", false },
    [SIGNER_ISSUED] = { "issued", false },
    [SIGNER_ISSUED_CERTIFICATE] = { "issued_certificate", false },
};

static const char *const purposes[SIGNER_PURPOSE_MAX] = {
    [SIGNER_AUTHENTICATION] = "authentication",
    [SIGNER_CONTENT_SIGNING] = "content_signing",
};

const char *signer_message_kind_name(enum signer_kind kind)
{
    return (size_t)kind < SIGNER_KIND_MAX ? kinds[kind].name : "?";
}

bool signer_message_kind_by_name(const char *name, enum signer_kind *ret_kind)
{
    for (size_t i = 0; i < SIGNER_KIND_MAX; i++) {
        if (text_equal(kinds[i].name, name)) {
            *ret_kind = (enum signer_kind)i;
            return true;
        }
    }
    return false;
}

const char *signer_message_purpose_name(enum signer_purpose purpose)
{
    return (size_t)purpose < SIGNER_PURPOSE_MAX ? purposes[purpose] : "?";
}

bool signer_message_purpose_by_name(const char *name, enum signer_purpose *ret_purpose)
{
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        if (text_equal(purposes[i], name)) {
            *ret_purpose = (enum signer_purpose)i;
            return true;
        }
    }
    return false;
}

bool signer_message_needs_authority(enum signer_kind kind)
{
    return (size_t)kind < SIGNER_KIND_MAX && kinds[kind].needs_authority;
}

void signer_message_answer_wipe(struct signer_answer *answer)
{
    wipe(answer, sizeof(*answer));
}
