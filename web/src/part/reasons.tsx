// SPDX-License-Identifier: Apache-2.0
// reasons: why a service is not possible, each with what would help.
import type { Reason, Service } from "../desk/types.ts";
import { cause, day, remedy, text } from "../text/text.ts";

const t = text.services;

export const serviceTitle = (service: string, title?: string) => t.title_of[service] ?? title ?? service;

/** The remedy is policy's own; a date is said as one. */
const help = (reason: Reason) => (reason.opens_on !== undefined ? t.opens(day(reason.opens_on)) : remedy(reason));

export const Reasons = ({ reasons }: { reasons: Reason[] }) => (
    <ul class="cw-reasons">
        {reasons.map((reason) => (
            <li key={reason.name} data-reason={reason.name}>
                {cause(reason)} <strong>{help(reason)}</strong> <span class="cw-code">{reason.code}</span>
            </li>
        ))}
    </ul>
);

/** All services that are not possible, folded away: nothing is missing without a word. */
export function Unavailable({ services, open }: { services: Service[]; open?: boolean }) {
    const refused = services.filter((s) => !s.available);
    if (refused.length === 0) {
        return null;
    }
    return (
        <details class="nhsuk-details cw-unavailable" open={open}>
            <summary class="nhsuk-details__summary">
                <span class="nhsuk-details__summary-text">{t.unavailable(refused.length)}</span>
            </summary>
            <div class="nhsuk-details__text">
                {refused.map((s) => (
                    <div key={s.service} data-unavailable={s.service}>
                        <h3 class="nhsuk-heading-xs cw-unavailable__title">{serviceTitle(s.service, s.title)}</h3>
                        <Reasons reasons={s.reasons} />
                    </div>
                ))}
            </div>
        </details>
    );
}
