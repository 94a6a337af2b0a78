/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* library_error: was it the bytes, or the library? Only for this module.
 *
 *     if (!good) { return library_error(STATUS_CERTIFICATE_FORM); }
 *
 * Forgets the library's errors, and answers OUT_OF_MEMORY if one of them was that, CRYPTO if one is
 * the library's own, else `otherwise`: a card must not be taken for damaged because a program had
 * no memory to read it. Tests: through test/unit/crypto/test_x509_read.c */
enum status library_error(enum status otherwise);
