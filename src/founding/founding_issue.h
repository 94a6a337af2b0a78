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
 * Effects: card, certificates and audit entries in the store, in one transaction at the end. With
 * `journalled` a cut card is finished by calling it again; both keys are then made anew.
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
    /* The journal: each state is durable before its commands leave, and a further call goes on with
     * the card that was cut. Without it a cut card cannot be finished. */
    bool journalled;
};

/* Before anything is made: the form of the passcode, and that the card is a blank PIV card. */
MUST_USE enum status founding_issue_check(const struct founding_card *card,
                                          const struct secret *passcode,
                                          const struct entropy *entropy,
                                          struct fault *reterr_fault);

MUST_USE enum status founding_issue(const struct founding_issue_options *options,
                                    struct fault *reterr_fault);
