// SPDX-License-Identifier: Apache-2.0
// offer: the one thing that a card needs, and what is possible besides.
import type { Identify, Service } from "../desk/types.ts";

/** Services that the page has a form for. */
export const FORMS = ["renew", "repair", "issue"];

export interface Offer {
    /** What the card needs; null: nothing, or nothing that this session may do. */
    primary: Service | null;
    /** What would be needed and is not possible, with the reasons. */
    refused: Service | null;
}

/** What the server's diagnosis offers, unless this page has no form for it. */
export function offerOf({ cure, services }: Identify): Offer {
    const needed = services.find((s) => s.service === cure.service) ?? null;
    const possible = needed !== null && needed.available && FORMS.includes(needed.service);
    return possible ? { primary: needed, refused: null } : { primary: null, refused: needed };
}
