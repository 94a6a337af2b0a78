/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "cardop/cardop_parts.h"

/* cardop_factory: a card that is not ours yet has one of a few management keys
 * (piv/factory_model.h, the buyer's own). Which one is found out before anything is changed: a card
 * with none of them is another issuer's. */

static enum factory_told told_by(const struct card_report *report)
{
    struct metadata metadata;
    if (!card_report_metadata(report, REPORT_METADATA_9B, &metadata) || !metadata.has_default) {
        return FACTORY_TOLD_NOTHING;
    }
    return metadata.is_default ? FACTORY_TOLD_DEFAULT : FACTORY_TOLD_CHANGED;
}

void cardop_factory_survey(struct cardop *op, const struct card_report *report)
{
    if (op->factory.proved) {
        return;
    }
    struct factory_facts facts = { .told = told_by(report),
                                   .atr_len = (uint8_t)report->atr_len,
                                   .algorithm = op->management.current == 0
                                                    ? report->management_algorithm
                                                    : 0 };
    memcpy(facts.atr, report->atr, report->atr_len);
    text_take(facts.version, sizeof(facts.version), report->version);
    op->factory = (struct cardop_factory){ .facts = facts };
}

bool cardop_factory_asks(const struct cardop *op)
{
    return op->service == CARDOP_ISSUE && !op->factory.proved && op->management.current == 0;
}

bool cardop_factory_next(struct cardop *op)
{
    bool another = op->management_trying == 0 && !op->factory.proved &&
                   op->factory.candidate + 1 < FACTORY_CANDIDATES_MAX;
    op->factory.candidate = (uint8_t)(op->factory.candidate + (another ? 1 : 0));
    return another;
}
