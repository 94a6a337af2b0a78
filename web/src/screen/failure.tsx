// SPDX-License-Identifier: Apache-2.0
// failure: which step, is the card safe, what to do, and a retry that continues (X12).
import * as agent from "../desk/agent.ts";
import type { Problem } from "../desk/types.ts";
import type { Run } from "../model/place.ts";
import { stepsOf } from "../model/steps.ts";
import { usePage, useDesk } from "../context.ts";
import { Button, LinkButton } from "../part/controls.tsx";
import { Rows } from "../part/person.tsx";
import { Reasons } from "../part/reasons.tsx";
import { Screen } from "../part/screen.tsx";
import { Contact } from "../part/trouble.tsx";
import { cause, remedy, text } from "../text/text.ts";
import { Steps } from "./run.tsx";

const t = text.failure;

const isPull = (problem: Problem) => problem.name === "CARD_REMOVED" || problem.name === "CARD_UNKNOWN_OUTCOME";

export function Failure({ run, fault: { problem } }: { run: Run; fault: { step?: string; problem: Problem } }) {
    const page = usePage();
    const desk = useDesk();
    const { service } = run.request;
    const steps = stepsOf(service, run.request.left_locked ?? false, run.lines);
    const stopped = steps.find((s) => s.state === "failed");
    const pulled = isPull(problem) && desk.card?.identity !== run.identity;
    const reached = steps.some((s) => s.row === "keys" && s.state !== "waiting");
    const title = pulled ? t.pulled : t.title(service);
    return (
        <Screen name="failure" title={title} turn={`${problem.name} ${pulled}`}>
            <div class={`cw-panel ${pulled ? "cw-panel--wait" : "cw-panel--fault"}`} role="alert" data-part="problem" data-problem={problem.name}>
                <p class="nhsuk-body-l" data-part="safe">{reached && problem.card === "safe_finish_later" ? t.safeNow : t.safe[problem.card]}</p>
                {pulled && <p><strong>{t.pulledWords}</strong></p>}
                <Rows rows={[
                    ...(stopped === undefined ? [] : [{ name: t.step, id: "step", value: text.run.row[stopped.row] }]),
                    { name: t.why, id: "why", value: <>{cause(problem)}{problem.detail ? ` (${problem.detail})` : ""} <span class="cw-code">{problem.code}</span></> },
                    { name: t.todo, id: "todo", value: <strong>{remedy(problem)}</strong> },
                ]} />
                <Refusals service={service} />
                <Again run={run} problem={problem} pulled={pulled} />
                <Contact
                    problem={problem}
                    failures={page.failures.count(`${service} ${run.identity}`)}
                    about={{ service, step: stopped?.row ?? "", card: run.identity, job: desk.job?.job ?? "" }}
                />
            </div>
            {run.lines.length > 0 && <Steps steps={steps} />}
        </Screen>
    );
}

/** Policy's reasons, all of them, when the service is not available any more. */
function Refusals({ service }: { service: string }) {
    const found = useDesk().card?.identify?.services.find((s) => s.service === service);
    return found === undefined || found.available ? null : <Reasons reasons={found.reasons} />;
}

function Again({ run, problem, pulled }: { run: Run; problem: Problem; pulled: boolean }) {
    const page = usePage();
    const desk = useDesk();
    const { service } = run.request;
    const again = async () => {
        await agent.identify(desk.card?.identify?.person?.uuid && service === "issue" ? desk.card.identify.person.uuid : undefined).catch(() => {});
        page.replace({ at: "form", service, resumes: problem.card === "safe_finish_later" });
    };
    const look = async () => {
        await agent.identify().catch(() => {}); /* what the card needs has changed with the refusal */
        page.replace({ at: "manage" });
    };
    const here = desk.card !== null && !pulled;
    const may = here && (problem.retry || problem.card === "safe_finish_later");
    const repair = here && ["PASSCODE_BLOCKED", "POLICY_EXPIRED", "POLICY_LOCKED"].includes(problem.name);
    return (
        <div class="cw-actions">
            {may && <Button focus id="again" onClick={() => void again()}>{problem.card === "safe_finish_later" ? t.goOn : t.again}</Button>}
            {repair && <Button kind="secondary" id="look" onClick={() => void look()}>{t.repair}</Button>}
            {pulled && <p class="cw-busy" role="status">{t.waiting}</p>}
            <LinkButton id="home" onClick={page.home}>{t.home}</LinkButton>
        </div>
    );
}
