// SPDX-License-Identifier: Apache-2.0
// place: which screen is shown. What the desk says goes before where the person went: nobody is
// logged in, so nothing but the log-in is shown; a card left, so its details are gone.
import type { Card, Desk, JobLine, JobRequest, Person, Problem, Receipt, UserCard } from "../desk/types.ts";

/** A card that was chosen from a person's list and is still to be inserted. */
export interface Wanted {
    person: Person;
    card: Card;
    service: string;
}

/** A job as this tab sees it: asked for, its lines so far, and how it ended. */
export interface Run {
    request: Pick<JobRequest, "service" | "left_locked" | "identity_check">;
    identity: string;
    person: Person | null;
    lines: JobLine[];
    started_ms: number;
    ended_ms?: number;
    receipt?: Receipt;
    fault?: { step?: string; problem: Problem };
    waiting?: boolean;
}

export type Place =
    | { at: "home" }
    | { at: "manage" }
    | { at: "services" }
    | { at: "form"; service: string; fault?: Problem; resumes?: boolean }
    | { at: "run" }
    | { at: "test" }
    | { at: "find" }
    | { at: "person"; uuid: string }
    | { at: "device"; person: Person; card: Card }
    | { at: "bring"; wanted: Wanted }
    | { at: "jobs" }
    | { at: "help"; topic: string };

/** Screens that speak of the card in the reader: with another card they begin anew, at its question. */
export const aboutTheCard = (place: Place) => ["manage", "services", "form", "test"].includes(place.at);

/** Is this the card that was chosen? By the directory's number, not by who it is said to be. */
export const isWanted = (wanted: Wanted, card: UserCard) => card.identify?.card?.id === wanted.card.id;

/** Where a change of the card leads; `run`: the last job of this tab. The same place: nowhere. */
export function afterCard(place: Place, before: Desk | null, desk: Desk, run: Run | null): Place {
    const old = before?.card?.insertion;
    const card = desk.card;
    if (card === null) {
        return old !== undefined && aboutTheCard(place) ? { at: "manage" } : place;
    }
    if (place.at === "bring") {
        return card.state === "ready" && isWanted(place.wanted, card)
            ? { at: "form", service: place.wanted.service }
            : place;
    }
    if (goesOn(run, card)) {
        return place.at === "run" ? { at: "form", service: run!.request.service, resumes: true } : place;
    }
    return showsItself(place, card, old, run) && mayManage(desk) ? { at: "manage" } : place;
}

/** Only where nobody is in the middle of something else. A run that waits for its card gives way to
 * another one as soon as that is known to be another. */
function showsItself(place: Place, card: UserCard, old: string | undefined, run: Run | null): boolean {
    if (place.at === "run" && run?.waiting) {
        return (card.state === "ready" || card.state === "failed") && card.identity !== "" && card.identity !== run.identity;
    }
    const waits = place.at === "home" || place.at === "manage" || (place.at === "run" && (run === null || run.ended_ms !== undefined));
    return waits && card.insertion !== old;
}

/** The card of the interrupted job is back, and its job is open. */
export function goesOn(run: Run | null, card: UserCard): boolean {
    return (
        run?.waiting === true &&
        card.state === "ready" &&
        card.identity === run.identity &&
        card.identify!.services.some((s) => s.service === run.request.service && s.available)
    );
}

function right(desk: Desk, name: string): boolean {
    const found = desk.session?.rights?.find((r) => r.right === name);
    return found === undefined || found.available;
}

/** R7: with some roles one starts from a search, not from the card. */
export const mayManage = (desk: Desk) => right(desk, "manage_tab");
export const maySearch = (desk: Desk) => right(desk, "search");
