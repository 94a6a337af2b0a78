// SPDX-License-Identifier: Apache-2.0
// manage: the card in the second reader: whose it is, and the one thing that it needs (R8-R10, X7-X8).
import { useEffect, useState } from "preact/hooks";
import * as agent from "../desk/agent.ts";
import type { Card, Identify, Service, UserCard } from "../desk/types.ts";
import { offerOf } from "../model/offer.ts";
import { validityOf } from "../model/validity.ts";
import { usePage, useDesk } from "../context.ts";
import { Button, LinkButton } from "../part/controls.tsx";
import { Devices } from "../part/devices.tsx";
import { LifeBar } from "../part/life_bar.tsx";
import { Digits, personRows, Portrait, Rows } from "../part/person.tsx";
import { Reasons, serviceTitle } from "../part/reasons.tsx";
import { Screen } from "../part/screen.tsx";
import { Fault } from "../part/trouble.tsx";
import { ReaderIcon, CardIcon } from "../part/icon.tsx";
import { useLate } from "../part/late.ts";
import { sentence, text } from "../text/text.ts";

const t = text.manage;

export function Manage() {
    const desk = useDesk();
    const card = desk.card;
    useRereading(card);
    const late = useLate(3000, `${card?.insertion} ${card?.state}`);
    if (desk.fault !== undefined) {
        return <Screen name="fault" title={t.waiting}><Fault problem={desk.fault} /></Screen>;
    }
    if (card === null) {
        return <Waiting />;
    }
    if (card.state === "ready" && card.identify !== undefined) {
        return <Ready card={card} identify={card.identify} />;
    }
    if (card.state === "failed" && card.fault !== undefined) {
        return (
            <Screen name="card" title={t.failed} turn={card.insertion}>
                <Fault problem={card.fault}>
                    <Button focus id="again" onClick={() => void agent.identify().catch(() => {})}>{t.again}</Button>
                </Fault>
            </Screen>
        );
    }
    return (
        <Screen name="reading" title={t.reading} turn={card.insertion}>
            <p class="nhsuk-body-l cw-busy" role="status">{late ? t.readingLate : t.readingHint}</p>
        </Screen>
    );
}

/** What a job has changed is read anew when somebody looks at it again. */
function useRereading(card: UserCard | null): void {
    const used = card?.state === "used" ? card.insertion : null;
    useEffect(() => {
        if (used !== null) {
            agent.identify().catch(() => {});
        }
    }, [used]);
}

const Waiting = () => (
    <Screen name="manage" title={t.waiting}>
        <div class="cw-panel cw-panel--prompt cw-prompt">
            <span class="cw-prompt__picture"><ReaderIcon /><CardIcon kind="user" /></span>
            <p class="nhsuk-body-l">{t.waitingHint}</p>
        </div>
    </Screen>
);

function Ready({ card, identify }: { card: UserCard; identify: Identify }) {
    if (identify.person === null) {
        return <Stranger card={card} identify={identify} />;
    }
    return (
        <Screen name="card" title={t.question} turn={`${card.insertion} ${identify.now}`}>
            <div class="cw-panel cw-card">
                <div class="cw-card__person">
                    <Portrait person={identify.person} />
                    <Rows rows={[
                        ...personRows(identify.person),
                        { name: text.person.smartcard, id: "smartcard", value: <CardNumber identify={identify} /> },
                    ]} />
                </div>
                <Life identify={identify} />
                <Actions identify={identify} />
            </div>
            {identify.card !== null && <Details key={card.insertion} identify={identify} />}
        </Screen>
    );
}

const colour = { problem: "red", warning: "yellow", good: "green", note: "grey" };

function CardNumber({ identify: { card, identity, diagnosis } }: { identify: Identify }) {
    return (
        <>
            <Digits number={card === null ? identity : cardName(card)} />{" "}
            <strong class={`nhsuk-tag nhsuk-tag--${colour[diagnosis.severity]}`} data-diagnosis={diagnosis.code}>{diagnosis.title}</strong>
        </>
    );
}

