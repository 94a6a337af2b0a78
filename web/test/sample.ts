// SPDX-License-Identifier: Apache-2.0
// sample: a desk, as the agent would tell it; each test changes what it is about.
import type { Card, Cure, Desk, Identify, Receipt, Service, UserCard } from "../src/desk/types.ts";

export const NOW = Date.UTC(2026, 10, 22, 10, 42) / 1000;
export const DAY = 86400;

export const person = {
    uuid: "900000000066", given: "Aisha", family: "Khan", title: "Dr", org: "ZW1", org_name: "Wellside Hospitals", closed: false,
};
export const profile = { id: "900000001015", role: "R5090", role_name: "RA Agent", org: "ZW1", org_name: "Wellside Hospitals", ends_at: 0 };

export const card: Card = {
    id: "c1", serial: "10000006", guid: "00112233445566778899aabbccddeeff", label: "", model: "metadata", state: "active", issued_at: 0, identity: "serial 10000006",
};

export const service = (name: string, available: boolean, more: Partial<Service> = {}): Service => ({
    service: name, title: name, available, resume: false, identity_check: name !== "renew", reasons: [], ...more,
});

export const cure = (name: string, available: boolean): Cure => ({ means: "service", text: "", service: name, available });

export const identify = (more: Partial<Identify> = {}): Identify => ({
    identity: "serial 10000006", now: NOW, card, person, certificates: [], diagnosis: { code: "due", title: "Due", severity: "warning", text: "due" }, findings: [], other_cards: [],
    cure: cure("renew", true), services: [service("renew", true), service("repair", false)], open_job: null, ...more,
});

export const userCard = (more: Partial<UserCard> = {}): UserCard => ({
    reader: "r2", insertion: "aa", identity: "serial 10000006", state: "ready", details_ms: 5, identify: identify(), ...more,
});

export const desk = (more: Partial<Desk> = {}): Desk => ({
    version: "0.1.0", word: "lantern", instance: "i", origin: "https://ra", workstation: "desk-7", serial: 1, now: NOW, readers: [], login: null, card: null, job: null,
    session: {
        session: "s", person: { ...person, uuid: "900000000025" }, profile, banner: "", contacts: { ra_desk: "RA", site_it: "IT" },
        policy: { name: "cis-2015", passcode_min: 6, passcode_max: 8, window_days: 90, operator_idle_minutes: 15, session_minutes: 600 },
        operator_passcode: "held",
    },
    ...more,
});

export const receipt: Receipt = {
    number: "R-1", job: "j", service: "renew", person, card, at: NOW, not_after: NOW + 730 * DAY, next_renewal: NOW + 640 * DAY, left_locked: false, certificates: [],
};
