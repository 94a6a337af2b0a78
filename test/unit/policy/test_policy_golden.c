/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/policy/policy_case.h"

/* The tables of test/golden/policy, cell by cell. How to read them stands at their top. */
enum { ROLES = 7, CASES_MIN = 24 };

static const struct {
    const char *job_role, *activities;
} profiles[ROLES] = {
    { "R5080", "B0274" },       /* RAM */
    { "R5090", "B0272 B0274" }, /* ADV */
    { "R5090", "B0274" },       /* RAA */
    { "R5090", "B0267" },       /* IDC */
    { "R8000", "B1300" },       /* SPO */
    { "R8010", "B0999 X-LSA" }, /* LSA */
    { "R8003", "B0056 B0999" }, /* CHO */
};

static void expire(struct policy_subject *s)
{
    s->card.not_before = CASE_NOW - 760 * CASE_DAY;
    s->card.not_after = CASE_NOW - 30 * CASE_DAY;
}

static void make_fresh(struct policy_subject *s)
{
    s->card.not_before = CASE_NOW - 530 * CASE_DAY;
    s->card.not_after = CASE_NOW + 200 * CASE_DAY;
}

static void keep(struct policy_subject *s)
{
    CHECK(s->card.present);
}

static void lock(struct policy_subject *s)
{
    s->card.tries_left = 0;
}

static void lock_expired(struct policy_subject *s)
{
    expire(s);
    lock(s);
}

static void cancel(struct policy_subject *s)
{
    s->card.state = CARD_STATE_CANCELLED;
}

static void open_renewal(struct policy_subject *s)
{
    s->card.open_job = POLICY_RENEW;
}

static void open_renewal_expired(struct policy_subject *s)
{
    open_renewal(s);
    expire(s);
}

static void open_renewal_locked(struct policy_subject *s)
{
    open_renewal(s);
    lock(s);
}

static void open_repair(struct policy_subject *s)
{
    expire(s);
    s->card.open_job = POLICY_REPAIR;
}

static void open_issue(struct policy_subject *s)
{
    s->card.state = CARD_STATE_ISSUING;
    s->card.has_certificates = false;
    s->card.open_job = POLICY_ISSUE;
}

static void own_second_card(struct policy_subject *s)
{
    s->holder = (struct policy_holder){ .uuid = CASE_OPERATOR, .org = "RKF" };
}

static void own_card(struct policy_subject *s)
{
    own_second_card(s);
    CHECK(text_copy(s->card.identity, sizeof(s->card.identity), CASE_OPERATOR_CARD));
}

static void own_card_expired(struct policy_subject *s)
{
    own_card(s);
    expire(s);
}

static void blank(struct policy_subject *s)
{
    s->holder = (struct policy_holder){ .uuid = "" };
    s->card.known = false;
    s->card.state = CARD_STATE_BLANK;
    s->card.has_certificates = false;
}

static void close_holder(struct policy_subject *s)
{
    s->holder.closed = true;
}

static void blocked(struct policy_subject *s)
{
    lock(s);
    s->card.puk_blocked = true;
}

static void blocked_can_reset(struct policy_subject *s)
{
    blocked(s);
    s->card.capabilities |= POLICY_CAN_RESET;
}

static void emptied(struct policy_subject *s)
{
    s->card.emptied = true;
    s->card.capabilities |= POLICY_CAN_RESET;
}

static void foreign_card(struct policy_subject *s)
{
    s->holder = (struct policy_holder){ .uuid = "" };
    s->card.known = false;
    s->card.state = CARD_STATE_INVALID;
    s->card.origin = POLICY_ORIGIN_FOREIGN;
}

static void unrecorded_card(struct policy_subject *s)
{
    foreign_card(s);
    s->card.origin = POLICY_ORIGIN_OURS;
}

static void unknown_card(struct policy_subject *s)
{
    s->holder = (struct policy_holder){ .uuid = "" };
    s->card.known = false;
}

static void no_card(struct policy_subject *s)
{
    s->card.present = false;
}

static void other_organisation(struct policy_subject *s)
{
    s->holder = (struct policy_holder){ .uuid = CASE_HOLDER, .org = "B81012" };
}