/** What tells this card from another one of the same person: the serial number, else the end of the
 * GUID. (The number on its front is the person's UUID.) */
export const cardName = (card: Card) => card.serial || `…${card.guid.slice(-8)}`;

function Life({ identify }: { identify: Identify }) {
    const days = useDesk().session!.policy.window_days;
    const validity = validityOf(identify.certificates, identify.now, days);
    return validity === null ? null : <LifeBar validity={validity} />;
}

function Actions({ identify }: { identify: Identify }) {
    const page = usePage();
    const [asked, setAsked] = useState(false);
    const { primary, refused } = offerOf(identify);
    return (
        <>
            <Wrong identify={identify} />
            {refused !== null && <NotNow refused={refused} />}
            <div class="cw-actions">
                {primary !== null && (
                    <Button focus id="primary" onClick={() => page.go({ at: "form", service: primary.service })}>
                        {primary.resume ? t.resume(primary.service) : t.primary(primary.service)}
                    </Button>
                )}
                <Button kind="secondary" focus={primary === null} id="service" onClick={() => page.go({ at: "services" })}>{t.service}</Button>
                <LinkButton onClick={() => setAsked(true)}>{t.notThem}</LinkButton>
            </div>
            {asked && <p role="status" class="cw-note">{t.notThemHint}</p>}
        </>
    );
}

/** What is the matter, the gravest first, and the least that cures it, in the server's words. */
function Wrong({ identify: { findings, cure } }: { identify: Identify }) {
    const wrong = findings.filter((f) => f.severity === "problem" || f.severity === "warning");
    if (cure.means === "nothing") {
        return <p data-part="nothing">{t.none}</p>;
    }
    return wrong.length === 0 ? null : (
        <div class="cw-note" data-part="diagnosis">
            {wrong.map((f) => <div key={f.code + f.place} data-finding={f.code}>{sentence(f.text)}</div>)}
            <strong>{sentence(cure.text)}</strong>
        </div>
    );
}

const NotNow = ({ refused }: { refused: Service }) => (
    <div class="cw-note" data-part="refused" data-unavailable={refused.service}>
        <h2 class="nhsuk-heading-xs">{`${serviceTitle(refused.service, refused.title)}: ${t.notPossible.charAt(0).toLowerCase()}${t.notPossible.slice(1)}`}</h2>
        <Reasons reasons={refused.reasons} />
    </div>
);

/** '+': the devices of the person; the inserted one is chosen (R10). */
function Details({ identify }: { identify: Identify }) {
    const page = usePage();
    const here = { ...identify.card!, certificates: identify.certificates };
    const [chosen, setChosen] = useState(here.id);
    const all = [here, ...identify.other_cards];
    const go = () => {
        const other = identify.other_cards.find((card) => card.id === chosen);
        page.go(other === undefined ? { at: "services" } : { at: "device", person: identify.person!, card: other });
    };
    return (
        <details class="nhsuk-details nhsuk-expander cw-details" data-part="details">
            <summary class="nhsuk-details__summary">
                <span class="nhsuk-details__summary-text">{t.details(all.length)}</span>
            </summary>
            <div class="nhsuk-details__text">
                <Devices cards={all} here={here.id} chosen={chosen} onChoose={setChosen} />
                <Button kind="secondary" id="details-service" onClick={go}>{t.service}</Button>
            </div>
        </details>
    );
}

function Stranger({ card, identify }: { card: UserCard; identify: Identify }) {
    const page = usePage();
    const blank = identify.diagnosis.code === "blank" || identify.diagnosis.code === "not_issued";
    return (
        <Screen name="card" title={blank ? t.blank : t.unknown} turn={card.insertion}>
            <div class="cw-panel">
                {blank ? <p data-diagnosis="blank">{t.blankHint}</p> : <Wrong identify={identify} />}
                <div class="cw-actions">
                    <Button focus id="find" onClick={() => page.go({ at: "find" })}>{t.blankFind}</Button>
                    <Button kind="secondary" id="service" onClick={() => page.go({ at: "services" })}>{t.service}</Button>
                </div>
            </div>
        </Screen>
    );
}
