// SPDX-License-Identifier: Apache-2.0
// validity: the life of a pair of certificates, as a bar and as words.
import type { Certificate } from "../desk/types.ts";

const DAY = 86400;

export interface Validity {
    from: number;
    until: number;
    /** 0 to 1: where now, and the begin of the renewal window, stand on the bar. */
    now: number;
    opens: number;
    opens_at: number;
    days_left: number;
    state: "good" | "due" | "expired";
}

/** Of the certificate that ends first; null: the card has none. */
export function validityOf(certificates: Certificate[], now: number, windowDays: number): Validity | null {
    const first = [...certificates].sort((a, b) => a.not_after - b.not_after)[0];
    if (first === undefined) {
        return null;
    }
    const { not_before: from, not_after: until } = first;
    const opens_at = until - windowDays * DAY;
    const place = (at: number) => Math.min(1, Math.max(0, (at - from) / Math.max(1, until - from)));
    return {
        from,
        until,
        now: place(now),
        opens: place(opens_at),
        opens_at,
        days_left: Math.max(0, Math.floor((until - now) / DAY)),
        state: now >= until ? "expired" : now >= opens_at ? "due" : "good",
    };
}
