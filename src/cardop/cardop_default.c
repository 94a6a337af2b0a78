/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cardop/cardop_parts.h"

/* Secrets that the card itself calls the maker's: somebody set them back. Whatever the directory
 * believes, version 0 is on the card, and there is nothing to be unsure of. */

static bool is_default(const struct card_report *report, enum report_metadata which)
{
    struct metadata metadata;
    return card_report_metadata(report, which, &metadata) && metadata.is_default;
}

/* A version that was handed to a workstation once is never used again. */
static void set_back(struct cardop_secret *secret)
{
    uint32_t newest = secret->next > secret->current ? secret->next : secret->current;
    *secret = (struct cardop_secret){ .next = newest + 1 };
}

/* The directory knows of the maker's management key where the card took no other when it was
 * issued: then nothing was set back. */
static bool is_management_set_back(const struct cardop *op, const struct card_report *report)
{
    return op->management_settable && op->management.current != 0 &&
           is_default(report, REPORT_METADATA_9B);
}

/* Of the sets that a card may have come with it is the maker's then, not a buyer's. One that was
 * refused in this job is not tried again: the counter would run out. */
static void take_makers_puk(struct cardop *op)
{
    bool refused = op->puk_refused && op->puk.current == 0;
    set_back(&op->puk);
    memset(op->puk_spent, 0, sizeof(op->puk_spent));
    op->puk_fixed = false;
    op->puk_refused = refused;
    if (op->management.current != 0) {
        op->factory.facts.told = FACTORY_TOLD_DEFAULT;
        op->factory.candidate = 0;
    }
}

static void take_for_repair(struct cardop *op, const struct card_report *report)
{
    if (is_default(report, REPORT_METADATA_81)) {
        take_makers_puk(op);
    }
    if (is_management_set_back(op, report)) {
        set_back(&op->management);
        op->management_trying = 0;
    }
}

/* A renewal sets no secret, so it is not begun on a card that anybody may write to: a repair is
 * what it needs. One that was begun before goes on, or the card would be stuck in it (I4). */
static enum status take_for_renewal(struct cardop *op, const struct card_report *report)
{
    if (!is_management_set_back(op, report)) {
        return STATUS_OK;
    }
    op->management_trying = 0;
    return op->keys_sent ? STATUS_OK : STATUS_CARD_KEY_REFUSED;
}

enum status cardop_take_defaults(struct cardop *op, const struct card_report *report)
{
    switch (op->service) {
    case CARDOP_REPAIR:
        take_for_repair(op, report);
        return STATUS_OK;
    case CARDOP_RENEW:
        return take_for_renewal(op, report);
    case CARDOP_ISSUE:
    case CARDOP_SERVICE_MAX:
        break;
    }
    return STATUS_OK;
}
