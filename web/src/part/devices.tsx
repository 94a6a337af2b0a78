// SPDX-License-Identifier: Apache-2.0
// devices: the smartcards of a person as a table with a radio button each, as the guides show them.
import type { Card } from "../desk/types.ts";
import { cardName } from "../screen/manage.tsx";
import { day, text } from "../text/text.ts";
import { Digits } from "./person.tsx";

const t = text.manage;

const expiry = (card: Card) => {
    const ends = (card.certificates ?? []).map((c) => c.not_after);
    return ends.length === 0 ? t.noCertificates : day(Math.min(...ends));
};

interface Props {
    cards: Card[];
    here?: string;
    chosen: string | null;
    onChoose: (id: string) => void;
}

const Line = ({ card, here, chosen, onChoose }: { card: Card } & Omit<Props, "cards">) => (
    <tr class="nhsuk-table__row" data-device={card.id}>
        <td class="nhsuk-table__cell">
            <span class="nhsuk-radios nhsuk-radios--small cw-device">
                <span class="nhsuk-radios__item">
                    <input
                        class="nhsuk-radios__input"
                        type="radio"
                        name="device"
                        id={`device-${card.id}`}
                        checked={chosen === card.id}
                        data-focus={chosen === card.id ? "" : undefined}
                        onChange={() => onChoose(card.id)}
                    />
                    <label class="nhsuk-label nhsuk-radios__label" for={`device-${card.id}`}>
                        <Digits number={cardName(card)} />
                    </label>
                </span>
            </span>
        </td>
        <td class="nhsuk-table__cell">
            {text.cardState[card.state] ?? card.state}
            {card.id === here && <> <strong class="nhsuk-tag nhsuk-tag--blue">{t.inserted}</strong></>}
            {card.latest_in_date && <> <strong class="nhsuk-tag nhsuk-tag--green" data-part="latest">{t.latest}</strong></>}
        </td>
        <td class="nhsuk-table__cell">{expiry(card)}</td>
    </tr>
);

export const Devices = ({ cards, here, chosen, onChoose }: Props) => (
    <table class="nhsuk-table cw-devices">
        <caption class="nhsuk-u-visually-hidden">{t.devices}</caption>
        <thead class="nhsuk-table__head">
            <tr>
                <th class="nhsuk-table__header" scope="col">{t.serial}</th>
                <th class="nhsuk-table__header" scope="col">{t.state}</th>
                <th class="nhsuk-table__header" scope="col">{t.expires}</th>
            </tr>
        </thead>
        <tbody>
            {cards.map((card) => <Line key={card.id} card={card} here={here} chosen={chosen} onChoose={onChoose} />)}
        </tbody>
    </table>
);
