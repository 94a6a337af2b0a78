// SPDX-License-Identifier: Apache-2.0
// run: a job while it goes on: named steps with their real state (R13, X11).
import type { Run } from "../model/place.ts";
import { linesOfState, shareDone, stepsOf, type Step } from "../model/steps.ts";
import { usePage, useDesk } from "../context.ts";
import { StepIcon } from "../part/icon.tsx";
import { useLate } from "../part/late.ts";
import { Screen } from "../part/screen.tsx";
import { text } from "../text/text.ts";
import { Failure } from "./failure.tsx";
import { Result } from "./result.tsx";

const t = text.run;
const USUAL_MS = 3000;
const LATE_MS = 8000;
const colour: Record<string, string> = { waiting: "grey", running: "blue", done: "green", failed: "red" };

/** The job of this tab, or the one that was under way when the tab was opened. */
export function RunScreen() {
    const run = useRun();
    if (run === null) {
        return null;
    }
    if (run.receipt !== undefined) {
        return <Result run={run} receipt={run.receipt} />;
    }
    return run.fault !== undefined ? <Failure run={run} fault={run.fault} /> : <Progress run={run} />;
}

function useRun(): Run | null {
    const page = usePage();
    const job = useDesk().job;
    if (page.run !== null || job === null) {
        return page.run;
    }
    const lines = linesOfState(job.step);
    return {
        request: { service: job.service },
        identity: job.identity,
        person: job.person,
        lines,
        started_ms: 0,
        ended_ms: job.state === "running" ? undefined : 0,
        receipt: job.receipt,
        fault: job.fault && { step: job.step, problem: job.fault },
        waiting: job.state === "waiting",
    };
}

export const Steps = ({ steps }: { steps: Step[] }) => (
    <ol class="cw-steps">
        {steps.map((step) => (
            <li key={step.row} class="cw-step" data-step={step.row} data-state={step.state}>
                <StepIcon state={step.state} />
                <span class="cw-step__name">{t.row[step.row]}</span>
                {step.state === "done" && step.ms > 0 && <span class="cw-step__ms">{text.seconds(step.ms)}</span>}
                <strong class={`nhsuk-tag nhsuk-tag--${colour[step.state]} cw-step__tag`}>{t.state[step.state]}</strong>
            </li>
        ))}
    </ol>
);

function Progress({ run }: { run: Run }) {
    const page = usePage();
    const steps = stepsOf(run.request.service, run.request.left_locked ?? false, run.lines);
    const current = steps.find((s) => s.state === "running");
    const last = run.lines.at(-1);
    const late = useLate(LATE_MS, `${current?.row}`);
    const seconds = Math.max(1, Math.round((page.took[run.request.service] ?? USUAL_MS) / 1000));
    return (
        <Screen name="progress" title={t.title(run.request.service)}>
            <p class="nhsuk-body-l">{last?.event === "wait" ? t.waits : late ? t.late : t.expected(seconds)}</p>
            <progress class="cw-progress" aria-label={t.progress} value={Math.round(shareDone(steps) * 100)} max={100} />
            <Steps steps={steps} />
            <p class="nhsuk-u-visually-hidden" role="status">{current && t.announce(t.row[current.row])}</p>
        </Screen>
    );
}
