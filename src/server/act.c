/* SPDX-License-Identifier: Apache-2.0 */
#include "server/act.h"

#include <string.h>

#include "base/text.h"
#include "crypto/cipher.h"
#include "crypto/digest.h"
#include "server/attest.h"

/* The CHUID's expiry: a card lives longer than its certificates; FIPS 201-3 2.9.1: six years. */
enum { CARD_LIFE_DAYS = 6 * 365 };

static const struct {
    enum policy_service policy;
    enum cardop_service machine;
} services[] = {
    { POLICY_RENEW, CARDOP_RENEW },
    { POLICY_REPAIR, CARDOP_REPAIR },
    { POLICY_ISSUE, CARDOP_ISSUE },
};

bool act_service(enum policy_service service, enum cardop_service *ret_service)
{
    for (size_t i = 0; i < COUNT(services); i++) {
        if (services[i].policy == service) {
            *ret_service = services[i].machine;
            return true;
        }
    }
    return false;
}

enum policy_service act_policy_service(enum cardop_service service)
{
    for (size_t i = 0; i < COUNT(services); i++) {
        if (services[i].machine == service) {
            return services[i].policy;
        }
    }
    return POLICY_NO_SERVICE;
}

enum status act_binding(const struct call *call, const struct card_report *report, const char *job,
                        uint8_t ret_binding[32])
{
    uint8_t report_hash[32], memory[192];
    struct buf message = BUF(memory);
    enum status status = card_report_hash(report, report_hash);
    if (status != STATUS_OK) {
        return status;
    }
    bool fits = buf_put_field(&message, SPAN_TEXT("cardwright insertion v1")) &&
                buf_put_field(&message, span_of_text(call->session.id)) &&
                buf_put_field(&message, SPAN_OF(report_hash)) &&
                buf_put_field(&message, span_of_text(job));
    return fits ? digest_sha256(buf_span(&message), ret_binding) : STATUS_INTERNAL;
}

static void card_expiry(instant now, char ret_expiry[9])
{
    struct calendar end = instant_calendar(now + (instant)CARD_LIFE_DAYS * SECONDS_PER_DAY);
    if (!text_format(ret_expiry, 9, "%04d%02d%02d", end.year, end.month, end.day)) {
        text_take(ret_expiry, 9, "20991231");
    }
}

enum status act_machine(struct call *call, const struct subject *subject,
                        enum cardop_service service, const char *job, struct cardop *ret_op)
{
    if (subject->job_open) {
        struct job_state state;
        enum status status =
            job_state_decode(span_of(subject->job.state, subject->job.state_len), &state);
        if (status == STATUS_OK) {
            *ret_op = state.op;
            cardop_set_key_type(ret_op, call->server->policy.values.key_type);
            cardop_set_attest(ret_op, attest_mode(call->server));
        }
        return status;
    }
    char expiry[9];
    card_expiry(call->now, expiry);
    struct cardop_options options = {
        .service = service,
        .job = job,
        .origin = call->server->config.origin,
        .key_type = call->server->policy.values.key_type,
        .attest = attest_mode(call->server),
        .management_version = subject->card.management_key_version,
        .management_version_next = subject->card.management_key_version,
        .management_algorithm_next = MANAGEMENT_AES_192,
        .puk_version = subject->card.puk_version,
        .capabilities = subject->card.capabilities,
        .card_expiry = expiry,
    };
    if (service == CARDOP_ISSUE) {
        options.certificate_len = subject->certificate_len;
        options.management_version_next = subject->card.management_key_version + 1;
        if (!statement_guid(job, options.guid)) {
            return STATUS_BAD_MESSAGE;
        }
    }
    return cardop_init(ret_op, &options);
}
