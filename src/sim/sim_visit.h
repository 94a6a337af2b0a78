/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* sim_visit: who comes to a desk, drawn.
 *
 *     sim_visit_somebody();          somebody, to a free desk
 *     sim_visit_elsewhere(busy);     the same, while the desk `busy` waits; no deeper
 *     card = sim_visit_what_is_open();   a colleague of fewer rights, to a job that is left open
 *
 * The last: the first card on which the RA manager finds an open job goes to the other desk, where
 * an RA agent of the own organisation, or a sponsor, does what is offered. SIM_NO_CARD: none is
 * open. */
void sim_visit_somebody(void);
void sim_visit_elsewhere(int busy);
int sim_visit_what_is_open(void);