static const struct {
    const char *name;
    void (*arrange)(struct policy_subject *s);
} cases[] = {
    { "fresh", make_fresh },
    { "in_window", keep },
    { "expired", expire },
    { "locked", lock },
    { "locked_expired", lock_expired },
    { "cancelled", cancel },
    { "open_renewal", open_renewal },
    { "open_renewal_expired", open_renewal_expired },
    { "open_renewal_locked", open_renewal_locked },
    { "open_repair", open_repair },
    { "open_issue", open_issue },
    { "own_card", own_card },
    { "own_card_expired", own_card_expired },
    { "own_second_card", own_second_card },
    { "blank", blank },
    { "closed_holder", close_holder },
    { "unknown_card", unknown_card },
    { "blocked", blocked },
    { "blocked_can_reset", blocked_can_reset },
    { "emptied", emptied },
    { "foreign_card", foreign_card },
    { "unrecorded_card", unrecorded_card },
    { "no_card", no_card },
    { "other_organisation", other_organisation },
};

/* One section of a table: its subject, and which services its rows have named so far. */
struct section {
    const struct policy *policy;
    const char *file;
    size_t line, count;
    bool with_rights;
    size_t case_index;
    struct policy_result results[ROLES];
    bool seen[POLICY_SERVICE_MAX];
};

static void evaluate_case(struct section *s)
{
    for (size_t i = 0; i < ROLES; i++) {
        struct policy_subject subject = policy_case();
        subject.operator.profile =
            policy_case_profile("x", profiles[i].job_role, profiles[i].activities);
        cases[s->case_index].arrange(&subject);
        policy_evaluate(s->policy, &subject, &s->results[i]);
    }
}

static void end_section(const struct section *s)
{
    for (unsigned i = POLICY_NO_SERVICE + 1; s->count > 0 && i < POLICY_SERVICE_MAX; i++) {
        bool needed =
            s->with_rights || policy_service_kind((enum policy_service)i) != POLICY_KIND_RIGHT;
        if (needed && !s->seen[i]) {
            fail_msg("%s:%zu: no row for '%s' above", s->file, s->line,
                     policy_service_name((enum policy_service)i));
        }
    }
}

static void begin_section(struct section *s, const char *name)
{
    end_section(s);
    CHECK(s->count < COUNT(cases));
    s->case_index = s->count++;
    const char *expected = cases[s->case_index].name;
    if (strncmp(name, expected, strlen(expected)) != 0 || name[strlen(expected)] != ':') {
        fail_msg("%s:%zu: the case '%s' is expected here", s->file, s->line, expected);
    }
    s->with_rights = text_equal(expected, "fresh") || text_equal(expected, "other_organisation");
    (void)memset(s->seen, 0, sizeof(s->seen));
    evaluate_case(s);
}

/* What a cell and the reasons of its row say together. */
static void expected_reasons(char cell, const char *reasons, char *ret_text, size_t max)
{
    const char *first = cell == '.' ? "POLICY_ROLE" : cell == 's' ? "POLICY_SCOPE" : "";
    char rest[256];
    CHECK(text_copy(rest, sizeof(rest), text_equal(reasons, "-") ? "" : reasons));
    char *expired = strstr(rest, "POLICY_EXPIRED");
    if (cell == '+') {
        CHECK(expired != NULL);
        *expired = '\0';
        if (expired > rest) {
            expired[-1] = '\0';
        }
    }
    const char *joint = first[0] != '\0' && rest[0] != '\0' ? " " : "";
    const char *none = first[0] == '\0' && rest[0] == '\0' ? "-" : "";
    CHECK(text_format(ret_text, max, "%s%s%s%s", first, joint, rest, none));
}

static void check_row(struct section *s, enum policy_service service, const char *cells,
                      const char *reasons)
{
    CHECK(!s->seen[service]);
    s->seen[service] = true;
    for (size_t i = 0; i < ROLES; i++) {
        char expected[300];
        expected_reasons(cells[i], reasons, expected, sizeof(expected));
        const char *found = policy_case_reasons(&s->results[i], service);
        if (strcmp(found, expected) != 0) {
            fail_msg("%s:%zu: column %zu: expected %s, found %s", s->file, s->line, i + 1, expected,
                     found);
        }
    }
}

