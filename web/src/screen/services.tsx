// SPDX-License-Identifier: Apache-2.0
// services: what may be done with the smartcard, and why the rest may not (R11, X9).
import { useState } from "preact/hooks";
import type { Service } from "../desk/types.ts";
import { FORMS, offerOf } from "../model/offer.ts";
import { usePage, useDesk } from "../context.ts";
import { Button, Radios } from "../part/controls.tsx";
import { serviceTitle, Unavailable } from "../part/reasons.tsx";
import { Screen } from "../part/screen.tsx";
import { text } from "../text/text.ts";
import { Manage } from "./manage.tsx";

const t = text.services;

interface Props {
    services: Service[];
    preferred: string | null;
    onChoose: (service: string) => void;
}

export function ServiceList({ services, preferred, onChoose }: Props) {
    const possible = services.filter((s) => s.available && (FORMS.includes(s.service) || s.service === "test"));
    const [chosen, setChosen] = useState(preferred ?? possible[0]?.service ?? null);
    if (possible.length === 0) {
        return <><p>{t.none}</p><Unavailable services={services} open /></>;
    }
    return (
        <form onSubmit={(e) => { e.preventDefault(); onChoose(chosen!); }} noValidate>
            <Radios
                name="service"
                legend={t.available}
                choices={possible.map((s) => ({ value: s.service, label: serviceTitle(s.service, s.title), hint: t.hint_of[s.service] }))}
                value={chosen}
                onChange={setChosen}
                focus
            />
            <Button submit id="continue">{t.submit}</Button>
            <Unavailable services={services} />
        </form>
    );
}

export function Services() {
    const page = usePage();
    const desk = useDesk();
    const identify = desk.card?.identify;
    if (identify === undefined) {
        return <Manage />;
    }
    return (
        <Screen name="services" title={t.title}>
            <div class="cw-panel">
                {identify.person !== null && <p>{t.for(text.personName(identify.person))}</p>}
                <ServiceList
                    services={identify.services}
                    preferred={offerOf(identify).primary?.service ?? null}
                    onChoose={(service) => page.go(service === "test" ? { at: "test" } : { at: "form", service })}
                />
            </div>
        </Screen>
    );
}
