/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/wire_agent/mutate.h"
#include "test/unit/wire_agent/sample.h"

static struct card_report report, back;

TEST(card_report__reads_back_what_it_wrote)
{
    CHECK(sample_report(&report));
    json_t *json = card_report_to_json(&report);
    CHECK(json != NULL);
    memset(&back, 0x77, sizeof back);
    CHECK_EQ(card_report_of_json(json, &back), STATUS_OK);
    json_decref(json);
    uint8_t hash[32], hash_back[32];
    CHECK_EQ(card_report_hash(&report, hash), STATUS_OK);
    CHECK_EQ(card_report_hash(&back, hash_back), STATUS_OK);
    CHECK_BYTES(hash, hash_back, 32);
    CHECK_TEXT(back.serial, "10000042");
    CHECK_EQ(back.tries_left, 3);
    CHECK_EQ(back.objects[REPORT_CERTIFICATE_9C].sw, 0x6A82);
}

TEST(card_report__an_empty_report_is_small)
{
    card_report_init(&report);
    json_t *json = card_report_to_json(&report);
    char *text = json_dumps(json, JSON_COMPACT);
    CHECK_TEXT(text, "{\"insertion\":\"00000000000000000000000000000000\",\"objects\":{},"
                     "\"metadata\":{}}");
    free(text);
    CHECK_EQ(card_report_of_json(json, &back), STATUS_OK);
    json_decref(json);
    CHECK_EQ(back.tries_left, -1);
    CHECK_EQ(back.serial[0], '\0');
}

#define REPORT(members)                                                                            \
    "{\"insertion\":\"00000000000000000000000000000000\",\"objects\":{},\"metadata\":{}" members "}"

static enum status decode(const char *text)
{
    json_t *json = NULL;
    CHECK_EQ(agent_message_parse(span_of_text(text), &json), STATUS_OK);
    enum status status = card_report_of_json(json, &back);
    json_decref(json);
    return status;
}

TEST(card_report__refuses_other_members_types_and_forms)
{
    static const char *const bad[] = {
        "{}",
        "{\"objects\":{},\"metadata\":{}}",
        "{\"insertion\":\"00\",\"objects\":{},\"metadata\":{}}",
        "{\"insertion\":\"00000000000000000000000000000000\",\"metadata\":{}}",
        "{\"insertion\":\"00000000000000000000000000000000\",\"objects\":{}}",
        "{\"insertion\":\"00000000000000000000000000000000\",\"objects\":[],\"metadata\":{}}",
        "{\"insertion\":\"00000000000000000000000000000000\",\"objects\":{\"chuid\":{}},"
        "\"metadata\":{}}",
        "{\"insertion\":\"00000000000000000000000000000000\",\"objects\":{\"purse\":{\"sw\":"
        "\"9000\"}},\"metadata\":{}}",
        "{\"insertion\":\"00000000000000000000000000000000\",\"objects\":{},\"metadata\":"
        "{\"9d\":\"00\"}}",
        REPORT(",\"serial\":\"12 34\""),
        REPORT(",\"serial\":\"../etc\""),
        REPORT(",\"serial\":\"123456789012345678901234\""),
        REPORT(",\"serial\":12"),
        REPORT(",\"version\":\"5.4.3-beta\""),
        REPORT(",\"tries_left\":-2"),
        REPORT(",\"tries_left\":256"),
        REPORT(",\"management_algorithm\":256"),
        REPORT(",\"contactless\":0"),
        REPORT(",\"atr\":\"3\""),
        REPORT(",\"holder\":\"x\""),
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        back.tries_left = 77;
        CHECK_EQ(decode(bad[i]), STATUS_BAD_MESSAGE);
        CHECK_EQ(back.tries_left, 77);
    }
    CHECK_EQ(decode(REPORT("")), STATUS_OK);
}

/* Changes one thing that the report tells; false past the last. */
static bool change(struct card_report *r, size_t index)
{
    uint8_t *const bytes[] = { &r->atr[0],
                               &r->management_algorithm,
                               &r->insertion[0],
                               &r->insertion[15],
                               &r->objects[REPORT_CHUID].bytes[3],
                               &r->objects[REPORT_DISCOVERY].bytes[1],
                               &r->objects[REPORT_CERTIFICATE_9A].bytes[40],
                               &r->metadata[REPORT_METADATA_9A].bytes[2],
                               &r->metadata[REPORT_METADATA_9C].bytes[2],
                               &r->metadata[REPORT_METADATA_9B].bytes[2],
                               &r->metadata[REPORT_METADATA_80].bytes[2],
                               &r->metadata[REPORT_METADATA_81].bytes[2] };
    if (index < COUNT(bytes)) {
        *bytes[index] ^= 1;
        return true;
    }
    bool *const flags[] = { &r->contactless, &r->extended_length };
    index -= COUNT(bytes);
    if (index < COUNT(flags)) {
        *flags[index] = !*flags[index];
        return true;
    }
    switch (index - COUNT(flags)) {
    case 0:
        r->serial[0]++;
        return true;
    case 1:
        r->version[0]++;
        return true;
    case 2:
        r->tries_left--;
        return true;
    case 3:
        r->objects[REPORT_CERTIFICATE_9C].sw++;
        return true;
    case 4:
        r->atr_len--;
        return true;
    default:
        return false;
    }
}

TEST(card_report__everything_it_tells_changes_the_hash)
{
    uint8_t first[32], other[32];
    size_t index = 0;
    CHECK(sample_report(&report));
    CHECK_EQ(card_report_hash(&report, first), STATUS_OK);
    for (; change(&report, index); index++) {
        CHECK_EQ(card_report_hash(&report, other), STATUS_OK);
        CHECK(memcmp(first, other, 32) != 0);
        CHECK(sample_report(&report));
    }
    CHECK_EQ(index, 12 + 2 + 5);
}

TEST(card_report__the_largest_report_has_a_hash_and_fits_a_message)
{
    uint8_t hash[32];
    CHECK(sample_report(&report));
    for (size_t i = 0; i < REPORT_OBJECT_COUNT; i++) {
        report.objects[i].len = REPORT_OBJECT_MAX;
    }
    for (size_t i = 0; i < REPORT_METADATA_COUNT; i++) {
        report.metadata[i].len = REPORT_SMALL_MAX;
    }
    report.atr_len = REPORT_ATR_MAX;
    CHECK_EQ(card_report_hash(&report, hash), STATUS_OK);
    json_t *json = card_report_to_json(&report);
    char *text = json_dumps(json, JSON_COMPACT);
    CHECK(strlen(text) < AGENT_MESSAGE_MAX / 4);
    free(text);
    CHECK_EQ(card_report_of_json(json, &back), STATUS_OK);
    json_decref(json);
}

static bool attempt(const json_t *json)
{
    static struct card_report first, second;
    uint8_t hash[32], hash_again[32];
    if (card_report_of_json(json, &first) != STATUS_OK) {
        return false;
    }
    json_t *again = card_report_to_json(&first);
    CHECK(again != NULL);
    CHECK_EQ(card_report_of_json(again, &second), STATUS_OK);
    json_decref(again);
    CHECK_EQ(card_report_hash(&first, hash), STATUS_OK);
    CHECK_EQ(card_report_hash(&second, hash_again), STATUS_OK);
    CHECK_BYTES(hash, hash_again, 32);
    return true;
}

TEST(card_report__survives_cuts_and_changes)
{
    CHECK(sample_report(&report));
    CHECK(mutate_all(card_report_to_json(&report), attempt) > 0);
}
