// SPDX-License-Identifier: Apache-2.0
// passcode: the form of a passcode, said before the agent is asked. The agent checks again.

export type Wrong = "empty" | "length" | "digits" | "weak" | "differ";

/** One that exists: older ones have 4 to 8 characters, letters too. */
export function checkCurrent(text: string): Wrong | null {
    if (text === "") {
        return "empty";
    }
    return text.length < 4 || text.length > 8 ? "length" : null;
}

/** One digit repeated, or digits in sequence: each is as far from the one before. */
function isGuessable(digits: string): boolean {
    const steps = [...digits].slice(1).map((digit, i) => Number(digit) - Number(digits[i]));
    return Math.abs(steps[0] ?? 0) <= 1 && steps.every((step) => step === steps[0]);
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
    if (isGuessable(text)) {
        return "weak";
    }
    return text === again ? null : "differ";
}
