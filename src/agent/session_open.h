/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* session_open: what the server says a session is becomes the desk's session.
 *
 *     status = session_open_take(&login, answer, now_ms, &session);
 *
 * Moves key, passcode and person out of `login` on success. Under the policy's `each_act` the
 * passcode is not kept. Errors: SERVER_PROTOCOL when a member is missing or has another form.
 * Tests: test/unit/agent/test_session_open.c */
MUST_USE enum status session_open_take(struct desk_login *login, const json_t *answer,
                                       int64_t now_ms, struct desk_session *ret_session);