/* "renew   . y y . y y .   REASON REASON   # source" */
static void read_row(struct section *s, char *line)
{
    enum policy_service service = POLICY_NO_SERVICE;
    char *rest = NULL, cells[ROLES] = { 0 }, reasons[256] = "";
    CHECK(s->count > 0);
    const char *word = strtok_r(line, " ", &rest);
    if (!policy_service_by_name(word, &service)) {
        fail_msg("%s:%zu: unknown service '%s'", s->file, s->line, word);
    }
    for (size_t i = 0; i < ROLES; i++) {
        word = strtok_r(NULL, " ", &rest);
        CHECK(word != NULL && strlen(word) == 1 && strchr("y+s.", word[0]) != NULL);
        cells[i] = word[0];
    }
    while ((word = strtok_r(NULL, " ", &rest)) != NULL && word[0] != '#') {
        size_t len = strlen(reasons);
        CHECK(text_format(reasons + len, sizeof(reasons) - len, "%s%s", len == 0 ? "" : " ", word));
    }
    CHECK(reasons[0] != '\0');
    check_row(s, service, cells, reasons);
}

static void check_table(const char *policy, const char *file)
{
    static struct section section;
    section = (struct section){ .policy = policy_case_policy(policy), .file = file };
    char *rest = (char *)(uintptr_t)policy_case_file(file).ptr;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        section.line++;
        if (strncmp(line, "case ", 5) == 0) {
            begin_section(&section, line + 5);
        } else if (line[0] != '\0' && line[0] != '#') {
            read_row(&section, line);
        }
    }
    end_section(&section);
    CHECK_EQ(section.count, COUNT(cases));
}

TEST(policy_golden__cis_2015_answers_as_the_table_written_by_hand)
{
    CHECK(COUNT(cases) >= CASES_MIN);
    check_table("cis-2015", "test/golden/policy/cis-2015.txt");
}

TEST(policy_golden__cim_2025_answers_as_the_table_written_by_hand)
{
    check_table("cim-2025", "test/golden/policy/cim-2025.txt");
}

/* Rights that need no card are the same in every case that is about the same organisation. */
TEST(policy_golden__a_card_never_changes_what_a_session_may_look_at)
{
    const struct policy *policy = policy_case_policy("cis-2015");
    for (size_t c = 0; c + 1 < COUNT(cases); c++) {
        struct policy_subject plain = policy_case(), changed = policy_case();
        struct policy_result a, b;
        cases[c].arrange(&changed);
        policy_evaluate(policy, &plain, &a);
        policy_evaluate(policy, &changed, &b);
        for (unsigned i = POLICY_NO_SERVICE + 1; i < POLICY_SERVICE_MAX; i++) {
            if (policy_service_kind((enum policy_service)i) == POLICY_KIND_RIGHT) {
                CHECK_EQ(policy_refusal(&a, (enum policy_service)i),
                         policy_refusal(&b, (enum policy_service)i));
            }
        }
    }
}

/* What destroys keys is marked, so that nobody does it unasked. */
TEST(policy_golden__only_an_issue_of_a_blocked_card_begins_with_a_reset)
{
    const struct policy *policy = policy_case_policy("cis-2015");
    for (size_t c = 0; c < COUNT(cases); c++) {
        struct policy_subject subject = policy_case();
        struct policy_result result;
        cases[c].arrange(&subject);
        policy_evaluate(policy, &subject, &result);
        for (unsigned i = 0; i < POLICY_SERVICE_MAX; i++) {
            bool wipes = i == POLICY_ISSUE && result.services[i].available &&
                         text_equal(cases[c].name, "blocked_can_reset");
            CHECK_EQ(result.services[i].reset, wipes);
        }
    }
}

TEST(policy_golden__only_the_open_job_is_marked_as_resumed)
{
    const struct policy *policy = policy_case_policy("cis-2015");
    for (size_t c = 0; c < COUNT(cases); c++) {
        struct policy_subject subject = policy_case();
        struct policy_result result;
        cases[c].arrange(&subject);
        policy_evaluate(policy, &subject, &result);
        for (unsigned i = 0; i < POLICY_SERVICE_MAX; i++) {
            CHECK_EQ(result.services[i].resume,
                     i != POLICY_NO_SERVICE && subject.card.open_job == i);
        }
    }
}
