// SPDX-License-Identifier: Apache-2.0
// person: photograph and details of a person; labels and values in rows.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Person } from "../desk/types.ts";
import { grouped, text } from "../text/text.ts";
import { usePage } from "../context.ts";

export function Portrait({ person, small }: { person: Person; small?: boolean }) {
    const page = usePage();
    const [url, setUrl] = useState<string | null | undefined>(undefined);
    useEffect(() => {
        let here = true;
        setUrl(undefined);
        void page.photograph(person.uuid).then((found) => here && setUrl(found));
        return () => {
            here = false;
        };
    }, [person.uuid]);
    const look = `cw-portrait${small ? " cw-portrait--small" : ""}`;
    return url ? (
        <img class={look} src={url} alt={text.person.photograph(text.personName(person))} />
    ) : (
        <div class={`${look} cw-portrait--none`}>{url === null && <span>{text.person.noPhotograph}</span>}</div>
    );
}

export interface Row {
    name: string;
    value: ComponentChildren;
    id?: string;
}

export const Rows = ({ rows }: { rows: Row[] }) => (
    <dl class="nhsuk-summary-list cw-rows">
        {rows.map((row) => (
            <div key={row.name} class="nhsuk-summary-list__row">
                <dt class="nhsuk-summary-list__key">{row.name}</dt>
                <dd class="nhsuk-summary-list__value" data-value={row.id}>{row.value}</dd>
            </div>
        ))}
    </dl>
);

const SHORT = 14; /* fits on one line everywhere */

export const Digits = ({ number }: { number: string }) => (
    <span class={`cw-digits${number.length <= SHORT ? " cw-digits--short" : ""}`}>{grouped(number)}</span>
);

export function personRows(person: Person): Row[] {
    return [
        {
            name: text.person.name,
            id: "name",
            value: (
                <>
                    {text.personName(person)} {person.closed && <strong class="nhsuk-tag nhsuk-tag--red">{text.person.closed}</strong>}
                </>
            ),
        },
        { name: text.person.uuid, id: "uuid", value: <Digits number={person.uuid} /> },
        { name: text.person.organisation, id: "organisation", value: text.organisation(person) },
    ];
}
