// SPDX-License-Identifier: Apache-2.0
// readers: what is in them, live, at the top of every screen.
import type { Desk, Reader } from "../desk/types.ts";
import { cause, text } from "../text/text.ts";
import { useDesk } from "../context.ts";
import { CardIcon, ReaderIcon } from "./icon.tsx";

const t = text.readers;

interface Slot {
    title: string;
    words: string;
    kind: "operator" | "user" | "empty" | "missing";
}

function operatorSlot(desk: Desk, n: number): Slot {
    const session = desk.session!;
    return {
        title: `${t.title(n)} · ${t.operator}`,
        words: t.leave(text.personName(session.person)),
        kind: "operator",
    };
}

/** A card without serial number is told by the end of its GUID, as everywhere on the page. */
const short = (label: string) => label.replace(/^(?:\w+ )?[0-9a-f]*([0-9a-f]{8})$/, (whole, end: string) => (whole.length > 16 ? `…${end}` : whole));

function userSlot(desk: Desk, reader: Reader, n: number): Slot {
    const person = desk.card?.insertion === reader.insertion ? desk.card?.identify?.person : undefined;
    const title = `${t.title(n)} · ${person ? text.personName(person) : t.user}`;
    if (reader.contactless) {
        return { title, words: t.contactless, kind: "user" };
    }
    if (reader.fault !== undefined) {
        return { title, words: cause(reader.fault), kind: "user" };
    }
    return { title, words: reader.reading || !reader.label ? t.reading : t.number(short(reader.label)), kind: "user" };
}

function slotOf(desk: Desk, reader: Reader, index: number): Slot {
    const n = index + 1;
    if (!reader.present) {
        return { title: `${t.title(n)} · ${t.empty}`, words: desk.session ? t.insertUser : t.insertOwn, kind: "empty" };
    }
    return reader.role === "operator" && desk.session ? operatorSlot(desk, n) : userSlot(desk, reader, n);
}

/** A reader that is missing is shown as one. */
function slotsOf(desk: Desk): Slot[] {
    const slots = desk.readers.map((reader, index) => slotOf(desk, reader, index));
    if (slots.length === 0) {
        slots.push({ title: t.none, words: t.noneHint, kind: "missing" });
    } else if (slots.length === 1) {
        slots.push({ title: t.second, words: t.secondHint, kind: "missing" });
    }
    return slots;
}

export function Readers() {
    const desk = useDesk();
    return (
        <section class="cw-readers" aria-label={t.label}>
            {slotsOf(desk).map((slot, index) => (
                <div key={index} class={`cw-reader cw-reader--${slot.kind}`} data-reader={index + 1} data-state={slot.kind}>
                    {slot.kind === "empty" || slot.kind === "missing" ? <ReaderIcon /> : <CardIcon kind={slot.kind} />}
                    <div class="cw-reader__words">
                        <p class="cw-reader__title">{slot.title}</p>
                        <p class="cw-reader__hint">{slot.words}</p>
                    </div>
                </div>
            ))}
        </section>
    );
}
