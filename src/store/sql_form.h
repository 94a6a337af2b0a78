/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "store/sql.h"

/* sql_form: has this text the form that its column asks for?
 *
 *     if (!sql_form_is_good(SQL_ID, text)) { BAD_VALUE going in, STORE coming out }
 *
 * Tests: test/unit/store/test_sql_form.c */

/* `text` may hold zero bytes: then it is refused. False for the forms that are not text. */
bool sql_form_is_good(enum sql_form form, struct span text);
