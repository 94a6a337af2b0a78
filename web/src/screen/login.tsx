// SPDX-License-Identifier: Apache-2.0
// login: the own card, its passcode, and the role if there are several.
import { useEffect, useRef, useState } from "preact/hooks";
import * as agent from "../desk/agent.ts";
import type { Desk, Problem, Profile, Reader } from "../desk/types.ts";
import { checkCurrent } from "../model/passcode.ts";
import { usePage, useDesk } from "../context.ts";
import type { Page } from "../page.ts";
import { Button, Checkbox, ErrorSummary, errorOf, LinkButton, PasscodeField, Radios, type FormError } from "../part/controls.tsx";
import { useErrorFocus } from "../part/form_focus.ts";
import { asksLastTry, refusalWords } from "../part/refusal.ts";
import { Screen } from "../part/screen.tsx";
import { Contact, Fault } from "../part/trouble.tsx";
import { cause, text } from "../text/text.ts";

const t = text.login;

const cardsOf = (desk: Desk): Reader[] => desk.readers.filter((r) => r.present && !r.contactless);

/** Cards that may be somebody's own: those that were served a moment ago are not. */
const ownOf = (page: Page, desk: Desk) => cardsOf(desk).filter((card) => !page.wasServed(card.insertion));

export function Login() {
    const page = usePage();
    const desk = useDesk();
    const cards = ownOf(page, desk);
    const unlocking = cards.some((card) => page.unlocks(card.label));
    const waits = page.lock !== null && Date.now() < page.lock.until_ms;
    const title = unlocking ? t.unlockTitle : waits && cards.length === 0 ? t.unlockInsert : t.title;
    return (
        <Screen name="login" title={title} turn={`${cards.length > 0} ${unlocking}`}>
            {desk.fault !== undefined && <Fault problem={desk.fault} />}
            {page.stopped && <p class="cw-note" role="status" data-part="stopped">{t.stopped}</p>}
            {cards.length > 0 ? <LoginForm cards={cards} /> : <InsertOwn waits={waits} />}
        </Screen>
    );
}

function InsertOwn({ waits }: { waits: boolean }) {
    const page = usePage();
    const desk = useDesk();
    return (
        <div class="cw-panel cw-panel--prompt">
            <p class="nhsuk-body-l">{waits ? t.unlockInsertHint(text.time(new Date(page.lock!.until_ms))) : t.insert}</p>
            <p class="nhsuk-hint">{t.insertHint}</p>
            {desk.session_fault !== undefined && !waits && <p>{cause(desk.session_fault)}</p>}
            {(waits || cardsOf(desk).length > 0) && <LinkButton id="other" onClick={page.dropLock}>{cardsOf(desk).length > 0 ? t.otherCard : t.other}</LinkButton>}
        </div>
    );
}

function LoginForm({ cards }: { cards: Reader[] }) {
    const page = usePage();
    const [passcode, setPasscode] = useState("");
    const [chosen, setChosen] = useState<string | null>(null);
    const [last, setLast] = useState(false);
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const [errors, setErrors] = useState<FormError[]>([]);
    const sent = useRef(false);
    useErrorFocus(errors);
    useEffect(() => {
        setErrors([]);
        setProblem(null);
    }, [cards.map((card) => card.insertion).join()]);
    const lock = cards.some((card) => page.unlocks(card.label)) ? page.lock : null;
    const ask = cards.length > 1 && lock === null;

    async function submit(event: Event) {
        event.preventDefault();
        if (sent.current) {
            return; /* a second Enter would cost a second try */
        }
        const wrong = checkCurrent(passcode);
        if (wrong !== null) {
            setErrors([{ field: "passcode", words: text.form.wrong(wrong, 4, 8) }]);
            return;
        }
        sent.current = true;
        setBusy(true);
        setErrors([]);
        const request = {
            passcode,
            use_last_try: last || undefined,
            card: lock?.label ?? (ask ? chosen ?? undefined : undefined),
            profile: lock?.profile,
        };
        const refused = await agent.login(request).then(() => null, (e: agent.Refused) => e.problem);
        sent.current = false;
        setPasscode("");
        setBusy(false);
        setProblem(refused);
        if (refused !== null) {
            page.failures.add("login");
            setErrors([{ field: refused.name === "CARD_TWO" ? "card-0" : "passcode", words: refusalWords(refused, t.lastTryNeeded) }]);
        }
    }

    return (
        <form class="cw-panel cw-form" onSubmit={(e) => void submit(e)} noValidate>
            <ErrorSummary errors={errors} />
            {lock !== null && <p>{t.unlockHint(lock.role)}</p>}
            {ask && (
                <Radios
                    name="card"
                    legend={t.two}
                    choices={cards.map((card, i) => ({ value: card.label ?? "", label: `${text.readers.title(i + 1)}: ${card.label ?? text.readers.reading}` }))}
                    value={chosen}
                    onChange={setChosen}
                />
            )}
            <PasscodeField id="passcode" label={t.passcode} value={passcode} onInput={setPasscode} error={errorOf(errors, "passcode")} focus />
            {asksLastTry(problem) && (
                <Checkbox id="last-try" label={t.lastTry} checked={last} onChange={setLast} />
            )}
            <Button submit id="login">{busy ? t.busy : t.submit}</Button>
            {lock !== null && <LinkButton onClick={page.dropLock}>{t.other}</LinkButton>}
            {problem !== null && <Contact problem={problem} failures={page.failures.count("login")} />}
        </form>
    );
}

/** The one used last comes first; else the order of the directory. */
const firstChoice = (profiles: Profile[]) => (profiles.find((p) => p.last) ?? profiles[0])?.id ?? null;

export function ChooseProfile() {
    const desk = useDesk();
    const { person, profiles } = desk.login!;
    const [chosen, setChosen] = useState<string | null>(firstChoice(profiles));
    const [errors, setErrors] = useState<FormError[]>([]);
    useErrorFocus(errors);

    async function submit(event: Event) {
        event.preventDefault();
        const refused = await agent.chooseProfile(chosen!).then(() => null, (e: agent.Refused) => e.problem);
        setErrors(refused === null ? [] : [{ field: "profile-0", words: refusalWords(refused) }]);
    }

    return (
        <Screen name="profile" title={text.profile.title}>
            <form class="cw-panel cw-form" onSubmit={(e) => void submit(e)} noValidate>
                <ErrorSummary errors={errors} />
                <Radios
                    name="profile"
                    legend={text.personName(person)}
                    hint={text.profile.hint}
                    choices={profiles.map((p) => ({
                        value: p.id,
                        label: `${p.role_name}, ${p.org_name} (${p.org})`,
                        hint: p.last ? text.profile.last : undefined,
                    }))}
                    value={chosen}
                    onChange={setChosen}
                    focus
                />
                <Button submit id="choose">{text.profile.submit}</Button>
            </form>
        </Screen>
    );
}
