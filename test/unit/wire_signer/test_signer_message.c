/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_signer/signer_message.h"

#include "test/lib/test.h"

TEST(signer_message__names_have_both_directions)
{
    for (size_t i = 0; i < SIGNER_KIND_MAX; i++) {
        enum signer_kind kind = SIGNER_KIND_MAX;
        CHECK(signer_message_kind_by_name(signer_message_kind_name((enum signer_kind)i), &kind));
        CHECK_EQ(kind, i);
    }
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        enum signer_purpose p = SIGNER_PURPOSE_MAX;
        const char *name = signer_message_purpose_name((enum signer_purpose)i);
        CHECK(signer_message_purpose_by_name(name, &p));
        CHECK_EQ(p, i);
    }
    CHECK_TEXT(signer_message_kind_name(SIGNER_KIND_MAX), "?");
    CHECK_TEXT(signer_message_purpose_name(SIGNER_PURPOSE_MAX), "?");
}

/* What acts on a card needs an operator; nothing else may carry an authority. */
TEST(signer_message__only_acts_on_a_card_need_an_authority)
{
    static const bool expected[SIGNER_KIND_MAX] = {
        [SIGNER_MANAGEMENT_ANSWER] = true,
        [SIGNER_MANAGEMENT_KEY] = true,
        [SIGNER_PUK] = true,
        [SIGNER_CERTIFICATE] = true,
    };
    for (size_t i = 0; i < SIGNER_KIND_MAX; i++) {
        CHECK_EQ(signer_message_needs_authority((enum signer_kind)i), expected[i]);
    }
}
