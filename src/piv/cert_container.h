/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* cert_container: a certificate as it lies on the card (SP 800-73-4 part 1, appendix A, table 10).
 *
 *     cert_container_encode(der, &content);     70 len DER  71 01 00  FE 00
 *     status = cert_container_decode(content, &der);
 *
 * `content` is what stands inside the 53 (piv_object.h). Reading accepts an MSCUID (72) and a
 * missing error detection code, as old cards have it; nothing else, and each tag once, in order.
 * The DER is not looked at here.
 * Memory: `ret_der` borrows from `content`.
 * Errors: STATUS_CARD_ANSWER for anything torn; STATUS_CARD_COMPRESSED for a sound container that
 * holds a compressed certificate (CertInfo bit 0x01), which is not unpacked.
 * Tests: test/unit/piv/test_cert_container.c */
enum { CERT_CONTAINER_EXTRA = 9 /* encoding adds at most so much */ };

MUST_USE bool cert_container_encode(struct span der, struct buf *ret_content);
MUST_USE enum status cert_container_decode(struct span content, struct span *ret_der);
