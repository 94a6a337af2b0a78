// SPDX-License-Identifier: Apache-2.0
// test: do both keys of the card sign? The holder's passcode, and the proof (X13).
import { useState } from "preact/hooks";
import * as agent from "../desk/agent.ts";
import type { CardTest, Problem } from "../desk/types.ts";
import { checkCurrent } from "../model/passcode.ts";
import { usePage, useDesk } from "../context.ts";
import { Button, Checkbox, ErrorSummary, errorOf, LinkButton, PasscodeField, type FormError } from "../part/controls.tsx";
import { useErrorFocus } from "../part/form_focus.ts";
import { Rows } from "../part/person.tsx";
import { asksLastTry, refusalWords } from "../part/refusal.ts";
import { Screen } from "../part/screen.tsx";
import { Contact } from "../part/trouble.tsx";
import { cause, day, remedy, text } from "../text/text.ts";

const t = text.test;

export function Test() {
    const [outcome, setOutcome] = useState<CardTest | null>(null);
    return outcome === null ? <Ask onDone={setOutcome} /> : <Outcome outcome={outcome} onAgain={() => setOutcome(null)} />;
}

function Ask({ onDone }: { onDone: (outcome: CardTest) => void }) {
    const page = usePage();
    const card = useDesk().card;
    const [passcode, setPasscode] = useState("");
    const [last, setLast] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const [errors, setErrors] = useState<FormError[]>([]);
    const [busy, setBusy] = useState(false);
    useErrorFocus(errors);

    async function submit(event: Event) {
        event.preventDefault();
        if (busy) {
            return;
        }
        const wrong = checkCurrent(passcode);
        if (wrong !== null) {
            setErrors([{ field: "passcode", words: text.form.wrong(wrong, 4, 8) }]);
            return;
        }
        const typed = passcode;
        setPasscode("");
        setBusy(true);
        setErrors([]);
        const refused = await agent.test(typed, last).then((outcome) => onDone(outcome), (e: agent.Refused) => e.problem);
        if (refused) {
            setBusy(false);
            page.failures.add("test");
            setProblem(refused);
            setErrors([{ field: "passcode", words: refusalWords(refused) }]);
        }
    }

    const holder = card?.identify?.person ?? page.run?.person;
    return (
        <Screen name="test" title={t.title} error={errors.length > 0}>
            <form class="cw-panel cw-form" onSubmit={(e) => void submit(e)} noValidate>
                <ErrorSummary errors={errors} />
                <PasscodeField
                    id="passcode"
                    label={holder ? text.form.holder(text.personName(holder)) : text.login.passcode}
                    hint={t.hint}
                    value={passcode}
                    onInput={setPasscode}
                    error={errorOf(errors, "passcode")}
                    focus
                />
                {asksLastTry(problem) && (
                    <Checkbox id="last-try" label={text.form.lastTry} checked={last} onChange={setLast} />
                )}
                <div class="cw-actions">
                    <Button submit id="run-test">{busy ? t.busy : t.submit}</Button>
                    <LinkButton id="cancel" onClick={page.back}>{text.form.cancel}</LinkButton>
                </div>
                {problem !== null && <Contact problem={problem} failures={page.failures.count("test")} />}
            </form>
        </Screen>
    );
}

function Outcome({ outcome, onAgain }: { outcome: CardTest; onAgain: () => void }) {
    const page = usePage();
    const good = outcome.keys.length > 0 && outcome.keys.every((key) => key.proved);
    return (
        <Screen name="tested" title={good ? t.good : t.bad}>
            <div class={`cw-panel ${good ? "cw-panel--good" : "cw-panel--fault"}`} data-part={good ? "good" : "bad"}>
                <Rows rows={outcome.keys.map((key) => ({
                    name: t.key[key.purpose] ?? key.purpose,
                    id: key.slot,
                    value: key.proved
                        ? `${t.proved}${key.not_after ? `, ${t.until(day(key.not_after))}` : ""}`
                        : key.problem ? `${cause(key.problem)} ${remedy(key.problem)}` : t.bad,
                }))} />
                <div class="cw-actions">
                    <Button focus id="finish" onClick={page.back}>{t.done}</Button>
                    <Button kind="secondary" id="test-again" onClick={onAgain}>{t.again}</Button>
                </div>
            </div>
        </Screen>
    );
}
