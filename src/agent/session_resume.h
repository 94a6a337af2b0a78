/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* session_resume: a session outlives a gap in the line, because the operator's card never left.
 *
 *     if (session_resume_is_due(&desk->session, status, now_ms)) {
 *         status = session_resume_run(desk);        on the keeper's thread, with the lock held
 *     }
 *
 * When the lease ran out while the server could not be reached, the card signs a new log-in with
 * the passcode that is held, and the same role profile is taken. Only within SESSION_RESUME_MS
 * after the last good lease, never after the server said that the session was ended, and never past
 * the session's own time. Without a held passcode (policy `each_act`, or forgotten) there is no
 * resuming. Tests: test/unit/agent/test_session_resume.c (when); with cards in the end-to-end
 * tests. */
enum { SESSION_RESUME_MS = 120000 };

bool session_resume_is_due(const struct desk_session *session, enum status status, int64_t now_ms);
/* Nothing is gained by asking on. */
bool session_resume_is_over(const struct desk_session *session, int64_t now_ms);
/* Gives the lock away meanwhile. On success desk->session is another one, begun at the same time.
 */
MUST_USE enum status session_resume_run(struct desk *desk);
