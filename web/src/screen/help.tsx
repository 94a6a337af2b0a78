// SPDX-License-Identifier: Apache-2.0
// help: each procedure on one page of paper (X14), and whom to call.
import { usePage, useDesk } from "../context.ts";
import { Button } from "../part/controls.tsx";
import { Rows } from "../part/person.tsx";
import { Screen } from "../part/screen.tsx";
import { text } from "../text/text.ts";

const t = text.help;

export function Help({ topic }: { topic: string }) {
    const page = usePage();
    const desk = useDesk();
    const shown = t.topics.find((one) => one.topic === topic) ?? t.topics[0]!;
    const contacts = desk.contacts ?? desk.session?.contacts;
    return (
        <Screen name="help" title={shown.title} turn={shown.topic}>
            <nav class="cw-topics cw-no-print" aria-label={t.list}>
                {t.topics.map((one) => (
                    <button key={one.topic} type="button" class="cw-link" data-topic={one.topic} aria-current={one.topic === shown.topic ? "page" : undefined} onClick={() => page.replace({ at: "help", topic: one.topic })}>
                        {one.title}
                    </button>
                ))}
            </nav>
            <div class="cw-panel cw-help">
                <p class="nhsuk-body-l">{shown.intro}</p>
                <ol class="nhsuk-list nhsuk-list--number">{shown.steps.map((step) => <li key={step}>{step}</li>)}</ol>
                <ul class="nhsuk-list nhsuk-list--bullet">{shown.trouble.map((line) => <li key={line}>{line}</li>)}</ul>
                {contacts && (
                    <>
                        <h2 class="nhsuk-heading-s">{t.contacts}</h2>
                        <Rows rows={[{ name: t.raDesk, value: contacts.ra_desk }, { name: t.siteIt, value: contacts.site_it }]} />
                    </>
                )}
                <div class="cw-actions cw-no-print"><Button kind="secondary" id="print" onClick={() => window.print()}>{t.print}</Button></div>
            </div>
        </Screen>
    );
}
