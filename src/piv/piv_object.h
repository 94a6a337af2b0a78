/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* piv_object: the data objects of a PIV card, and the data fields that read and write them.
 *
 *     piv_object_get_field(PIV_OBJECT_CHUID, &field);              5C 03 5FC102
 *     piv_object_put_field(PIV_OBJECT_CHUID, content, &field);     5C 03 5FC102 53 len content
 *     status = piv_object_content(PIV_OBJECT_CHUID, answer, &content);
 *
 * "Content" is what stands inside the outer tag: 53, or 7E for the discovery object, whose data
 * field has no tag list when it is written (SP 800-73-4 part 2, 3.1.2 and 3.3.1). The content of
 * each kind of object has a file of its own: chuid.h, capability.h, cert_container.h, ...
 * Memory: nothing is kept; `ret_content` borrows from `answer`.
 * Limits: `size` is what every card has room for (SP 800-73-4 part 1, table 7); more may fit.
 * Errors: a field that does not fit its buffer: false. Bad answers: STATUS_CARD_ANSWER.
 * Tests: test/unit/piv/test_piv_object.c */
enum { PIV_RETIRED_COUNT = 20, PIV_OBJECT_FIELD_EXTRA = 9 /* put_field adds at most so much */ };

enum piv_object {
    PIV_OBJECT_CAPABILITY,
    PIV_OBJECT_CHUID,
    PIV_OBJECT_CERTIFICATE_9A, /* PIV authentication */
    PIV_OBJECT_FINGERPRINTS,
    PIV_OBJECT_SECURITY,
    PIV_OBJECT_FACIAL_IMAGE,
    PIV_OBJECT_CERTIFICATE_9E, /* card authentication */
    PIV_OBJECT_CERTIFICATE_9C, /* digital signature: here content signing */
    PIV_OBJECT_CERTIFICATE_9D, /* key management */
    PIV_OBJECT_PRINTED,
    PIV_OBJECT_DISCOVERY,
    PIV_OBJECT_KEY_HISTORY,
    PIV_OBJECT_IRIS,
    PIV_OBJECT_ATTESTATION, /* not in SP 800-73: the certificate of slot F9 */
    PIV_OBJECT_RETIRED_1,   /* certificate of slot 82; the next 19 follow */
    PIV_OBJECT_RETIRED_20 = PIV_OBJECT_RETIRED_1 + PIV_RETIRED_COUNT - 1,
    PIV_OBJECT_MAX
};

struct piv_object_entry {
    const char *name;   /* "chuid": for machines */
    uint32_t tag;       /* 0x5FC102; 0x7E for the discovery object */
    uint16_t size;      /* content bytes that every card can hold */
    bool pin_to_read;   /* GET DATA needs the PIN verified (SP 800-73-4 part 1, table 3) */
    const char *clause; /* of SP 800-73-4 part 1 */
};

const struct piv_object_entry *piv_object_entry(enum piv_object object);
MUST_USE bool piv_object_by_tag(uint32_t tag, enum piv_object *ret_object);
MUST_USE bool piv_object_by_name(const char *name, enum piv_object *ret_object);
/* The object with the certificate of a key slot: 9A, 9C, 9D, 9E, 82 to 95, F9. */
MUST_USE bool piv_object_of_slot(uint8_t slot, enum piv_object *ret_object);

/* Data field of GET DATA (INS CB, P1 P2 3F FF); appended to `ret_field`. */
MUST_USE bool piv_object_get_field(enum piv_object object, struct buf *ret_field);
/* Data field of PUT DATA (INS DB, P1 P2 3F FF); empty content empties the object. */
MUST_USE bool piv_object_put_field(enum piv_object object, struct span content,
                                   struct buf *ret_field);
/* Takes the outer tag off what GET DATA answered. An object that was emptied has content of
 * length 0. Bytes behind the object are refused. */
MUST_USE enum status piv_object_content(enum piv_object object, struct span answer,
                                        struct span *ret_content);
