// SPDX-License-Identifier: Apache-2.0
// form_focus: after a refusal the first field that is wrong gets the focus; what it holds is
// selected, so that typing replaces it. The summary above is an alert and is read out.
import { useLayoutEffect } from "preact/hooks";
import type { FormError } from "./controls.tsx";

export function useErrorFocus(errors: FormError[]): void {
    useLayoutEffect(() => {
        const field = errors[0] && document.getElementById(errors[0].field);
        field?.focus({ preventScroll: true });
        if (field instanceof HTMLInputElement && field.type !== "radio" && field.type !== "checkbox") {
            field.select();
        }
        if (errors.length > 0) {
            window.scrollTo(0, 0);
        }
    }, [errors]);
}
