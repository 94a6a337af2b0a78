// SPDX-License-Identifier: Apache-2.0
// form: what a service needs to be told: passcodes, how identity was checked. The photograph stands
// beside the passcode; 'hand over' leaves only the holder's fields on screen.
import { useState } from "preact/hooks";
import type { Identify, JobRequest, Problem } from "../desk/types.ts";
import { checkCurrent, checkNew } from "../model/passcode.ts";
import { usePage, useDesk } from "../context.ts";
import { Button, Checkbox, ErrorSummary, errorOf, LinkButton, PasscodeField, Radios, TextField, type FormError } from "../part/controls.tsx";
import { useErrorFocus } from "../part/form_focus.ts";
import { asksLastTry, refusalWords } from "../part/refusal.ts";
import { Portrait } from "../part/person.tsx";
import { Screen } from "../part/screen.tsx";
import { Contact } from "../part/trouble.tsx";
import { text } from "../text/text.ts";
import { Manage } from "./manage.tsx";

const t = text.form;

/** Of what the operator's card signs (docs/protocol/agent.md). */
const STATEMENT_BYTES_MAX = 127;

interface Fields {
    passcode: string;
    again: string;
    identity: string | null;
    identityOther: string;
    leftLocked: boolean;
    reset: boolean;
    operator: string;
    lastTry: boolean;
}

const empty: Fields = {
    passcode: "", again: "", identity: null, identityOther: "", leftLocked: false, reset: false, operator: "", lastTry: false,
};

/** What was said of identity, without any passcode, is kept for the next try of the same job. */
function start(service: string, said: string | undefined): Fields {
    if (said === undefined || service === "renew") {
        return empty;
    }
    const known = Object.entries(t.identities).find(([, words]) => words === said)?.[0];
    return { ...empty, identity: known ?? "other", identityOther: known === undefined ? said : "" };
}

export function Form({ service, resumes }: { service: string; resumes?: boolean }) {
    const desk = useDesk();
    const identify = desk.card?.identify;
    return identify?.person ? <Filled service={service} resumes={resumes} identify={identify} /> : <Manage />;
}

function Filled({ service, resumes, identify }: { service: string; resumes?: boolean; identify: Identify }) {
    const page = usePage();
    const desk = useDesk();
    const [fields, setFields] = useState<Fields>(() => start(service, page.said(service, identify.identity)));
    const [problem, setProblem] = useState<Problem | null>(page.refusal);
    const [errors, setErrors] = useState<FormError[]>(() => (page.refusal === null ? [] : [errorFor(page.refusal)]));
    const { handed, hand } = page;
    useErrorFocus(errors);
    const set = (change: Partial<Fields>) => setFields((before) => ({ ...before, ...change }));
    const rule = desk.session!.policy;
    const needsOperator = desk.session!.operator_passcode === "needed";
    const offer = identify.services.find((s) => s.service === service);
    const asksIdentity = offer?.identity_check ?? false;
    const name = text.personName(identify.person!);

    function check(): FormError[] {
        const found: FormError[] = [];
        if (asksIdentity && identityOf(fields) === "") {
            found.push({ field: fields.identity === "other" ? "identity-other" : "identity-0", words: t.identityMissing });
        }
        if (asksIdentity && new TextEncoder().encode(identityOf(fields)).length > STATEMENT_BYTES_MAX) {
            found.push({ field: "identity-other", words: t.identityLong });
        }
        const wrong = service === "renew" ? checkCurrent(fields.passcode) : fields.leftLocked ? null : checkNew(fields.passcode, fields.again, rule);
        if (wrong !== null) {
            const [min, max] = service === "renew" ? [4, 8] : [rule.passcode_min, rule.passcode_max];
            found.push({ field: wrong === "differ" ? "again" : "passcode", words: t.wrong(wrong, min, max) });
        }
        if (offer?.reset && !fields.reset) {
            found.push({ field: "reset", words: t.wipeMissing });
        }
        if (needsOperator && fields.operator === "") {
            found.push({ field: "operator", words: t.operatorMissing });
        }
        return found;
    }

    function handOver() {
        set({ passcode: "", again: "" });
        setErrors([]);
        hand(true);
    }

    function submit(event: Event) {
        event.preventDefault();
        const found = check();
        if (found.length > 0) {
            setProblem(null);
            setErrors(found);
            if (found.some((e) => e.field !== "passcode" && e.field !== "again")) {
                hand(false);
            }
            return;
        }
        const request = requestOf(service, fields, identify, needsOperator);
        setFields({ ...fields, passcode: "", again: "", operator: "" });
        void page.serve(request);
    }

    const holderFields = fields.leftLocked ? null : (
        <HolderFields service={service} fields={fields} set={set} errors={errors} name={name} large={handed} focus={!asksIdentity || fields.identity !== null || handed} />
    );
    if (handed) {
        return (
            <Screen name="hand-over" title={service === "renew" ? t.handTitle(name) : t.handNewTitle(name)}>
                <form class="cw-panel cw-hand" onSubmit={submit} noValidate>
                    <ErrorSummary errors={errors} />
                    {holderFields}
                    <div class="cw-actions">
                        <Button submit id="submit">{t.submit(service)}</Button>
                        <LinkButton id="hand-back" onClick={() => hand(false)}>{t.handBack}</LinkButton>
                    </div>
                </form>
            </Screen>
        );
    }
    return (
        <Screen name={`form-${service}`} title={t.title(service)} error={errors.length > 0}>
            <form class="cw-panel cw-serve" onSubmit={submit} noValidate>
                <div class="cw-serve__person">
                    <Portrait person={identify.person!} />
                    <p class="cw-serve__name">{name}</p>
                </div>
                <div class="cw-serve__fields">
                    <ErrorSummary errors={errors} />
                    {resumes && <p class="cw-note cw-note--good" data-part="resumes" role="status">{t.resumes}</p>}
                    {asksIdentity && <IdentityFields fields={fields} set={set} errors={errors} hint={resumes ? undefined : t.identityHint} />}
                    {offer?.reset && <Checkbox id="reset" label={t.wipe} checked={fields.reset} onChange={(reset) => set({ reset })} />}
                    {holderFields}
                    {service !== "renew" && (
                        <Checkbox id="left-locked" label={t.leaveLocked} hint={t.leaveLockedHint} checked={fields.leftLocked} onChange={(leftLocked) => set({ leftLocked, passcode: "", again: "" })} />
                    )}
                    {asksLastTry(problem) && <Checkbox id="last-try" label={t.lastTry} checked={fields.lastTry} onChange={(lastTry) => set({ lastTry })} />}
                    {needsOperator && (
                        <PasscodeField id="operator" label={t.operator} hint={t.operatorHint} value={fields.operator} onInput={(operator) => set({ operator })} error={errorOf(errors, "operator")} />
                    )}
                    <div class="cw-actions">
                        <Button submit id="submit">{t.submit(service)}</Button>
                        {!fields.leftLocked && <Button kind="secondary" id="hand-over" onClick={handOver}>{t.handOver}</Button>}
                        <LinkButton id="cancel" onClick={page.back}>{t.cancel}</LinkButton>
                    </div>
                    <p class="nhsuk-hint cw-window">{t.window(offer?.old_pair)}</p>
                    {problem !== null && <Contact problem={problem} failures={page.failures.count(`${service} ${identify.identity}`)} about={{ service, card: identify.card?.serial ?? "" }} />}
                </div>
            </form>
        </Screen>
    );
}

