/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_call.h"

/* vcard_object: GET DATA and PUT DATA (SP 800-73-4 part 2, 3.1.2 and 3.3.1) and the table of data
 * objects with who may read them (part 1, table 2). Private to src/vcard.
 *
 * Reading is free but for printed information, fingerprints, face, iris and pairing code, which
 * need the PIN. Writing needs 9B. Writing an empty object removes it. An object longer than the
 * card's limit is refused with 6A84.
 * Tests: test/unit/vcard/test_vcard_object.c */
uint16_t vcard_object_get(struct vcard *card, struct vcard_call *call);
uint16_t vcard_object_put(struct vcard *card, struct vcard_call *call);
/* What has arrived of a chained PUT DATA, on a card that writes as data arrives. */
void vcard_object_stream(struct vcard *card, struct span arrived);
/* The card was pulled in the middle of this PUT DATA: half of the object is there. */
void vcard_object_tear(struct vcard *card, struct span data);

uint32_t vcard_object_tag(size_t index);
/* NULL for an index past the end. */
const char *vcard_object_name(size_t index);
/* The discovery object of a card without a global PIN (part 1, 3.3.2). */
void vcard_object_write_discovery(struct vcard *card);
/* A CHUID (part 1, table 9) as some makers put it on: a FASC-N of no agency, a GUID, no signature.
 */
void vcard_object_write_chuid(struct vcard *card);
/* VCARD_OBJECTS when there is none. */
size_t vcard_object_index(uint32_t tag);
/* The certificate of slot `from` goes to that of slot `to`, which loses its own; another value of
 * `to`: it is gone. */
void vcard_object_move_certificate(struct vcard *card, uint8_t to, uint8_t from);
