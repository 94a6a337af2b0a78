/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_file.h"

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/policy/policy_case.h"

static struct policy loaded;
static struct policy_file_error error;
static char text[CASE_TEXT_MAX + 1024];

/* The shipped policy with the first `from` replaced by `to`. */
static struct span changed(const char *from, const char *to)
{
    const char *original = (const char *)policy_case_file("data/policies/cis-2015.json").ptr;
    const char *at = strstr(original, from);
    if (at == NULL) {
        fail_msg("'%s' does not stand in the policy", from);
    }
    CHECK(text_format(text, sizeof(text), "%.*s%s%s", (int)(at - original), original, to,
                      at + strlen(from)));
    return span_of_text(text);
}

static enum status load(struct span bytes)
{
    (void)memset(&loaded, 0x5A, sizeof(loaded));
    error = (struct policy_file_error){ .what = "" };
    return policy_file_load(bytes, &loaded, &error);
}

/* Refused at exactly this place, with these words; nothing was written. */
static void check_refused(const char *from, const char *to, const char *at, const char *what)
{
    struct span bytes = changed(from, to);
    static struct policy untouched;
    (void)memset(&untouched, 0x5A, sizeof(untouched));

    CHECK_EQ(load(bytes), STATUS_BAD_FILE);

    CHECK(memcmp(&loaded, &untouched, sizeof(loaded)) == 0);
    if (strstr(error.what, what) == NULL) {
        fail_msg("expected '%s', found '%s'", what, error.what);
    }
    if (at != NULL && strncmp(text + error.offset, at, strlen(at)) != 0) {
        fail_msg("%s: expected at '%s', found at '%.20s'", error.what, at, text + error.offset);
    }
    CHECK(error.line >= 1 && error.column >= 1);
}

TEST(policy_file__the_shipped_policies_load)
{
    static const char *const names[] = { "cis-2015", "cim-2025" };
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct policy *p = policy_case_policy(names[i]);
        CHECK_EQ(p->roles_count, 7);
        CHECK_TEXT(p->roles[0].title, "RA Manager");
        CHECK_EQ(p->values.window_days, 90);
        CHECK_EQ(p->values.key_type, KEY_TYPE_P256);
        CHECK(p->identity_check[POLICY_REPAIR] && p->identity_check[POLICY_ISSUE]);
        CHECK(!p->identity_check[POLICY_RENEW]);
        static const uint8_t zero[POLICY_HASH_LEN];
        CHECK_BYTES(p->hash, zero, sizeof(zero));
    }
}

TEST(policy_file__values_are_those_of_the_procedures)
{
    const struct policy_values *v = &policy_case_policy("cis-2015")->values;

    CHECK_EQ(v->life_days, 730);                                               /* X1 */
    CHECK(v->passcode_new.length_min == 6 && v->passcode_new.length_max == 8); /* X10 */
    CHECK(v->passcode_new.digits_only);
    CHECK(v->passcode_entry.length_min == 4 && v->passcode_entry.length_max == 8);
    CHECK(!v->passcode_entry.digits_only);
    CHECK_EQ(v->reminders_count, 4);
    CHECK(v->reminder_days[0] == 90 && v->reminder_days[3] == 7);
    CHECK_EQ(v->operator_passcode, POLICY_OPERATOR_PASSCODE_SESSION);
    CHECK(v->operator_idle_minutes == 15 && v->session_minutes == 600);
    CHECK_EQ(v->lock_minutes, 15);
    CHECK_EQ(v->unproved_days, 7);
    CHECK_EQ(v->resume, POLICY_RESUME_SAME_RIGHT);
    CHECK(v->repair_before_expiry);
    CHECK_EQ(v->attestation, POLICY_ATTESTATION_IF_PRESENT);
    CHECK_TEXT(v->firmware_min, "0.0.0");
    CHECK_EQ(v->open_organisations_count, 1);
    CHECK_EQ(policy_case_policy("cim-2025")->values.life_days, 1095);
}

TEST(policy_file__a_firmware_that_is_no_version_is_refused)
{
    static const char *const wrong[] = { "5.7",    "5.7.",   "5.7.0.1",    "5.7.256",
                                         "v5.7.0", "5.7.0 ", "-1.0.0",     "5..0",
                                         "",       "5.7.x",  "5.7.0\u00e9" };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        char value[32];
        CHECK(text_format(value, sizeof(value), "\"%s\"", wrong[i]));
        CHECK_EQ(load(changed("\"0.0.0\"", value)), STATUS_BAD_FILE);
    }
    CHECK_EQ(load(changed("\"if_present\"", "\"maybe\"")), STATUS_BAD_FILE);
}

