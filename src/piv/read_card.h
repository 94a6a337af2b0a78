/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "card/batch.h"

/* read_card: the fixed list of commands with which the agent finds out who a card is.
 *
 *     read_card_batch(&batch);      play it with batch_run; it needs no PIN and changes nothing
 *     ... card_report_read.h (wire_agent) makes the report from the answers
 *
 * SELECT; GET VERSION, and only where that is answered GET SERIAL and the metadata of 9B, 80, 81,
 * 9A, 9C; where there is no metadata an empty VERIFY for the tries left, and requests for a 9B
 * witness (AES-256, -192, -128, 3DES) until one is answered; then CHUID, discovery object and both
 * certificates. Everything but SELECT may be refused. No command is sent whose answer is known.
 * Limits: at most READ_CARD_OPS_MAX commands: 11 on a plain card with a 3DES key, 12 on one with
 * metadata. Tests: test/unit/piv/test_read_card.c */
enum { READ_CARD_OPS_MAX = 17 };

/* Labels of the ops. */
#define READ_CARD_SELECT "select"
#define READ_CARD_VERSION "version"
#define READ_CARD_SERIAL "serial"
#define READ_CARD_METADATA_9B "metadata-9b"
#define READ_CARD_METADATA_80 "metadata-80"
#define READ_CARD_METADATA_81 "metadata-81"
#define READ_CARD_METADATA_9A "metadata-9a"
#define READ_CARD_METADATA_9C "metadata-9c"
#define READ_CARD_TRIES "tries"
#define READ_CARD_WITNESS_0C "witness-0c"
#define READ_CARD_WITNESS_0A "witness-0a"
#define READ_CARD_WITNESS_08 "witness-08"
#define READ_CARD_WITNESS_03 "witness-03"
#define READ_CARD_CHUID "chuid"
#define READ_CARD_DISCOVERY "discovery"
#define READ_CARD_CERTIFICATE_9A "certificate-9a"
#define READ_CARD_CERTIFICATE_9C "certificate-9c"

void read_card_batch(struct batch *ret_batch);
