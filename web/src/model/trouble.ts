// SPDX-License-Identifier: Apache-2.0
// trouble: how often something went wrong, whom to call, and what to tell them.
import type { Contacts, Problem } from "../desk/types.ts";

/** Counts failures of one kind of work on one card; a success forgets them. */
export class Failures {
    #count = new Map<string, number>();
    add(key: string): number {
        const next = (this.#count.get(key) ?? 0) + 1;
        this.#count.set(key, next);
        return next;
    }
    count(key: string): number {
        return this.#count.get(key) ?? 0;
    }
    clear(key?: string): void {
        key === undefined ? this.#count.clear() : this.#count.delete(key);
    }
}

/** Faults of the workstation are the site's IT's business at once; others at the second failure. */
export function contactOf(problem: Problem, failures: number, contacts: Contacts): string | null {
    if (problem.actor === "site_it") {
        return contacts.site_it || null;
    }
    return failures >= 2 ? contacts.ra_desk || null : null;
}

export interface Circumstances {
    at: Date;
    service: string;
    step: string;
    card: string;
    job: string;
    workstation: string;
    origin: string;
    version: string;
    failures: number;
}

/** For the help desk. Holds no passcode and no name; the card is told by its number. */
export function reportOf(problem: Problem, c: Circumstances): string {
    const rows: [string, string | number | undefined][] = [
        ["error", `${problem.code} ${problem.name}`],
        ["cause", problem.cause],
        ["detail", problem.detail],
        ["status word", problem.sw],
        ["card", problem.card],
        ["time", c.at.toISOString()],
        ["service", c.service],
        ["step", c.step],
        ["failures", c.failures],
        ["card number", c.card],
        ["job", c.job],
        ["workstation", c.workstation],
        ["server", c.origin],
        ["version", c.version],
    ];
    return rows
        .filter(([, value]) => value !== undefined && value !== "")
        .map(([name, value]) => `${name}: ${value}`)
        .join("\n");
}