TEST(policy_file__other_words_are_read)
{
    struct span bytes = changed("\"session\"", "\"each_act\"");
    CHECK_EQ(load(bytes), STATUS_OK);
    CHECK_EQ(loaded.values.operator_passcode, POLICY_OPERATOR_PASSCODE_EACH_ACT);
    bytes = changed("\"same_right\"", "\"any_role\"");
    CHECK_EQ(load(bytes), STATUS_OK);
    CHECK_EQ(loaded.values.resume, POLICY_RESUME_ANY_ROLE);
    bytes = changed("\"if_present\"", "\"required\"");
    CHECK_EQ(load(bytes), STATUS_OK);
    CHECK_EQ(loaded.values.attestation, POLICY_ATTESTATION_REQUIRED);
    bytes = changed("\"if_present\"", "\"off\"");
    CHECK_EQ(load(bytes), STATUS_OK);
    CHECK_EQ(loaded.values.attestation, POLICY_ATTESTATION_OFF);
    bytes = changed("\"0.0.0\"", "\"5.7.255\"");
    CHECK_EQ(load(bytes), STATUS_OK);
    CHECK_TEXT(loaded.values.firmware_min, "5.7.255");
    bytes = changed("\"P-256\"", "\"RSA-3072\"");
    CHECK_EQ(load(bytes), STATUS_OK);
    CHECK_EQ(loaded.values.key_type, KEY_TYPE_RSA3072);
    bytes = changed("[90, 60, 30, 7]", "[]");
    CHECK_EQ(load(bytes), STATUS_OK);
    CHECK_EQ(loaded.values.reminders_count, 0);
    bytes = changed("\"lock_minutes\": {\n            \"value\": 15",
                    "\"lock_minutes\": {\n            \"value\": 0");
    CHECK_EQ(load(bytes), STATUS_OK);
    CHECK_EQ(loaded.values.lock_minutes, 0);
}

TEST(policy_file__what_is_not_json_is_refused_with_its_place)
{
    check_refused("\"window_days\": {", "\"window_days\" {", NULL, "':' expected");
    CHECK_EQ(error.line, 8);
    CHECK_EQ(load(SPAN_NONE), STATUS_BAD_FILE);
    CHECK_EQ(load(SPAN_TEXT("")), STATUS_BAD_FILE);
    CHECK_EQ(load(SPAN_TEXT("\xff\xfe{}")), STATUS_BAD_FILE);
    CHECK_EQ(load(SPAN_TEXT("{} {}")), STATUS_BAD_FILE);
}

TEST(policy_file__a_member_twice_is_refused)
{
    check_refused("\"name\": \"cis-2015\",", "\"name\": \"cis-2015\", \"name\": \"b\",", NULL,
                  "duplicate");
    check_refused("\"ra_agent\": \"own", "\"ra_manager\": \"any\", \"ra_manager\": \"own", NULL,
                  "duplicate");
}

TEST(policy_file__unknown_members_are_refused_at_their_key)
{
    check_refused("\"title\": \"Care", "\"colour\": 1, \"title\": \"Care", "\"colour\"",
                  "unknown member 'colour'");
    check_refused("\"window_days\"", "\"windows_days\"", "\"windows_days\"",
                  "unknown member 'windows_days'");
    check_refused("\"value\": 90", "\"value\": 90, \"note\": 1", "\"note\"",
                  "unknown member 'note'");
    check_refused("{\"job_role\": \"R5080\"}", "{\"jobrole\": \"R5080\"}", "\"jobrole\"",
                  "unknown member 'jobrole'");
    check_refused("\"digits_only\": true", "\"digits_only\": true, \"x\": 1", "\"x\"",
                  "unknown member 'x'");
    check_refused("\"identity_check\"", "\"identity_checks\"", "\"identity_checks\"",
                  "unknown member 'identity_checks'");
}

TEST(policy_file__missing_members_are_refused)
{
    check_refused("\"format\": \"cardwright policy 1\",", "", "{", "member 'format' is missing");
    check_refused("\"value\": 90,", "", "{", "member 'value' is missing");
    check_refused("\"digits_only\": true", "\"length_max\": 8", NULL, "duplicate");
    check_refused(", \"digits_only\": true", "", "{\"length_min\"",
                  "member 'digits_only' is missing");
    check_refused("\"role\": \"ra_manager\",", "", "{", "member 'role' is missing");
    check_refused("\"service\": \"renew\",", "", "{", "member 'service' is missing");
}

