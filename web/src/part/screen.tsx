// SPDX-License-Identifier: Apache-2.0
// screen: the frame of one screen: its title, where the focus goes, and the name that tests know.
// When another screen comes, the focus goes to what carries data-focus, else to the heading; an
// element that can be typed into keeps what is being typed.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { text } from "../text/text.ts";

interface Props {
    name: string;
    title: string;
    /** Something else than the heading is shown as heading. */
    heading?: ComponentChildren;
    /** A change of it moves the focus again, as a change of the screen does. */
    turn?: string | number;
    error?: boolean;
    children?: ComponentChildren;
}

export function Screen({ name, title, heading, turn, error, children }: Props) {
    const root = useRef<HTMLDivElement>(null);
    useLayoutEffect(() => {
        document.title = `${error ? `${text.form.error}: ` : ""}${title} · ${text.product}`;
    }, [title, error]);
    useLayoutEffect(() => {
        const at = root.current?.querySelector<HTMLElement>("[data-focus]") ?? root.current?.querySelector<HTMLElement>("h1");
        at?.focus({ preventScroll: true });
        window.scrollTo(0, 0);
    }, [name, turn]);
    return (
        <div ref={root} data-screen={name} class={`cw-screen cw-screen--${name}`}>
            {heading ?? <h1 class="nhsuk-heading-l cw-title" tabIndex={-1}>{title}</h1>}
            {children}
        </div>
    );
}

export const Heading = ({ children, ...rest }: { children: ComponentChildren; class?: string }) => (
    <h1 class={`nhsuk-heading-l cw-title ${rest.class ?? ""}`} tabIndex={-1}>{children}</h1>
);
