// SPDX-License-Identifier: Apache-2.0
// trouble: a problem as people meet it: why, is the smartcard safe, what to do, whom to call.
import { useState } from "preact/hooks";
import type { Problem } from "../desk/types.ts";
import { contactOf, reportOf, type Circumstances } from "../model/trouble.ts";
import { cause, remedy, text } from "../text/text.ts";
import { useDesk } from "../context.ts";
import { Button } from "./controls.tsx";

const t = text.failure;

const none = { ra_desk: "", site_it: "" };

/** The contact that has to act, as soon as it is due. */
export function Contact({ problem, failures, about }: { problem: Problem; failures: number; about?: Partial<Circumstances> }) {
    const desk = useDesk();
    const who = contactOf(problem, failures, desk.contacts ?? desk.session?.contacts ?? none);
    if (who === null) {
        return null;
    }
    const report = reportOf(problem, {
        at: new Date(),
        service: "",
        step: "",
        card: "",
        job: "",
        workstation: desk.workstation,
        origin: desk.origin,
        version: desk.version,
        failures,
        ...about,
    });
    return (
        <div class="nhsuk-inset-text cw-contact" data-part="contact">
            <h2 class="nhsuk-heading-s">{t.contact(who)}</h2>
            <p>{t.contactHint}</p>
            <Report report={report} />
        </div>
    );
}

function Report({ report }: { report: string }) {
    const [copied, setCopied] = useState(false);
    return (
        <>
            <label class="nhsuk-u-visually-hidden" for="report">{t.report}</label>
            <textarea id="report" class="nhsuk-textarea cw-report" readOnly rows={Math.min(8, report.split("\n").length)} value={report} />
            <Button kind="secondary" id="copy" onClick={() => void navigator.clipboard.writeText(report).then(() => setCopied(true), () => {})}>
                {copied ? t.copied : t.copy}
            </Button>
        </>
    );
}

/** In place of what cannot be shown: a fault of workstation, card or line. */
export function Fault({ problem, title, children }: { problem: Problem; title?: string; children?: preact.ComponentChildren }) {
    return (
        <div class="cw-panel cw-panel--fault" role="alert" data-part="fault" data-problem={problem.name}>
            <h2 class="nhsuk-heading-m">{title ?? text.fault[problem.name] ?? cause(problem)}</h2>
            {(title !== undefined || text.fault[problem.name] !== undefined) && <p>{cause(problem)}</p>}
            <p><strong>{remedy(problem)}</strong></p>
            {problem.detail && <p class="nhsuk-hint">{problem.detail}</p>}
            {children}
            <Contact problem={problem} failures={1} />
        </div>
    );
}
