// SPDX-License-Identifier: Apache-2.0
// steps: the lines of a job -> the few named steps that a person watches.
import type { JobLine } from "../desk/types.ts";

export type Row = "check" | "sign" | "passcode" | "personal" | "keys" | "certify" | "write" | "test" | "lock";
export type State = "waiting" | "running" | "done" | "failed";
export interface Step {
    row: Row;
    state: State;
    ms: number;
}

const rowOf: Record<string, Row> = {
    check_card: "check",
    check_passcode: "check",
    prove_old: "check",
    open_card: "check",
    sign_statement: "sign",
    set_passcode: "passcode",
    personalise: "personal",
    make_signing_key: "keys",
    make_authentication_key: "keys",
    prove_new: "keys",
    write: "write",
    read_back: "write",
    test: "test",
    lock: "lock",
};

export function rowsOf(service: string, leftLocked: boolean): Row[] {
    const middle: Row[] =
        service === "issue" ? ["personal", "passcode"] : service === "repair" ? ["passcode"] : [];
    return ["check", "sign", ...middle, "keys", "certify", "write", "test", ...(leftLocked ? (["lock"] as Row[]) : [])];
}

/** A request is on its way: what for depends on how far the job is. */
function rowOfRequest(rows: Row[], reached: number): Row {
    const last = rows[reached] ?? "check";
    if (last === "check" || last === "sign") {
        return "sign";
    }
    return last === "keys" || last === "certify" ? "certify" : rows[rows.length - 1]!;
}

export function stepsOf(service: string, leftLocked: boolean, lines: JobLine[]): Step[] {
    const rows = rowsOf(service, leftLocked);
    const steps: Step[] = rows.map((row) => ({ row, state: "waiting", ms: 0 }));
    let reached = -1;
    for (const line of lines) {
        if (line.event === "step") {
            const row = line.step === "ask_server" ? rowOfRequest(rows, reached) : rowOf[line.step];
            const index = rows.indexOf(row ?? "check");
            reached = Math.max(reached, index);
            steps[Math.max(index, 0)]!.ms += line.ms ?? 0;
        }
    }
    const end = lines.at(-1);
    const broke = end?.event === "fault" ? brokenRow(rows, lines) : -1;
    return steps.map((step, index) => ({ ...step, state: stateOf(index, broke >= 0 ? broke : reached, end) }));
}

/** A step of the card that broke off is followed by the request that tells the server so. */
function brokenRow(rows: Row[], lines: JobLine[]): number {
    const failed = lines.find((line) => line.event === "step" && line.state === "failed");
    return failed?.event === "step" ? rows.indexOf(rowOf[failed.step] ?? "check") : -1;
}

function stateOf(index: number, reached: number, end: JobLine | undefined): State {
    if (end?.event === "result" || index < reached) {
        return "done";
    }
    if (index > reached) {
        return "waiting";
    }
    return end?.event === "fault" ? "failed" : "running";
}

/** How much of the work is behind us, by what each step usually takes on a card. */
const weight: Record<Row, number> = {
    check: 3, sign: 3, passcode: 1, personal: 2, keys: 8, certify: 1, write: 4, test: 2, lock: 2,
};

export function shareDone(steps: Step[]): number {
    const sum = (list: Step[]) => list.reduce((all, step) => all + weight[step.row], 0);
    const half = sum(steps.filter((s) => s.state === "running")) / 2;
    return (sum(steps.filter((s) => s.state === "done")) + half) / sum(steps);
}

/** What the job's line says when this tab did not ask for it (it was opened meanwhile). */
export function linesOfState(step: string | undefined): JobLine[] {
    return step === undefined ? [] : [{ event: "step", step, text: "", state: "running" }];
}
