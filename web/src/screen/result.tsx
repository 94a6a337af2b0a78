// SPDX-License-Identifier: Apache-2.0
// result: done, until when, and a receipt to print (R14). The next card needs no button.
import type { Receipt } from "../desk/types.ts";
import { calendarOf } from "../model/calendar.ts";
import type { Run } from "../model/place.ts";
import { usePage, useDesk } from "../context.ts";
import { Button, LinkButton } from "../part/controls.tsx";
import { Digits, Rows } from "../part/person.tsx";
import { Heading, Screen } from "../part/screen.tsx";
import { day, moment, text } from "../text/text.ts";
import { cardName } from "./manage.tsx";

const t = text.result;

function download(name: string, type: string, content: string): void {
    const url = URL.createObjectURL(new Blob([content], { type }));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    URL.revokeObjectURL(url);
}

function calendar(receipt: Receipt): void {
    const words = {
        summary: t.calendarSummary,
        description: t.calendarDescription(cardName(receipt.card), day(receipt.not_after), receipt.number),
    };
    download(`renewal-${receipt.number}.ics`, "text/calendar", calendarOf(receipt, words));
}

function ReceiptRows({ run, receipt }: { run: Run; receipt: Receipt }) {
    const session = useDesk().session!;
    const took = run.ended_ms !== undefined && run.started_ms > 0 ? run.ended_ms - run.started_ms : null;
    return (
        <Rows rows={[
            { name: t.holder, id: "holder", value: <>{text.personName(receipt.person)}, <Digits number={receipt.person.uuid} /></> },
            { name: t.card, id: "smartcard", value: <Digits number={cardName(receipt.card)} /> },
            { name: t.certificates, id: "certificates", value: receipt.certificates.map((c) => (
                <span key={c.serial} class="cw-certificate"><span class="cw-digits">{c.serial}</span> ({t.purpose[c.purpose] ?? c.purpose}) </span>
            )) },
            ...(receipt.service === "issue" ? [] : [{ name: t.old, value: t.oldWords }]),
            { name: t.next, id: "next-renewal", value: day(receipt.next_renewal) },
            { name: t.operator, value: `${text.personName(session.person)}, ${session.profile.role_name}, ${session.profile.org}` },
            { name: t.at, value: moment(receipt.at) },
            ...(took === null ? [] : [{ name: t.took, id: "took", value: text.seconds(took) }]),
            { name: t.receipt, id: "receipt", value: <Digits number={receipt.number} /> },
        ]} />
    );
}

export function Result({ run, receipt }: { run: Run; receipt: Receipt }) {
    const page = usePage();
    const here = useDesk().card !== null;
    return (
        <Screen name="result" title={t.title(receipt.service)} heading={
            <div class="nhsuk-panel cw-result" data-part="done">
                <Heading class="nhsuk-panel__title">{t.title(receipt.service)}</Heading>
                <div class="nhsuk-panel__body">
                    <span data-value="not-after">{t.until(day(receipt.not_after))}</span>
                    {receipt.left_locked && <p>{t.locked}</p>}
                </div>
            </div>
        }>
            <p class="nhsuk-body cw-then">{t.then}</p>
            <div class="cw-actions cw-no-print">
                <Button id="print" onClick={() => window.print()}>{t.print}</Button>
                <Button kind="secondary" id="calendar" onClick={() => calendar(receipt)}>{t.calendar}</Button>
                {here && !receipt.left_locked && <Button kind="secondary" id="test" onClick={() => page.go({ at: "test" })}>{t.test}</Button>}
                <LinkButton id="finish" onClick={page.home}>{t.home}</LinkButton>
            </div>
            <div class="cw-panel">
                <p class="cw-paper">{t.paper(text.organisation(receipt.person))}</p>
                <ReceiptRows run={run} receipt={receipt} />
            </div>
        </Screen>
    );
}
