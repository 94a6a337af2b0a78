// SPDX-License-Identifier: Apache-2.0
// person: a profile with its devices; then the service, and only then the card (R7).
import { useEffect, useState } from "preact/hooks";
import * as agent from "../desk/agent.ts";
import type { Card, Person, Problem } from "../desk/types.ts";
import { isWanted, type Wanted } from "../model/place.ts";
import { usePage, useDesk } from "../context.ts";
import { Button, LinkButton } from "../part/controls.tsx";
import { Devices } from "../part/devices.tsx";
import { Digits, personRows, Portrait, Rows } from "../part/person.tsx";
import { Screen } from "../part/screen.tsx";
import { Fault } from "../part/trouble.tsx";
import { text } from "../text/text.ts";
import { ServiceList } from "./services.tsx";
import { cardName } from "./manage.tsx";

const t = text.profilePage;

interface Profile {
    person: Person;
    cards: Card[];
}

function useProfile(uuid: string): Profile | Problem | null {
    const [found, setFound] = useState<Profile | Problem | null>(null);
    useEffect(() => {
        let here = true;
        setFound(null);
        agent.person(uuid).then((p) => here && setFound(p), (e: agent.Refused) => here && setFound(e.problem));
        return () => {
            here = false;
        };
    }, [uuid]);
    return found;
}

export function PersonScreen({ uuid }: { uuid: string }) {
    const found = useProfile(uuid);
    if (found === null) {
        return <Screen name="opening" title={t.title} />;
    }
    if (!("person" in found)) {
        return <Screen name="person" title={t.title} turn={uuid}><Fault problem={found} /></Screen>;
    }
    return <Opened profile={found} />;
}

const firstChoice = (cards: Card[]) => (cards.find((c) => c.latest_in_date) ?? cards[0])?.id ?? null;

function Opened({ profile: { person, cards } }: { profile: Profile }) {
    const page = usePage();
    const [chosen, setChosen] = useState(firstChoice(cards));
    const open = () => page.go({ at: "device", person, card: cards.find((c) => c.id === chosen)! });
    return (
        <Screen name="person" title={text.personName(person)} turn={person.uuid}>
            <div class="cw-panel cw-card">
                <div class="cw-card__person"><Portrait person={person} /><Rows rows={personRows(person)} /></div>
                <h2 class="nhsuk-heading-s">{t.devices}</h2>
                {cards.length === 0 ? <p>{t.noDevices}</p> : (
                    <>
                        <Devices cards={cards} chosen={chosen} onChoose={setChosen} />
                        <Button id="service" onClick={open}>{t.service}</Button>
                    </>
                )}
                <Blank person={person} />
            </div>
        </Screen>
    );
}

/** With a blank card in the reader: issue it to this person, if that may be. */
function Blank({ person }: { person: Person }) {
    const page = usePage();
    const card = useDesk().card;
    const blank = card?.identify?.diagnosis.code === "blank";
    const issue = async () => {
        if (await agent.identify(person.uuid).catch(() => null)) {
            page.go({ at: "manage" });
        }
    };
    return blank ? <LinkButton id="issue" onClick={() => void issue()}>{t.issue}</LinkButton> : null;
}

export function Device({ person, card }: { person: Person; card: Card }) {
    const page = usePage();
    const desk = useDesk();
    const found = useProfile(person.uuid);
    const known = found !== null && "person" in found ? found.cards.find((c) => c.id === card.id) : undefined;
    const services = card.services ?? known?.services;
    function choose(service: string) {
        const wanted: Wanted = { person, card, service };
        const here = desk.card !== null && desk.card.state === "ready" && isWanted(wanted, desk.card);
        page.go(here ? (service === "test" ? { at: "test" } : { at: "form", service }) : { at: "bring", wanted });
    }
    return (
        <Screen name="services" title={t.deviceTitle} turn={services === undefined ? 0 : 1}>
            <div class="cw-panel">
                <p>{text.personName(person)}, <Digits number={cardName(card)} /></p>
                {services !== undefined && <ServiceList services={services} preferred={null} onChoose={choose} />}
            </div>
        </Screen>
    );
}

/** Only that card will do; any other is refused before anything is asked of it. */
export function Bring({ wanted }: { wanted: Wanted }) {
    const page = usePage();
    const card = useDesk().card;
    const other = card !== null && (card.state === "ready" || card.state === "failed") && !isWanted(wanted, card);
    const name = text.personName(wanted.person);
    const words = other ? text.bring.otherWords(name, cardName(wanted.card)) : card !== null ? text.bring.reading : text.bring.words(name);
    return (
        <Screen name={other ? "other-card" : "bring"} title={other ? text.bring.other : text.bring.title}>
            <div class={`cw-panel ${other ? "cw-panel--fault" : "cw-panel--prompt"}`} role={other ? "alert" : undefined}>
                <p class="nhsuk-body-l">{words}</p>
                <div class="cw-card__person">
                    <Portrait person={wanted.person} />
                    <Rows rows={[...personRows(wanted.person), { name: text.person.smartcard, id: "smartcard", value: <Digits number={cardName(wanted.card)} /> }]} />
                </div>
                <LinkButton id="cancel" onClick={page.back}>{text.form.cancel}</LinkButton>
            </div>
        </Screen>
    );
}
