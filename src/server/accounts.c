/* SPDX-License-Identifier: Apache-2.0 */
#include "server/accounts.h"

#include "base/text.h"
#include "policy/policy_file.h"

enum { PAGE_MAX = 32, OF_CARD_MAX = 64 };

enum status accounts_rules(struct store *store, instant now, struct accounting_rules *ret_rules)
{
    static uint8_t memory[POLICY_FILE_MAX];
    static struct policy policy;
    struct policy_file_error error;
    struct buf text = BUF(memory);
    enum status status = store_setting_get(store, "policy", &text);
    if (status == STATUS_OK) {
        status = policy_file_load(buf_span(&text), &policy, &error);
    }
    if (status == STATUS_OK) {
        *ret_rules = (struct accounting_rules){ now, policy.values.unproved_days };
    }
    return status;
}

static bool was_current(const struct certificate_record *certificate)
{
    return text_equal(certificate->state, "current") ||
           text_equal(certificate->state, "superseded") || certificate->revoked_at > 0;
}

/* The list has the newest first: what stands before it came later. */
static enum status look_for_successor(struct store *store, const struct certificate_record *of,
                                      bool *ret_has)
{
    static struct certificate_record list[OF_CARD_MAX];
    size_t count = 0;
    enum status status = store_certificate_of_card(store, of->card_id, list, COUNT(list), &count);
    if (status != STATUS_OK) {
        return status;
    }
    *ret_has = false;
    for (size_t i = 0; i < count && !text_equal(list[i].serial, of->serial); i++) {
        *ret_has = *ret_has || (text_equal(list[i].purpose, of->purpose) && was_current(&list[i]));
    }
    return STATUS_OK;
}

static enum status look_at_job(struct store *store, const struct certificate_record *of,
                               struct accounting_facts *facts)
{
    static struct job_record job;
    enum status status = store_job_open_of_card(store, of->card_id, &job);
    facts->card_has_job = status == STATUS_OK;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        return status;
    }
    facts->has_job = of->job_id[0] != '\0';
    if (!facts->has_job) {
        return STATUS_OK;
    }
    status = store_job_get(store, of->job_id, &job);
    if (status == STATUS_OK) {
        facts->job_open = job.result[0] == '\0';
        facts->job_committed = text_equal(job.result, "committed");
    }
    return status;
}

static enum status gather(struct store *store, const struct account *account,
                          struct accounting_facts *facts)
{
    const struct certificate_record *certificate = account->certificate;
    *facts = (struct accounting_facts){ .state_at = certificate->state_at,
                                        .not_after = certificate->not_after,
                                        .revoked_at = certificate->revoked_at,
                                        .has_reason = certificate->revocation_reason[0] != '\0' };
    if (!credential_state_by_name(certificate->state, &facts->state)) {
        facts->state = CREDENTIAL_INVALID;
    }
    if (!card_state_by_name(account->card->state, &facts->card)) {
        facts->card = CARD_STATE_INVALID;
    }
    enum status status = look_at_job(store, certificate, facts);
    return status == STATUS_OK ? look_for_successor(store, certificate, &facts->has_successor)
                               : status;
}

struct walk {
    struct store *store;
    const struct accounting_rules *rules;
    accounts_take *take;
    void *context;
};

static enum status walk_one(const struct walk *walk, const struct certificate_record *certificate)
{
    struct accounting_facts facts;
    static struct card_record card;
    struct account account = { .certificate = certificate, .card = &card };
    enum status status = store_card_get(walk->store, certificate->card_id, &card);
    if (status == STATUS_OK) {
        status = gather(walk->store, &account, &facts);
    }
    if (status != STATUS_OK) {
        return status;
    }
    account.why = accounting_of(&facts, walk->rules);
    return walk->take(walk->context, &account);
}

enum status accounts_walk(struct store *store, const struct accounting_rules *rules,
                          accounts_take *take, void *context)
{
    static struct certificate_record page[PAGE_MAX];
    const struct walk walk = { store, rules, take, context };
    char after[STORE_CERTIFICATE_SERIAL_MAX] = "";
    enum status status = STATUS_OK;
    size_t count = COUNT(page);
    while (status == STATUS_OK && count == COUNT(page)) {
        status = store_certificate_list(store, after, page, COUNT(page), &count);
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            text_take(after, sizeof(after), page[i].serial);
            status = walk_one(&walk, &page[i]);
        }
    }
    return status;
}
