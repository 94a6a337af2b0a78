// SPDX-License-Identifier: Apache-2.0
// home: the dashboard. The short way needs nothing of it: the next card shows by itself.
import { useEffect, useState } from "preact/hooks";
import * as agent from "../desk/agent.ts";
import { mayManage, maySearch, type Place } from "../model/place.ts";
import { usePage, useDesk } from "../context.ts";
import { CardIcon, ReaderIcon } from "../part/icon.tsx";
import { Reasons } from "../part/reasons.tsx";
import { Screen } from "../part/screen.tsx";
import { Fault } from "../part/trouble.tsx";
import { text } from "../text/text.ts";
import { FindForm } from "./find.tsx";

const t = text.home;

function Tile({ id, title, hint, place, count }: { id: string; title: string; hint: string; place: Place; count?: number | null }) {
    const page = usePage();
    return (
        <li class="cw-tile">
            <button type="button" class="cw-tile__button" data-action={id} onClick={() => page.go(place)}>
                <span class="cw-tile__title">{title}</span>
                {!!count && <strong class="nhsuk-tag nhsuk-tag--yellow">{count}</strong>}
            </button>
            <p class="cw-tile__hint">{hint}</p>
        </li>
    );
}

function useWaiting(): number | null {
    const [count, setCount] = useState<number | null>(null);
    useEffect(() => {
        let here = true;
        agent.jobs().then((answer) => here && setCount(answer.jobs.length), () => {});
        return () => {
            here = false;
        };
    }, []);
    return count;
}

function Prompt() {
    const desk = useDesk();
    if (mayManage(desk)) {
        return (
            <div class="cw-panel cw-panel--prompt cw-prompt">
                <span class="cw-prompt__picture"><ReaderIcon /><CardIcon kind="user" /></span>
                <div>
                    <p class="nhsuk-body-l">{t.insert}</p>
                    <p class="nhsuk-hint">{t.insertHint}</p>
                </div>
            </div>
        );
    }
    const refusal = desk.session!.rights!.find((r) => r.right === "manage_tab")!;
    return (
        <div class="cw-panel">
            <h2 class="nhsuk-heading-m">{maySearch(desk) ? t.searchFirst : t.noManage}</h2>
            {maySearch(desk) && <p>{t.searchFirstHint}</p>}
            {maySearch(desk) && <FindForm />}
            <details class="nhsuk-details">
                <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">{t.noManage}</span></summary>
                <div class="nhsuk-details__text"><Reasons reasons={refusal.reasons} /></div>
            </details>
        </div>
    );
}

export function Home() {
    const desk = useDesk();
    const waiting = useWaiting();
    const title = t.hello(new Date(), desk.session!.person.given);
    return (
        <Screen name="home" title={title}>
            {desk.fault !== undefined ? <Fault problem={desk.fault} /> : <Prompt />}
            <ul class="cw-tiles">
                {mayManage(desk) && <Tile id="manage" title={t.manage} hint={t.manageHint} place={{ at: "manage" }} />}
                {maySearch(desk) && <Tile id="find" title={t.find} hint={t.findHint} place={{ at: "find" }} />}
                <Tile id="jobs" title={t.jobs} hint={t.jobsHint} place={{ at: "jobs" }} count={waiting} />
                <Tile id="help" title={t.help} hint={t.helpHint} place={{ at: "help", topic: "renew" }} />
            </ul>
        </Screen>
    );
}
