/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/session_resume.h"

#include "test/lib/test.h"

static struct locked_secret held;

/* The last good lease was asked for at 0 ms: it ended at 15000 ms. */
static struct desk_session session_of(struct locked_secret *passcode)
{
    return (struct desk_session){ .open = true, .lease_until_ms = 15000, .passcode = passcode };
}

TEST(session_resume__is_due_when_the_lease_ran_out_in_a_gap)
{
    struct desk_session s = session_of(&held);

    CHECK(session_resume_is_due(&s, STATUS_SESSION_EXPIRED, 15000));
    CHECK(session_resume_is_due(&s, STATUS_SESSION_MISSING, 119999));
    CHECK(!session_resume_is_over(&s, 119999));
}

TEST(session_resume__never_lengthens_a_session_whose_time_is_over)
{
    struct desk_session s = session_of(&held);

    CHECK(!session_resume_is_due(&s, STATUS_SESSION_EXPIRED, 14999)); /* the lease was good */
}

TEST(session_resume__never_brings_an_ended_session_back)
{
    struct desk_session s = session_of(&held);

    CHECK(!session_resume_is_due(&s, STATUS_SESSION_ENDED, 20000));
    CHECK(!session_resume_is_due(&s, STATUS_ROLE_ENDED, 20000));
    s.open = false;
    CHECK(!session_resume_is_due(&s, STATUS_SESSION_EXPIRED, 20000));
}

TEST(session_resume__ends_after_two_minutes)
{
    struct desk_session s = session_of(&held);

    CHECK(!session_resume_is_due(&s, STATUS_SESSION_EXPIRED, 120000));
    CHECK(session_resume_is_over(&s, 120000));
}

TEST(session_resume__needs_the_passcode)
{
    struct desk_session s = session_of(NULL);

    CHECK(!session_resume_is_due(&s, STATUS_SESSION_EXPIRED, 15000));
    CHECK(session_resume_is_over(&s, 15000));
    CHECK(!session_resume_is_over(&s, 14999));
}
