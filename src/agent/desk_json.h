/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* desk_json: the state of the desk as page and command line see it (docs/protocol/desk.md).
 * With the lock held; new references, NULL: no memory. Nothing here is a secret.
 * Tests: test/unit/agent/test_desk.c */
json_t *desk_json_locked_state(struct desk *desk);
/* The members `card` and `session` alone. */
json_t *desk_json_locked_card(struct desk *desk);
json_t *desk_json_locked_session(struct desk *desk);
/* What of the server's answer to identify is shown: without nonce and preludes. */
json_t *desk_json_shown(const json_t *identify);
