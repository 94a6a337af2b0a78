// SPDX-License-Identifier: Apache-2.0
// controls: buttons, links and fields in the one look of the page.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { text } from "../text/text.ts";

interface ButtonProps {
    children: ComponentChildren;
    onClick?: () => void;
    kind?: "secondary" | "reverse";
    focus?: boolean;
    submit?: boolean;
    id?: string;
}

export const Button = ({ children, onClick, kind, focus, submit, id }: ButtonProps) => (
    <button
        type={submit ? "submit" : "button"}
        class={`nhsuk-button${kind ? ` nhsuk-button--${kind}` : ""} cw-button`}
        onClick={onClick}
        data-focus={focus ? "" : undefined}
        data-action={id}
    >
        {children}
    </button>
);

export const LinkButton = ({ children, onClick, id }: { children: ComponentChildren; onClick: () => void; id?: string }) => (
    <button type="button" class="cw-link" onClick={onClick} data-action={id}>{children}</button>
);

interface FieldProps {
    id: string;
    label: string;
    value: string;
    onInput: (value: string) => void;
    hint?: string;
    error?: string | null;
    focus?: boolean;
    numeric?: boolean;
    large?: boolean;
}

const describedBy = (p: FieldProps) =>
    [p.hint ? `${p.id}-hint` : "", p.error ? `${p.id}-error` : ""].filter((x) => x !== "").join(" ") || undefined;

function FieldFrame(p: FieldProps & { children: ComponentChildren }) {
    return (
        <div class={`nhsuk-form-group${p.error ? " nhsuk-form-group--error" : ""}`}>
            <label class={`nhsuk-label ${p.large ? "nhsuk-label--m" : "nhsuk-label--s"}`} for={p.id}>{p.label}</label>
            {p.hint && <div class="nhsuk-hint" id={`${p.id}-hint`}>{p.hint}</div>}
            {p.error && (
                <span class="nhsuk-error-message" id={`${p.id}-error`}>
                    <span class="nhsuk-u-visually-hidden">{`${text.form.error}: `}</span>
                    {p.error}
                </span>
            )}
            {p.children}
        </div>
    );
}

export const TextField = (p: FieldProps) => (
    <FieldFrame {...p}>
        <input
            class={`nhsuk-input${p.error ? " nhsuk-input--error" : ""}`}
            id={p.id}
            type="text"
            value={p.value}
            autocomplete="off"
            spellcheck={false}
            aria-describedby={describedBy(p)}
            data-focus={p.focus ? "" : undefined}
            onInput={(e) => p.onInput(e.currentTarget.value)}
        />
    </FieldFrame>
);

/** Never offered to a password manager: it belongs to a card, and to whoever sits here now. */
export function PasscodeField(p: FieldProps) {
    const [shown, setShown] = useState(false);
    return (
        <FieldFrame {...p}>
            <div class="cw-passcode">
                <input
                    class={`nhsuk-input nhsuk-input--width-10 cw-passcode__input${p.error ? " nhsuk-input--error" : ""}`}
                    id={p.id}
                    type={(shown ? "text" : "password") as "password"}
                    value={p.value}
                    maxLength={8}
                    inputMode={p.numeric ? "numeric" : undefined}
                    autocomplete="one-time-code"
                    autocapitalize="none"
                    spellcheck={false}
                    aria-describedby={describedBy(p)}
                    data-focus={p.focus ? "" : undefined}
                    onInput={(e) => p.onInput(e.currentTarget.value)}
                />
                <button
                    type="button"
                    class="nhsuk-button nhsuk-button--secondary nhsuk-button--small cw-passcode__show"
                    aria-label={shown ? text.form.hideLabel : text.form.showLabel}
                    aria-controls={p.id}
                    onClick={() => setShown(!shown)}
                >
                    {shown ? text.form.hide : text.form.show}
                </button>
            </div>
        </FieldFrame>
    );
}

export const Checkbox = (p: { id: string; label: string; hint?: string; checked: boolean; onChange: (checked: boolean) => void }) => (
    <div class="nhsuk-checkboxes nhsuk-checkboxes--small cw-checkbox">
        <div class="nhsuk-checkboxes__item">
            <input
                class="nhsuk-checkboxes__input"
                id={p.id}
                type="checkbox"
                checked={p.checked}
                aria-describedby={p.hint ? `${p.id}-hint` : undefined}
                onChange={(e) => p.onChange(e.currentTarget.checked)}
            />
            <label class="nhsuk-label nhsuk-checkboxes__label" for={p.id}>{p.label}</label>
            {p.hint && <div class="nhsuk-hint nhsuk-checkboxes__hint" id={`${p.id}-hint`}>{p.hint}</div>}
        </div>
    </div>
);

export interface Choice {
    value: string;
    label: ComponentChildren;
    hint?: string;
}

interface RadiosProps {
    name: string;
    legend: string;
    hint?: string;
    error?: string | null;
    choices: Choice[];
    value: string | null;
    focus?: boolean;
    onChange: (value: string) => void;
}

export const Radios = (p: RadiosProps) => (
    <div class={`nhsuk-form-group${p.error ? " nhsuk-form-group--error" : ""}`}>
        <fieldset class="nhsuk-fieldset" aria-describedby={p.hint ? `${p.name}-hint` : undefined}>
            <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">{p.legend}</legend>
            {p.hint && <div class="nhsuk-hint" id={`${p.name}-hint`}>{p.hint}</div>}
            {p.error && <span class="nhsuk-error-message" id={`${p.name}-error`}>{p.error}</span>}
            <div class="nhsuk-radios nhsuk-radios--small">
                {p.choices.map((choice, index) => (
                    <div key={choice.value} class="nhsuk-radios__item">
                        <input
                            class="nhsuk-radios__input"
                            id={`${p.name}-${index}`}
                            name={p.name}
                            type="radio"
                            value={choice.value}
                            checked={p.value === choice.value}
                            aria-describedby={choice.hint ? `${p.name}-${index}-hint` : undefined}
                            data-focus={p.focus && (p.value === choice.value || (p.value === null && index === 0)) ? "" : undefined}
                            onChange={() => p.onChange(choice.value)}
                        />
                        <label class="nhsuk-label nhsuk-radios__label" for={`${p.name}-${index}`}>{choice.label}</label>
                        {choice.hint && <div class="nhsuk-hint nhsuk-radios__hint" id={`${p.name}-${index}-hint`}>{choice.hint}</div>}
                    </div>
                ))}
            </div>
        </fieldset>
    </div>
);

export interface FormError {
    field: string;
    words: string;
}

/** At the top, with the focus; each line leads to its field. */
export const ErrorSummary = ({ errors }: { errors: FormError[] }) =>
    errors.length === 0 ? null : (
        <div class="nhsuk-error-summary" role="alert" tabIndex={-1} data-part="errors">
            <h2 class="nhsuk-error-summary__title">{text.form.problem}</h2>
            <ul class="nhsuk-list nhsuk-error-summary__list">
                {errors.map((error) => (
                    <li key={error.field}>
                        <a href={`#${error.field}`} onClick={(e) => {
                            e.preventDefault();
                            document.getElementById(error.field)?.focus();
                        }}>{error.words}</a>
                    </li>
                ))}
            </ul>
        </div>
    );

export const errorOf = (errors: FormError[], field: string) => errors.find((e) => e.field === field)?.words ?? null;