/* A data base keeps its policy over an update of the program. */
TEST(policy_file__a_policy_from_before_attestation_asks_for_it_where_it_is)
{
    const char *original = (const char *)policy_case_file("data/policies/cis-2015.json").ptr;
    const char *from = strstr(original, "\"attestation\""),
               *to = strstr(original, "\"repair_before_expiry\"");
    CHECK(text_format(text, sizeof(text), "%.*s%s", (int)(from - original), original, to));
    CHECK(strstr(text, "firmware_min") == NULL);

    CHECK_EQ(load(span_of_text(text)), STATUS_OK);

    CHECK_EQ(loaded.values.attestation, POLICY_ATTESTATION_IF_PRESENT);
    CHECK_TEXT(loaded.values.firmware_min, "0.0.0");
}

TEST(policy_file__every_rule_names_its_source)
{
    check_refused("\"source\": \"nhs-cis.md §3 '90 days'; procedures.md R2\"", "\"source\": \"\"",
                  "\"\"", "not an empty one");
    check_refused(",\n            \"source\": \"nhs-cis.md §3 '90 days'; procedures.md R2\"", "",
                  "{", "member 'source' is missing");
}

TEST(policy_file__wrong_types_are_refused_at_the_value)
{
    check_refused("\"value\": 90", "\"value\": \"90\"", "\"90\"", "a whole number");
    check_refused("\"value\": 90", "\"value\": 90.0", "90.0", "a whole number");
    check_refused("\"value\": 90", "\"value\": null", "null", "a whole number");
    check_refused("\"digits_only\": true", "\"digits_only\": 1", NULL, "true or false");
    check_refused("\"name\": \"cis-2015\"", "\"name\": 7", "7", "a text is expected");
    check_refused("[90, 60, 30, 7]", "90", "90", "a list is expected");
    check_refused("[90, 60, 30, 7]", "[90, \"60\"]", "\"60\"", "a whole number");
    check_refused("{\"job_role\": \"R5080\"}", "\"R5080\"", "\"R5080\"", "an object");
    check_refused("\"ra_agent_advanced\": \"own_and_children\"", "\"ra_agent_advanced\": true",
                  "true", "a text is expected");
    check_refused("{\n                \"ra_agent_advanced\": \"own_and_children\",\n"
                  "                \"ra_agent\": \"own_and_children\",\n"
                  "                \"sponsor\": \"own_and_children\",\n"
                  "                \"lsa\": \"own_and_children\"\n            }",
                  "[\"lsa\"]", "[\"lsa\"]", "an object is expected");
}

TEST(policy_file__numbers_out_of_range_are_refused)
{
    check_refused("\"value\": 90", "\"value\": 0", "0", "from 1 to");
    check_refused("\"value\": 90", "\"value\": -1", "-1", "from 1 to");
    check_refused("\"value\": 90", "\"value\": 730", NULL, "not shorter than the life");
    check_refused("\"value\": 730", "\"value\": 99999999999", "99999999999", "from 2 to 3660");
    check_refused("\"length_max\": 8", "\"length_max\": 9", NULL, "from 6 to 8");
    check_refused("\"length_max\": 8", "\"length_max\": 5", NULL, "from 6 to 8");
    check_refused("\"length_min\": 6", "\"length_min\": 3", NULL, "from 4 to 8");
    check_refused("[90, 60, 30, 7]", "[90, 90]", NULL, "from 1 to 89");
    check_refused("\"lock_minutes\": {\n            \"value\": 15",
                  "\"lock_minutes\": {\n            \"value\": 601", "601", "from 0 to 600");
    check_refused("[90, 60, 30, 7]", "[9,8,7,6,5,4,3,2,1]", "[9", "a list of 0 to 8");
}

TEST(policy_file__unknown_words_are_refused)
{
    check_refused("\"service\": \"renew\"", "\"service\": \"renw\"", "\"renw\"",
                  "unknown service 'renw'");
    check_refused("\"service\": \"renew\"", "\"service\": \"none\"", "\"none\"",
                  "unknown service 'none'");
    check_refused("\"ra_agent\": \"own_and_children\"", "\"ra_agent\": \"everything\"",
                  "\"everything\"", "unknown scope 'everything'");
    check_refused("\"ra_agent\": \"own_and_children\"", "\"ra_agent\": \"none\"", "\"none\"",
                  "unknown scope 'none'");
    check_refused("\"ra_agent\": \"own_and_children\"", "\"agent\": \"own_and_children\"",
                  "\"agent\"", "unknown role 'agent'");
    check_refused("\"P-256\"", "\"P-521\"", "\"P-521\"", "unknown key type 'P-521'");
    check_refused("\"session\"", "\"for ever\"", "\"for ever\"", "not one of the words");
    check_refused("policy 1\"", "policy 2\"", "\"format\"", "another format");
}

