// SPDX-License-Identifier: Apache-2.0
// passcode: the form of a passcode, said before the agent is asked. The agent checks again.

export type Wrong = "empty" | "length" | "digits" | "differ";

/** One that exists: older ones have 4 to 8 characters, letters too. */
export function checkCurrent(text: string): Wrong | null {
    if (text === "") {
        return "empty";
    }
    return text.length < 4 || text.length > 8 ? "length" : null;
}

export function checkNew(text: string, again: string, rule: { passcode_min: number; passcode_max: number }): Wrong | null {
    if (text === "") {
        return "empty";
    }
    if (!/^[0-9]*$/.test(text)) {
        return "digits";
    }
    if (text.length < rule.passcode_min || text.length > rule.passcode_max) {
        return "length";
    }
    return text === again ? null : "differ";
}
