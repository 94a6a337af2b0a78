// SPDX-License-Identifier: Apache-2.0
// refusal: what a card's refusal of a passcode says at the field.
import type { Problem } from "../desk/types.ts";
import { cause, remedy, text } from "../text/text.ts";

export function refusalWords(problem: Problem, lastTryNeeded = text.form.lastTryNeeded): string {
    if (problem.name === "PASSCODE_WRONG" && problem.tries_left !== undefined) {
        return text.form.wrongPasscode(problem.tries_left);
    }
    return problem.name === "PASSCODE_LAST_TRY" ? lastTryNeeded : `${cause(problem)} ${remedy(problem)}`;
}

/** Only with consent is the last try used (procedures R12). */
export const asksLastTry = (problem: Problem | null) => problem?.name === "PASSCODE_LAST_TRY" || problem?.tries_left === 1;
