/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

/* show_card: how persons, cards, certificates and services look on the command line. The objects
 * are those of docs/protocol/server.md, their texts safe for a terminal (agent_answer.h). */
void show_person(const json_t *person);
void show_card(const json_t *card);
void show_certificates(const json_t *certificates);
/* "; key attested by the card", why not, or "" where it was not asked for. */
const char *show_attestation(const json_t *certificate);
/* Every service, each available or with all its reasons and remedies. */
void show_services(const json_t *services);
void show_identify(const json_t *identify);
