/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_audit.h"

#include <string.h>

#include "base/text.h"
#include "lifecycle/audit_event.h"
#include "sim/sim_story.h"

/* Texts of one kind of entry. */
struct list {
    char texts[SIM_AUDIT_MAX][AUDIT_DETAIL_MAX];
    size_t count;
};

static struct {
    struct list taken_up, statements; /* jobs, once for each operator who took one up */
    struct list swept, released;      /* serials; cards */
} seen;

static void add(struct list *list, const char *text)
{
    if (list->count < SIM_AUDIT_MAX) {
        text_take(list->texts[list->count++], sizeof(list->texts[0]), text);
    }
}

static size_t count_of(const struct list *list, const char *text)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        count += text_equal(list->texts[i], text) ? 1 : 0;
    }
    return count;
}

void sim_audit_begin(void)
{
    memset(&seen, 0, sizeof(seen));
}

void sim_audit_see(struct span line)
{
    static struct audit_memory blobs;
    struct audit_entry entry;
    if (audit_event_decode(line, &blobs, &entry) != STATUS_OK) {
        return; /* audit_verify says so */
    }
    switch (entry.event) {
    case AUDIT_JOB_OPENED:
    case AUDIT_JOB_RESUMED:
        add(&seen.taken_up, entry.job_id);
        break;
    case AUDIT_STATEMENT:
        add(&seen.statements, entry.job_id);
        break;
    case AUDIT_SWEEP:
        add(&seen.swept, entry.detail);
        break;
    case AUDIT_PUK_RELEASED:
        add(&seen.released, entry.card_id);
        break;
    default:
        break;
    }
}

void sim_audit_end(void)
{
    for (size_t i = 0; i < seen.taken_up.count && seen.statements.count < SIM_AUDIT_MAX; i++) {
        const char *job = seen.taken_up.texts[i];
        if (count_of(&seen.statements, job) < count_of(&seen.taken_up, job)) {
            sim_story_break("I6", "job %s was taken up, and the audit has no statement for it",
                            job);
        }
    }
}

void sim_audit_check_swept(const char *serial)
{
    if (seen.swept.count < SIM_AUDIT_MAX && count_of(&seen.swept, serial) == 0) {
        sim_story_break("I6", "certificate %s is doubted, and the audit does not say so", serial);
    }
}

void sim_audit_check_puk(const char *card_id, const char *name)
{
    if (seen.released.count < SIM_AUDIT_MAX && count_of(&seen.released, card_id) == 0) {
        sim_story_break("I10", "%s: a PUK was used, and the audit does not say who was shown it",
                        name);
    }
}
