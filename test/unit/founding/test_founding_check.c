/* SPDX-License-Identifier: Apache-2.0 */
#include "founding/founding_check.h"

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/founding/founding_fixture.h"

static struct fault fault;
static char long_text[400];

/* `len` bytes; good until the next call. */
static const char *letters(size_t len)
{
    memset(long_text, 'a', len);
    long_text[len] = '\0';
    return long_text;
}

static enum status check(struct founding_options options)
{
    fault = fault_of(STATUS_OK, "");
    return founding_check(&options, &fault);
}

/* `member` lies in `options`; the fixture's value is put back. */
static void check_good(struct founding_options *options, const char **member, const char *value)
{
    const char *before = *member;
    *member = value;
    CHECK_EQ(check(*options), STATUS_OK);
    *member = before;
}

static void check_refused(struct founding_options *options, const char **member, const char *value,
                          const char *detail)
{
    const char *before = *member;
    *member = value;
    CHECK_EQ(check(*options), STATUS_BAD_VALUE);
    CHECK_EQ(fault.status, STATUS_BAD_VALUE);
    CHECK_TEXT(fault.detail, detail);
    *member = before;
}

TEST(founding_check__lets_through_what_can_be_founded_and_makes_nothing)
{
    fixture_prepare();
    CHECK_EQ(check(fixture_options), STATUS_OK);
    CHECK_EQ(fault.status, STATUS_OK);
    CHECK(!fixture_has("."));
}

TEST(founding_check__contacts_have_a_length_and_one_line)
{
    fixture_prepare();
    struct founding_options o = fixture_options;
    check_good(&o, &o.ra_desk, letters(255));
    check_good(&o, &o.banner, letters(255));
    check_good(&o, &o.banner, "");
    check_refused(&o, &o.ra_desk, letters(256), "--ra-desk: 1 to 255 bytes, one line of text");
    check_refused(&o, &o.site_it, letters(256), "--site-it: 1 to 255 bytes, one line of text");
    check_refused(&o, &o.banner, letters(256), "--banner: 0 to 255 bytes, one line of text");
    check_refused(&o, &o.ra_desk, "", "--ra-desk: 1 to 255 bytes, one line of text");
    check_refused(&o, &o.banner, "a\nb", "--banner: 0 to 255 bytes, one line of text");
    check_refused(&o, &o.banner, "\xFF", "--banner: 0 to 255 bytes, one line of text");
}

TEST(founding_check__the_server_listens_at_an_address)
{
    static const char detail[] = "--address: 1 to 45 bytes, an IPv4 or IPv6 address";
    fixture_prepare();
    struct founding_options o = fixture_options;
    check_good(&o, &o.address, "0.0.0.0");
    check_good(&o, &o.address, "::1");
    check_refused(&o, &o.address, "", detail);
    check_refused(&o, &o.address, "300.1.1.1", detail);
    check_refused(&o, &o.address, "localhost", detail);
}

TEST(founding_check__a_host_can_stand_in_an_origin_and_in_a_certificate)
{
    static const char detail[] = "--host: 1 to 64 bytes, a DNS name or an address";
    static const char *const wrong[] = { "",     "foo bar", "300.1.1.1", "a:b",     "*.example",
                                         "-a.b", ".a",      "a..b",      "a/b",     "a?b",
                                         "a@b",  "[::1]",   "...",       "a\nb.org" };
    fixture_prepare();
    struct founding_options o = fixture_options;
    check_good(&o, &o.host, "ra.example.org");
    check_good(&o, &o.host, "192.0.2.7");
    check_good(&o, &o.host, "2001:db8::7");
    check_good(&o, &o.host, letters(64));
    check_refused(&o, &o.host, letters(65), detail);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        check_refused(&o, &o.host, wrong[i], detail);
    }
}

TEST(founding_check__an_organisation_can_stand_in_a_certificate)
{
    static const char detail[] = "--organisation: 1 to 100 bytes, one line of 64 characters at "
                                 "most, no space at its ends";
    fixture_prepare();
    struct founding_options o = fixture_options;
    check_good(&o, &o.organisation_name, letters(64));
    check_refused(&o, &o.organisation_name, letters(65), detail);
    check_refused(&o, &o.organisation_name, "", detail);
    check_refused(&o, &o.organisation_name, " a", detail);
    check_refused(&o, &o.organisation_code, "ZX9\n",
                  "--code: 1 to 16 bytes, of A to Z, 0 to 9 and '-'");
    check_refused(&o, &o.organisation_code, "zx9",
                  "--code: 1 to 16 bytes, of A to Z, 0 to 9 and '-'");
}

TEST(founding_check__a_manager_fits_the_store_and_the_profiles)
{
    fixture_prepare();
    struct founding_options o = fixture_options;
    check_good(&o, &o.manager.title, "");
    check_refused(&o, &o.manager.given, "Ri\nta", "--given: 1 to 100 bytes, one line of text");
    check_refused(&o, &o.manager.family, "", "--family: 1 to 100 bytes, one line of text");
    check_refused(&o, &o.manager.title, letters(36), "--title: 0 to 35 bytes, one line of text");
    check_refused(&o, &o.manager.email, letters(255), "--email: 0 to 254 bytes, one line of text");
    /* CN={uuid}_{given}_{family}: 12 + 1 + 43 + 1 + 7 characters are 64 */
    check_good(&o, &o.manager.given, letters(43));
    check_refused(&o, &o.manager.given, letters(44),
                  "--given, --family: do not fit 'O={organisation_name}, OU=People, "
                  "CN={uuid}_{given}_{family}' of the profile 'content-signing', 64 characters");
}

TEST(founding_check__the_cas_have_begun_and_outlive_the_first_day)
{
    static const char detail[] = "--valid-from: a moment of the past, 13 years ago at most";
    const instant year = (instant)365 * SECONDS_PER_DAY;
    fixture_prepare();
    struct founding_options o = fixture_options;
    o.not_before = o.now;
    CHECK_EQ(check(o), STATUS_OK);
    o.not_before = o.now - 13 * year;
    CHECK_EQ(check(o), STATUS_OK);
    o.not_before = o.now + 1;
    CHECK_EQ(check(o), STATUS_BAD_VALUE);
    CHECK_TEXT(fault.detail, detail);
    o.not_before = o.now - 13 * year - 1;
    CHECK_EQ(check(o), STATUS_BAD_VALUE);
    CHECK_TEXT(fault.detail, detail);
}

TEST(founding_check__a_profile_that_is_missing_is_named)
{
    fixture_prepare();
    struct founding_options o = fixture_options;
    o.data = "/nonexistent";
    CHECK_EQ(check(o), STATUS_NOT_FOUND);
    CHECK_TEXT(fault.detail, "/nonexistent/profiles/authentication.json");
}
