/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "crypto/entropy.h"
#include "signer/signer.h"
#include "store/store.h"

/* founding_issue: issues a blank card without server, agent or operator: the first RA manager's,
 * whom nobody can vouch for yet. The same machine (cardop) and the same profiles as ever.
 *
 *     struct founding_issue_options options = { .store = store, .signer = &signer, ... };
 *     status = founding_issue(&options, &fault);
 *
 * Used by `cardwright init` with a card in a reader, and by the tool that makes a sample
 * organisation with virtual cards; there is no way to it over the network.
 * Effects: card, certificates and audit entries in the store, in one transaction at the end. A cut
 * before that leaves a card that is not in the directory; it is issued again after a reset.
 * Memory: about 200 KiB static; one at a time.
 * Errors: those of cardop, the signer and the store, with `reterr_fault`.
 * Tests: test/e2e/test_demo.sh */
struct founding_card {
    enum status (*transmit)(void *context, struct span command, struct buf *answer);
    void *context;
    struct span atr;
};

struct founding_issue_options {
    struct store *store;
    struct signer *signer; /* keys and profiles */
    const struct entropy *entropy;
    const struct founding_card *card;
    const char *person; /* UUID; in the store already */
    const char *origin;
    const char *label; /* printed number */
    const struct secret *passcode;
    enum key_type key_type;
    instant now;       /* when the certificates start */
    char *ret_card_id; /* STORE_ID_MAX bytes, or NULL */
};

MUST_USE enum status founding_issue(const struct founding_issue_options *options,
                                    struct fault *reterr_fault);
