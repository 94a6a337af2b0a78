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
import { afterCard, type Place, type Run } from "./model/place.ts";
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
    readonly failures = new Failures();
    readonly took: Record<string, number> = {};
    /** Only the holder's fields are on screen. */
    handed = false;
    /** What the agent refused and the form has to show. */
    refusal: Problem | null = null;
    #past: Place[] = [];
    #last: Run | null = null;
    #photographs = new Map<string, Promise<string | null>>();
    #stream: AbortController | null = null;
    #guard = 0 as unknown as ReturnType<typeof setTimeout>;
    #changed: () => void;

    constructor(changed: () => void) {
        this.#changed = changed;
    }

    // ---- the line to the agent ----

    async start(): Promise<void> {
        const token = agent.takeToken();
        if (token !== null) {
            await agent.redeem(token).catch(() => agent.dropBearer());
        }
        addEventListener("popstate", () => this.#pop());
        await this.#claim(token !== null);
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

    async #live(): Promise<void> {
        while (this.link !== "elsewhere" && this.link !== "gone") {
            this.#stream = new AbortController();
            const refusal = await agent.follow((desk) => this.#take(desk), this.#stream.signal).catch((e: agent.Refused) => e.problem);
            if (refusal?.name === "PAGE_BEARER") {
                agent.dropBearer();
                this.#leave("gone");
            } else if (!this.#stream.signal.aborted) {
                this.#leave("offline");
                await new Promise((again) => setTimeout(again, AGAIN_MS));
            }
        }
    }

    #leave(link: Link): void {
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
            const begunElsewhere = this.run === null && desk.job?.state === "running";
            this.#move(begunElsewhere ? running : afterCard(this.place, before, desk, this.run));
        }
        this.#changed();
    }

    /** Nothing that was seen with the session's rights stays (procedures R8). */
    #endSession(before: Desk, after: Desk): void {
        const own = before.readers.find((r) => r.role === "operator");
        const pulled = !after.readers.some((r) => r.insertion !== undefined && r.insertion === own?.insertion);
        const session = before.session!;
        this.#forget();
        this.lock = pulled ? lockOf(own?.label, session.profile, session.policy.lock_minutes, Date.now()) : null;
        if (this.lock !== null) {
            setTimeout(() => this.#changed(), session.policy.lock_minutes! * 60000);
        }
    }

    #forget(): void {
        this.place = { at: "home" };
        this.handed = false;
        this.#past = [];
        this.run = this.#last = this.refusal = null;
        this.failures.clear();
        for (const photograph of this.#photographs.values()) {
            void photograph.then((url) => url !== null && URL.revokeObjectURL(url));
        }
        this.#photographs.clear();
    }

    unlocks = (label: string | undefined) => opens(this.lock, label, Date.now());
    dropLock = () => {
        this.lock = null;
        this.#changed();
    };

    // ---- where the person is ----

    go(place: Place): void {
        this.#past.push(this.place);
        history.pushState(null, "");
        this.refusal = null;
        this.handed = false;
        this.place = place;
        this.#unguard();
        this.#changed();
    }

    /** As go, but this screen is not one to come back to. */
    replace(place: Place): void {
        this.place = place;
        this.handed = false;
        this.#unguard();
        this.#changed();
    }

    /** The browser's own button does the same. */
    back = () => {
        if (this.#past.length > 0) {
            history.back();
        } else {
            this.home();
        }
    };

    #pop(): void {
        if (this.place.at === "run" && this.run?.ended_ms === undefined) {
            history.pushState(null, ""); /* the job goes on whatever is shown: better to show it */
            return;
        }
        this.replace(this.#past.pop() ?? { at: "home" });
    }

    hand = (handed: boolean) => {
        this.handed = handed;
        this.#changed();
    };

    home = () => this.replace({ at: "home" });

    #unguard(): void {
        clearTimeout(this.#guard);
        guard(false);
    }

    #move(place: Place): void {
        if (place !== this.place) {
            this.#unguard();
            this.place = place;
            this.handed = false;
            guard(true);
            this.#guard = setTimeout(() => guard(false), GUARD_MS);
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
        this.refusal = null;
        const form = this.place;
        this.replace({ at: "run" });
        const problem = await agent.job(request, (line) => this.#line(run, line)).then(() => null, (e: agent.Refused) => e.problem);
        if (problem !== null && run.ended_ms === undefined) {
            this.#end(run, { fault: { problem } });
        }
        run.receipt !== undefined ? this.failures.clear(key) : this.failures.add(key);
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
    ["PASSCODE_WRONG", "PASSCODE_LAST_TRY", "PASSCODE_FORM", "PASSCODE_MISMATCH", "PASSCODE_OPERATOR", "POLICY_ID_CHECK", "AGENT_BUSY"].includes(
        problem.name,
    );
