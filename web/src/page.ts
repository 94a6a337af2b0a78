// SPDX-License-Identifier: Apache-2.0
// page: what this tab knows and does. One object; screens read it and call its verbs, and are drawn
// anew after each change.
//
//     link      the line to the agent: only when it is "live" is anything of the desk shown
//     desk      the agent's state, replaced as a whole by each event
//     place     where the person went (model/place.ts); a session's end leads home
//     run       the job that this tab asked for
//
// Passcodes are never kept here: a form gives them to the request and forgets them.
import * as agent from "./desk/agent.ts";
import type { Desk, JobLine, JobRequest, Problem } from "./desk/types.ts";
import { lockOf, opens, type Lock } from "./model/lock.ts";
import { aboutTheCard, afterCard, type Place, type Run } from "./model/place.ts";
import { Failures } from "./model/trouble.ts";

export type Link = "connecting" | "live" | "offline" | "gone" | "elsewhere";

/** So long after a change of screen that nobody asked for, Enter does nothing: it was meant for the
 * screen before. */
export const GUARD_MS = 500;
const AGAIN_MS = 1000;

export class Page {
    link: Link = "connecting";
    desk: Desk | null = null;
    place: Place = { at: "home" };
    run: Run | null = null;
    lock: Lock | null = null;
    /** The address that opened this tab had been used before, or was too old. */
    spent = false;
    /** Work was stopped by the end of the session: said at the log-in, without a name. */
    stopped = false;
    /** Cards that were served in the last session: not the own one. */
    #served = new Set<string>();
    readonly failures = new Failures();
    readonly took: Record<string, number> = {};
    /** Only the holder's fields are on screen. */
    handed = false;
    /** What the agent refused and the form has to show. */
    refusal: Problem | null = null;
    /** Where the person went, and where in it we are: the browser's back and forward move along it. */
    #trail: Place[] = [{ at: "home" }];
    #at = 0;
    #last: Run | null = null;
    #photographs = new Map<string, Promise<string | null>>();
    #stream: AbortController | null = null;
    #turn = 0;
    /** A job of this tab whose end has not come by the desk's events yet: they may be late. */
    #own = false;
    #guard = 0 as unknown as ReturnType<typeof setTimeout>;
    #changed: () => void;

    constructor(changed: () => void) {
        this.#changed = changed;
    }

    // ---- the line to the agent ----

    async start(): Promise<void> {
        const token = agent.takeToken();
        if (token !== null) {
            this.spent = await agent.redeem(token).then(() => false, (e: agent.Refused) => e.problem.name === "PAGE_TOKEN");
        }
        addEventListener("popstate", (event) => this.#pop(typeof event.state === "number" ? event.state : 0));
        addEventListener("hashchange", () => agent.hasToken() && location.reload());
        await this.#claim(token !== null && !this.spent);
    }

    /** One tab is live: the newest to be opened, or the one in which "use it here" was said. */
    async #claim(steal: boolean): Promise<void> {
        if (!agent.hasBearer()) {
            this.#setLink("gone");
            return;
        }
        const options = steal ? { steal: true } : { ifAvailable: true };
        navigator.locks
            .request("desk", options, (lock) => (lock === null ? this.#setLink("elsewhere") : this.#live()))
            .catch(() => this.#leave("elsewhere"));
    }

    useHere = () => void this.#claim(true);

    /** One loop at a time: a newer claim, or the end of this one, ends the loop. */
    async #live(): Promise<void> {
        const turn = ++this.#turn;
        let fails = 0;
        this.#setLink("connecting");
        while (turn === this.#turn) {
            this.#stream = new AbortController();
            const take = (desk: Desk) => {
                fails = 0;
                this.#take(desk);
            };
            const refusal = await agent.follow(take, this.#stream).catch((e: agent.Refused) => e.problem);
            if (turn !== this.#turn) {
                return;
            }
            if (refusal?.name === "PAGE_BEARER") {
                agent.dropBearer();
                this.#leave("gone");
            } else if (++fails > 1) {
                this.#forget();
                this.desk = null;
                this.#setLink("offline");
                await new Promise((again) => setTimeout(again, AGAIN_MS));
            }
        }
    }

    #leave(link: Link): void {
        this.#turn++;
        this.#stream?.abort();
        this.#forget();
        this.desk = null;
        this.#setLink(link);
    }

    #setLink(link: Link): void {
        this.link = link;
        this.#changed();
    }

    // ---- what the desk says ----

    #take(desk: Desk): void {
        const before = this.desk;
        if (!agent.isOurs(desk)) {
            agent.dropBearer();
            this.#leave("gone");
            return;
        }
        if (before?.session && before.session.session !== desk.session?.session && !resumed(before, desk)) {
            this.#endSession(before, desk);
        }
        this.desk = desk;
        this.link = "live";
        if (desk.session !== null) {
            this.stopped = false;
            this.#served.clear();
            this.#follow(before, desk);
        }
        this.#changed();
    }

