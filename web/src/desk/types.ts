// SPDX-License-Identifier: Apache-2.0
// types: what the agent says (docs/protocol/desk.md, desk.openapi.json). Moments are seconds since
// 1970, durations milliseconds.

export interface Problem {
    name: string;
    code: string;
    cause: string;
    remedy: string;
    actor: "holder" | "operator" | "ra_desk" | "site_it" | "none";
    card: "unchanged" | "safe_finish_later" | "one_try_used";
    retry: boolean;
    detail?: string;
    tries_left?: number;
    sw?: string;
}

export interface Person {
    uuid: string;
    given: string;
    family: string;
    title: string;
    org: string;
    org_name: string;
    closed: boolean;
}

export interface Profile {
    id: string;
    role: string;
    role_name: string;
    activities?: string;
    org: string;
    org_name: string;
    ends_at: number;
    last?: boolean;
}

export interface Certificate {
    purpose: "authentication" | "content_signing";
    serial: string;
    state?: string;
    not_before: number;
    not_after: number;
    days_left?: number;
    revoked_at?: number;
}

export interface Reason {
    name: string;
    code: string;
    cause: string;
    remedy: string;
    actor: string;
    opens_on?: number;
    instead?: string;
    profile?: { id: string; name: string; org: string };
}

export interface Service {
    service: string;
    title: string;
    available: boolean;
    resume: boolean;
    identity_check: boolean;
    /** Does the pair that the card has work until the new one is certified? Absent: not available. */
    old_pair?: "kept" | "replaced" | "none";
    /** It begins with wiping the card. */
    reset?: boolean;
    reasons: Reason[];
}

export interface Card {
    id: string;
    serial: string;
    guid: string;
    label: string;
    model: string;
    state: string;
    issued_at: number;
    identity: string;
    certificates?: Certificate[];
    services?: Service[];
    latest_in_date?: boolean;
}

export interface OpenJob {
    job: string;
    service: string;
    phase: string;
    started_at: number;
}

export type Severity = "problem" | "warning" | "good" | "note";

/** The least destructive; `service` and `available` with the means "service" only. */
export interface Cure {
    means: "nothing" | "insert_again" | "service" | "ask" | "replace";
    text: string;
    service?: string;
    available?: boolean;
}

export interface Finding {
    code: string;
    severity: Severity;
    place: string;
    text: string;
    cure: Cure;
}

export interface Identify {
    identity: string;
    now: number;
    card: Card | null;
    person: Person | null;
    certificates: Certificate[];
    diagnosis: { code: string; title: string; severity: Severity; text: string };
    findings: Finding[];
    cure: Cure;
    other_cards: Card[];
    services: Service[];
    open_job: OpenJob | null;
}

export interface Reader {
    name: string;
    present: boolean;
    contactless: boolean;
    role: "empty" | "operator" | "user";
    insertion?: string;
    identity?: string;
    label?: string;
    reading?: boolean;
    fault?: Problem;
}

export interface Policy {
    name: string;
    passcode_min: number;
    passcode_max: number;
    window_days: number;
    lock_minutes?: number;
    operator_idle_minutes: number;
    session_minutes: number;
}

export interface Right {
    right: string;
    available: boolean;
    reasons: Reason[];
}

export interface Contacts {
    ra_desk: string;
    site_it: string;
}

export interface Session {
    session: string;
    person: Person;
    profile: Profile;
    started_at?: number;
    policy: Policy;
    contacts: Contacts;
    banner: string;
    rights?: Right[];
    operator_passcode: "held" | "needed";
}

export interface UserCard {
    reader: string;
    insertion: string;
    identity: string;
    state: "reading" | "asking" | "ready" | "failed" | "used";
    details_ms: number;
    identify?: Identify;
    fault?: Problem;
}

export interface Receipt {
    number: string;
    job: string;
    service: string;
    person: Person;
    card: Card;
    at: number;
    not_after: number;
    next_renewal: number;
    left_locked: boolean;
    certificates: Certificate[];
}

export interface ShownJob {
    job: string;
    service: string;
    state: "running" | "waiting" | "done" | "failed";
    step?: string;
    text?: string;
    person: Person | null;
    identity: string;
    fault?: Problem;
    receipt?: Receipt;
}

export interface Desk {
    version: string;
    origin: string;
    workstation: string;
    serial: number;
    now: number;
    word: string;
    instance: string;
    contacts?: Contacts;
    fault?: Problem;
    readers: Reader[];
    login: { person: Person; profiles: Profile[] } | null;
    session: Session | null;
    session_fault?: Problem;
    card: UserCard | null;
    job: ShownJob | null;
}

export interface LoginAnswer {
    person: Person;
    profiles: Profile[];
    session: Session | null;
}

export interface WaitingJob {
    job: string;
    service: string;
    phase: string;
    person: Person | string | null;
    card: Card | string | null;
    started_at: number;
    updated_at: number;
}

export interface KeyTest {
    slot: string;
    purpose: string;
    proved: boolean;
    serial?: string;
    not_after?: number;
    problem?: Problem;
}

export interface CardTest {
    identity: string;
    keys: KeyTest[];
    ms: number;
}

export type JobLine =
    | { event: "step"; step: string; text: string; state: "running" | "done" | "failed"; ms?: number }
    | { event: "wait"; text: string; problem: Problem }
    | { event: "result"; service: string; job: string; receipt: Receipt; wall_ms: number; card_ms: number }
    | { event: "fault"; step?: string; problem: Problem };

export interface JobRequest {
    service: string;
    expect_card?: string;
    person?: string;
    passcode?: string;
    new_passcode?: string;
    new_passcode_again?: string;
    left_locked?: boolean;
    reset?: boolean;
    identity_check?: string;
    use_last_try?: boolean;
    operator_passcode?: string;
}
