/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_call.h"

/* vcard_command: finds the handler of a command, and selects applications. Private to src/vcard.
 *
 *     uint16_t sw = vcard_command_run(&card, &call);
 *
 * Before PIV is selected every other command is answered 6D00, as by a card whose applet is not
 * the default one. A second, empty application (GlobalPlatform's issuer domain) can be selected,
 * so that "another program selected another applet" can be played.
 * Tests: test/unit/vcard/test_vcard_command.c */
uint16_t vcard_command_run(struct vcard *card, struct vcard_call *call);
/* May the command be sent again unharmed, with the Le that a 6Cxx names? */
bool vcard_command_is_read(uint8_t ins);
/* Clears the PIN and 9B status and any exchange under way. */
void vcard_command_close_session(struct vcard_session *session);