    #follow(before: Desk | null, desk: Desk): void {
        const isRunning = desk.job?.state === "running";
        if (isRunning && !this.#own) {
            this.run = null; /* begun at the command line, or before this tab was loaded */
            this.#move(running);
            return;
        }
        this.#own = this.#own && (isRunning || this.isBusy());
        this.#move(afterCard(this.place, before, desk, this.run));
        if (before?.card?.insertion !== desk.card?.insertion) {
            this.#trail = this.#trail.map((place) => (place !== this.place && aboutTheCard(place) ? { at: "manage" } : place));
        }
        if (this.place.at === "manage" && desk.card?.state === "ready" && before?.card?.state !== "ready") {
            this.#startGuard(); /* the question has only now come on screen */
        }
    }

    /** Is a job under way? */
    isBusy(): boolean {
        return this.run !== null ? this.run.ended_ms === undefined : this.desk?.job?.state === "running";
    }

    /** Nothing that was seen with the session's rights stays (procedures R8). */
    #endSession(before: Desk, after: Desk): void {
        const own = before.readers.find((r) => r.role === "operator");
        const pulled = !after.readers.some((r) => r.insertion !== undefined && r.insertion === own?.insertion);
        const session = before.session!;
        const stopped = this.isBusy() || this.run?.waiting === true;
        this.#forget();
        this.stopped = stopped;
        for (const reader of before.readers) {
            if (reader.role === "user" && reader.insertion !== undefined) {
                this.#served.add(reader.insertion);
            }
        }
        this.lock = pulled ? lockOf(own?.label, session.profile, session.policy.lock_minutes, Date.now()) : null;
        if (this.lock !== null) {
            setTimeout(() => this.#changed(), session.policy.lock_minutes! * 60000);
        }
    }

    #forget(): void {
        this.place = { at: "home" };
        this.handed = false;
        this.#trail = [{ at: "home" }];
        this.#at = 0;
        history.replaceState(0, "");
        this.#own = false;
        this.run = this.#last = this.refusal = null;
        this.failures.clear();
        for (const photograph of this.#photographs.values()) {
            void photograph.then((url) => url !== null && URL.revokeObjectURL(url));
        }
        this.#photographs.clear();
    }

    unlocks = (label: string | undefined) => opens(this.lock, label, Date.now());

    /** Served in the session that has just ended: nobody types the own passcode for it. */
    wasServed = (insertion: string | undefined) => insertion !== undefined && this.#served.has(insertion);

    /** Whoever is here logs in with whatever card is in. */
    dropLock = () => {
        this.lock = null;
        this.#served.clear();
        this.#changed();
    };

    // ---- where the person is ----

    go(place: Place): void {
        this.#trail = [...this.#trail.slice(0, this.#at + 1), place];
        history.pushState(++this.#at, "");
        this.refusal = null;
        this.#show(place);
    }

    /** As go, but this screen is not one to come back to. */
    replace(place: Place): void {
        this.#trail[this.#at] = place;
        this.#show(place);
    }

    #show(place: Place): void {
        this.place = place;
        this.handed = false;
        this.#unguard();
        this.#changed();
    }

    /** The browser's own button does the same. */
    back = () => {
        if (this.#at > 0) {
            history.back();
        } else {
            this.home();
        }
    };

    #pop(at: number): void {
        if (this.place.at === "run" && this.isBusy()) {
            history.pushState(this.#at, ""); /* the job goes on whatever is shown: better to show it */
            return;
        }
        this.#at = at;
        this.#show(this.#trail[at] ?? { at: "home" });
    }

    hand = (handed: boolean) => {
        this.handed = handed;
        this.#changed();
    };

    home = () => this.replace({ at: "home" });

    #startGuard(): void {
        this.#unguard();
        guard(true);
        this.#guard = setTimeout(() => guard(false), GUARD_MS);
    }

    #unguard(): void {
        clearTimeout(this.#guard);
        guard(false);
    }

    #move(place: Place): void {
        if (place !== this.place) {
            this.#trail[this.#at] = this.place = place;
            this.handed = false;
            this.#startGuard();
        }
    }

    // ---- work ----

    /** The photograph as an address for <img>; null: there is none. */
    photograph(uuid: string): Promise<string | null> {
        let found = this.#photographs.get(uuid);
        if (found === undefined) {
            found = agent.photograph(uuid).then((blob) => URL.createObjectURL(blob), () => null);
            this.#photographs.set(uuid, found);
        }
        return found;
    }

    /** How identity was said to be checked in the last try of the same work. */
    said(service: string, identity: string): string | undefined {
        const run = this.#last;
        return run?.request.service === service && run.identity === identity ? run.request.identity_check : undefined;
    }

    /** Refusals that the form can mend lead back to it; the screen of the run shows the rest. */
    async serve(request: JobRequest): Promise<void> {
        const identify = this.desk?.card?.identify;
        const key = `${request.service} ${this.desk?.card?.identity}`;
        const run: Run = {
            request: { service: request.service, left_locked: request.left_locked, identity_check: request.identity_check },
            identity: this.desk?.card?.identity ?? "",
            person: identify?.person ?? null,
            lines: [],
            started_ms: performance.now(),
        };
        this.run = this.#last = run;
        this.#own = true;
        this.refusal = null;
        const form = this.place;
        this.replace({ at: "run" });
        const problem = await agent.job(request, (line) => this.#line(run, line)).then(() => null, (e: agent.Refused) => e.problem);
        if (problem !== null && run.ended_ms === undefined) {
            this.#end(run, { fault: { problem } });
        }
        run.receipt !== undefined ? this.failures.clear(key) : this.failures.add(key);
        this.#own = this.desk?.job?.state === "running";
        if (run.fault !== undefined && this.run === run && isForForm(run.fault.problem)) {
            this.run = null;
            this.refusal = run.fault.problem;
            this.replace(form);
            return;
        }
        this.#changed();
    }

    #line(run: Run, line: JobLine): void {
        run.lines.push(line);
        if (line.event === "result") {
            this.took[run.request.service] = line.wall_ms;
            this.#end(run, { receipt: line.receipt });
        } else if (line.event === "fault") {
            this.#end(run, { fault: { step: line.step, problem: line.problem } });
        }
        this.#changed();
    }

    #end(run: Run, end: Pick<Run, "receipt" | "fault">): void {
        Object.assign(run, end, { ended_ms: performance.now() });
        run.waiting = end.fault !== undefined && (end.fault.problem.card === "safe_finish_later");
    }
}

/** A job under way is shown, also to a tab that was opened or loaded anew meanwhile. */
const running: Place = { at: "run" };

/** main.tsx looks for it at each key. */
const guard = (on: boolean) => document.documentElement.toggleAttribute("data-guard", on);

/** A gap in the line was bridged: the same person with the same card goes on (desk.md). */
const resumed = (before: Desk, after: Desk) =>
    after.session !== null && before.session!.person.uuid === after.session.person.uuid &&
    before.session!.profile.id === after.session.profile.id;

/** What the person mends in the form: nothing has happened to the card but a lost try. */
const isForForm = (problem: Problem) =>
    ["PASSCODE_WRONG", "PASSCODE_LAST_TRY", "PASSCODE_FORM", "PASSCODE_WEAK", "PASSCODE_MISMATCH", "PASSCODE_OPERATOR", "POLICY_ID_CHECK", "AGENT_BUSY"].includes(
        problem.name,
    );
