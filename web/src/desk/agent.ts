// SPDX-License-Identifier: Apache-2.0
// agent: requests to the agent that served this page. The bearer is this tab's alone: a cookie
// would be sent to every other port of 127.0.0.1 as well.
import type { CardTest, Desk, JobLine, JobRequest, LoginAnswer, Person, Card, Problem, Session, WaitingJob, UserCard } from "./types.ts";

const KEY = "bearer";
const INSTANCE = "instance";

/** What the agent refused, or that it did not answer (problem.name "AGENT_UNREACHABLE"). */
export class Refused extends Error {
    constructor(readonly problem: Problem) {
        super(problem.name);
    }
}

const unreachable: Problem = {
    name: "AGENT_UNREACHABLE",
    code: "CW-503",
    cause: "",
    remedy: "",
    actor: "site_it",
    card: "safe_finish_later",
    retry: true,
};

export const hasBearer = () => sessionStorage.getItem(KEY) !== null;

/** Another program may have taken the port after the agent's end; it was never told the instance. */
export const isOurs = (desk: Desk) => desk.instance === sessionStorage.getItem(INSTANCE);
export const dropBearer = () => sessionStorage.removeItem(KEY);

export const hasToken = () => /^#[0-9A-Za-z_-]{16,}$/.test(location.hash);

/** The one-time token stands in the fragment, which no server sees; it leaves the address at once. */
export function takeToken(): string | null {
    const token = hasToken() ? location.hash.slice(1) : null;
    history.replaceState(0, "", "/");
    return token;
}

async function send(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ""}` };
    if (body !== undefined) {
        headers["Content-Type"] = "application/json";
    }
    let answer: Response;
    try {
        answer = await fetch(path, { method, headers, signal, body: body && JSON.stringify(body) });
    } catch {
        throw new Refused(unreachable);
    }
    if (!answer.ok) {
        throw new Refused((await answer.json().catch(() => unreachable)) as Problem);
    }
    return answer;
}

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
    return (await send(method, path, body)).json() as Promise<T>;
}

export async function redeem(token: string): Promise<void> {
    const { bearer, instance } = await ask<{ bearer: string; instance: string }>("POST", "/v1/page", { token });
    sessionStorage.setItem(KEY, bearer);
    sessionStorage.setItem(INSTANCE, instance);
}

/** Calls `take` with each object of an answer that goes on; returns when it ends. `alive`: something
 * came, an empty line perhaps. */
async function lines<T>(answer: Response, take: (line: T) => void, alive?: () => void): Promise<void> {
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
        const { value, done } = await reader.read();
        if (done) {
            return;
        }
        alive?.();
        const parts = (rest + value).split("\n");
        rest = parts.pop()!;
        parts.filter((part) => part !== "").forEach((part) => take(JSON.parse(part) as T));
    }
}

/** The agent says something every 15 s: one that is silent for longer hangs, and what is shown is old. */
const SILENCE_MS = 35000;

export async function follow(take: (desk: Desk) => void, stop: AbortController): Promise<void> {
    let timer = setTimeout(() => stop.abort(), SILENCE_MS);
    const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => stop.abort(), SILENCE_MS);
    };
    try {
        await lines(await send("GET", "/v1/desk/events", undefined, stop.signal), take, alive);
    } catch (e) {
        throw e instanceof Refused ? e : new Refused(unreachable);
    } finally {
        clearTimeout(timer);
    }
}

/** Ends with the line `result` or `fault`; a line that breaks off counts as AGENT_UNREACHABLE. */
export async function job(request: JobRequest, take: (line: JobLine) => void): Promise<void> {
    const answer = await send("POST", "/v1/desk/jobs", request);
    try {
        await lines(answer, take);
    } catch {
        throw new Refused(unreachable);
    }
}

export const login = (body: { passcode: string; card?: string; profile?: string; use_last_try?: boolean }) =>
    ask<LoginAnswer>("POST", "/v1/desk/login", body);
export const chooseProfile = (profile: string) => ask<Session>("POST", "/v1/desk/profile", { profile });
export const logout = () => ask<object>("POST", "/v1/desk/logout", {});
export const identify = (person?: string) =>
    ask<UserCard | null>("POST", "/v1/desk/identify", person === undefined ? {} : { person });
export const test = (passcode: string, use_last_try: boolean) =>
    ask<CardTest>("POST", "/v1/desk/test", { passcode, use_last_try });
export const jobs = () => ask<{ jobs: WaitingJob[] }>("GET", "/v1/desk/jobs");
export const find = (text: string) =>
    ask<{ people: Person[]; more: boolean }>("GET", `/v1/desk/people?q=${encodeURIComponent(text)}`);
export const person = (uuid: string) => ask<{ person: Person; cards: Card[] }>("GET", `/v1/desk/people/${uuid}`);
export const photograph = async (uuid: string) =>
    (await send("GET", `/v1/desk/people/${uuid}/photo`)).blob();
