// SPDX-License-Identifier: Apache-2.0
// offer: the one thing that a card needs, and what is possible besides.
import type { Identify, Service } from "../desk/types.ts";

/** Services that the page has a form for. */
export const FORMS = ["renew", "repair", "issue"];

export interface Offer {
    /** What the card needs; null: nothing, or nothing that this session may do. */
    primary: Service | null;
    /** What would be needed and is not possible, with the reasons. */
    refused: Service | null;
}

const needs: Record<string, string[]> = {
    due: ["renew"],
    expired: ["repair", "renew"],
    locked: ["unlock", "repair"],
    not_issued: ["issue"],
    blank: ["issue"],
};

export function offerOf(identify: Identify): Offer {
    const by = (name: string) => identify.services.find((s) => s.service === name);
    const open = identify.open_job && by(identify.open_job.service);
    const wanted = open
        ? [open]
        : (needs[identify.diagnosis.code] ?? []).map(by).filter((s): s is Service => s !== undefined);
    const primary = wanted.find((s) => s.available && FORMS.includes(s.service)) ?? null;
    const told = wanted.find((s) => !s.reasons.some((r) => r.name === "SERVICE_NOT_OFFERED")) ?? wanted[0];
    return { primary, refused: primary === null ? (told ?? null) : null };
}
