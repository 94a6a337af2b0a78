// SPDX-License-Identifier: Apache-2.0
// lock: a short break. The own card goes and comes back: the passcode alone is asked for, and the
// same role profile is taken, as long as policy says. What is remembered names nobody.

export interface Lock {
    label: string;
    profile: string;
    role: string;
    until_ms: number;
}

export function lockOf(label: string | undefined, profile: { id: string; role_name: string; org: string } | undefined,
    minutes: number | undefined, now_ms: number): Lock | null {
    if (!label || profile === undefined || !minutes) {
        return null;
    }
    return { label, profile: profile.id, role: `${profile.role_name}, ${profile.org}`, until_ms: now_ms + minutes * 60000 };
}

export const opens = (lock: Lock | null, label: string | undefined, now_ms: number): lock is Lock =>
    lock !== null && lock.label === label && now_ms < lock.until_ms;
