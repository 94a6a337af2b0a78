// SPDX-License-Identifier: Apache-2.0
// calendar: an all-day entry for the next renewal (RFC 5545). No name stands in it: the file goes
// into calendars that others see.
import type { Receipt } from "../desk/types.ts";

const stamp = (at: number) => new Date(at * 1000).toISOString().replace(/[-:]|\.\d+/g, "");
/** The day as the page shows it: of this place, not of Greenwich. */
const day = (at: number) => {
    const d = new Date(at * 1000);
    return `${d.getFullYear()}${String(d.getMonth() + 1).padStart(2, "0")}${String(d.getDate()).padStart(2, "0")}`;
};
const escape = (text: string) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

/** Lines of 75 bytes at most (3.1); all that is written here is one byte a character but names. */
function fold(line: string): string {
    const bytes = new TextEncoder();
    let out = "", width = 0;
    for (const c of line) {
        const size = bytes.encode(c).length;
        if (width + size > 73) {
            out += "\r\n ";
            width = 1;
        }
        out += c;
        width += size;
    }
    return out;
}

export function calendarOf(receipt: Receipt, words: { summary: string; description: string }): string {
    const next = receipt.next_renewal;
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Cardwright//Desk//EN",
        "BEGIN:VEVENT",
        `UID:${receipt.number}@cardwright`,
        `DTSTAMP:${stamp(receipt.at)}`,
        `DTSTART;VALUE=DATE:${day(next)}`,
        `DTEND;VALUE=DATE:${day(next + 86400)}`,
        `SUMMARY:${escape(words.summary)}`,
        `DESCRIPTION:${escape(words.description)}`,
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ].map(fold).join("\r\n") + "\r\n";
}