TEST(policy_file__a_role_or_service_twice_or_left_out_is_refused)
{
    check_refused("\"role\": \"sponsor\"", "\"role\": \"ra_manager\"", "{",
                  "role 'ra_manager' stands twice");
    check_refused("\"service\": \"repair\"", "\"service\": \"renew\"", "{",
                  "service 'renew' stands twice");
    check_refused("\"service\": \"reports\"", "\"service\": \"issue\"", "{", "stands twice");
    const char *last = ",\n        {\n            \"service\": \"activate_policy\"";
    const char *original = (const char *)policy_case_file("data/policies/cis-2015.json").ptr;
    const char *at = strstr(original, last);
    CHECK(at != NULL);
    CHECK(text_format(text, sizeof(text), "%.*s]}", (int)(at - original), original));
    CHECK_EQ(load(span_of_text(text)), STATUS_BAD_FILE);
    CHECK_TEXT(error.what, "service 'activate_policy' is not mentioned");
}

TEST(policy_file__texts_that_do_not_fit_or_are_not_clean_are_refused)
{
    check_refused("\"title\": \"RA Manager\"", "\"title\": \"RA\\nManager\"", "\"RA\\n",
                  "without control characters");
    check_refused("\"title\": \"RA Manager\"", "\"title\": \"RA\\u0000Manager\"", NULL, "NUL");
    check_refused("\"name\": \"cis-2015\"", "\"name\": \"cis 2015\"", "\"cis 2015\"",
                  "does not belong here");
    check_refused("\"job_role\": \"R5080\"", "\"job_role\": \"R5080 R5090\"", NULL,
                  "does not belong here");
    check_refused("\"job_role\": \"R5080\"", "\"job_role\": \"R5080567890123456\"", "\"R508056",
                  "longer than 16 bytes");
    check_refused("[\"B1300\"]", "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]",
                  "[\"1\"", "a list of 0 to 8");
    check_refused("                {}\n", "", "[\n            ]", "a list of 1 to 4");
}

TEST(policy_file__what_it_quotes_is_printable)
{
    check_refused("\"service\": \"renew\"", "\"service\": \"\\u001b[31m\"", NULL,
                  "control characters");
    check_refused("\"title\": \"Care", "\"\\u001b[31m\": 1, \"title\": \"Care", NULL,
                  "unknown member '?[31m'");
}

TEST(policy_file__the_place_is_told_by_line_and_column)
{
    check_refused("\"value\": 90", "\"value\": true", "true", "a whole number");
    CHECK_EQ(error.line, 9);
    CHECK_EQ(error.column, 22);
}

TEST(policy_file__a_file_that_is_too_large_is_not_read)
{
    static char large[POLICY_FILE_MAX + 1];
    (void)memset(large, ' ', sizeof(large));
    CHECK_EQ(load(span_of(large, sizeof(large))), STATUS_TOO_LARGE);
    CHECK(strstr(error.what, "longer than 65536 bytes") != NULL);
    CHECK_EQ(load(span_of(large, sizeof(large) - 1)), STATUS_BAD_FILE);
}

TEST(policy_file__deep_nesting_is_refused)
{
    static char deep[POLICY_FILE_MAX];
    (void)memset(deep, '[', sizeof(deep));
    CHECK_EQ(load(span_of(deep, sizeof(deep))), STATUS_BAD_FILE);
}

/* Every cut of the file, and a changed byte at many places: a status, never a crash, and what
 * loads is a policy whose numbers are in range. */
TEST(policy_file__cut_and_changed_files_are_refused_or_sound)
{
    struct span whole = changed("\"value\": 90", "\"value\": 91");
    for (size_t len = 0; len + 2 < whole.len; len += 7) {
        CHECK_EQ(load(span_of(text, len)), STATUS_BAD_FILE);
    }
    for (size_t at = 0; at < whole.len; at += 5) {
        char kept = text[at];
        text[at] = (char)(kept ^ (char)(1 << (at % 7)));
        if (load(whole) == STATUS_OK) {
            CHECK(loaded.values.window_days >= 1 &&
                  loaded.values.window_days < loaded.values.life_days);
            CHECK(loaded.roles_count >= 1 && loaded.roles_count <= POLICY_ROLES_MAX);
        }
        text[at] = kept;
    }
}