interface PartProps {
    fields: Fields;
    set: (change: Partial<Fields>) => void;
    errors: FormError[];
}

function HolderFields({ service, fields, set, errors, name, large, focus }: PartProps & { service: string; name: string; large: boolean; focus: boolean }) {
    const rule = useDesk().session!.policy;
    if (service === "renew") {
        return (
            <PasscodeField id="passcode" label={t.holder(name)} hint={t.holderHint} value={fields.passcode} onInput={(passcode) => set({ passcode })} error={errorOf(errors, "passcode")} focus={focus} large={large} />
        );
    }
    return (
        <fieldset class="nhsuk-fieldset cw-pair" aria-describedby="new-hint">
            <legend class={`nhsuk-fieldset__legend ${large ? "nhsuk-fieldset__legend--m" : "nhsuk-fieldset__legend--s"}`}>{t.newPair}</legend>
            <div class="nhsuk-hint" id="new-hint">{t.newHint(rule.passcode_min, rule.passcode_max)}</div>
            <div class="cw-pair__fields">
                <PasscodeField id="passcode" label={t.newOne} value={fields.passcode} onInput={(passcode) => set({ passcode })} error={errorOf(errors, "passcode")} focus={focus} numeric />
                <PasscodeField id="again" label={t.newAgain} value={fields.again} onInput={(again) => set({ again })} error={errorOf(errors, "again")} numeric />
            </div>
        </fieldset>
    );
}

const IdentityFields = ({ fields, set, errors, hint }: PartProps & { hint?: string }) => (
    <>
        <Radios
            name="identity"
            legend={t.identity}
            hint={hint}
            error={errorOf(errors, "identity-0")}
            choices={Object.entries(t.identities).map(([value, label]) => ({ value, label }))}
            value={fields.identity}
            onChange={(identity) => set({ identity })}
            focus={fields.identity === null}
        />
        {fields.identity === "other" && (
            <TextField id="identity-other" label={t.identityOther} value={fields.identityOther} onInput={(identityOther) => set({ identityOther })} error={errorOf(errors, "identity-other")} />
        )}
    </>
);

function identityOf(fields: Fields): string {
    if (fields.identity === "other") {
        return fields.identityOther.trim();
    }
    return fields.identity === null ? "" : t.identities[fields.identity as keyof typeof t.identities];
}

function requestOf(service: string, fields: Fields, identify: Identify, needsOperator: boolean): JobRequest {
    const request: JobRequest = { service, expect_card: identify.identity };
    if (service === "renew") {
        request.passcode = fields.passcode;
    } else if (fields.leftLocked) {
        request.left_locked = true;
    } else {
        request.new_passcode = fields.passcode;
        request.new_passcode_again = fields.again;
    }
    if (fields.reset) {
        request.reset = true;
    }
    if (identityOf(fields) !== "") {
        request.identity_check = identityOf(fields);
    }
    if (service === "issue") {
        request.person = identify.person!.uuid;
    }
    if (fields.lastTry) {
        request.use_last_try = true;
    }
    if (needsOperator) {
        request.operator_passcode = fields.operator;
    }
    return request;
}

/** The field that the agent's refusal is about. */
function errorFor(problem: Problem): FormError {
    const operators = problem.detail === "operator" || problem.name === "PASSCODE_OPERATOR";
    const field = problem.name === "POLICY_ID_CHECK" ? "identity-0" : operators ? "operator" : problem.name === "PASSCODE_MISMATCH" ? "again" : "passcode";
    return { field, words: refusalWords(problem) };
}
