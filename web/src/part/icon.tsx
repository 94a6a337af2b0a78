// SPDX-License-Identifier: Apache-2.0
// icon: own drawings; decoration only, each stands beside the words that say the same.

export const CardIcon = ({ kind }: { kind: string }) => (
    <svg class={`cw-icon cw-icon--${kind}`} viewBox="0 0 58 40" width="58" height="40" aria-hidden="true">
        <rect class="cw-icon__line" x="1.5" y="1.5" width="55" height="37" rx="4" fill="#fff" />
        <rect x="8" y="13" width="13" height="11" rx="2" fill="#ffb81c" stroke="#7a5a00" />
        <path d="M8 18.5h13M14.5 13v11" stroke="#7a5a00" />
        <path class="cw-icon__line" d="M29 14h20M29 20h20M29 26h13" stroke-width="2.5" />
    </svg>
);

export const ReaderIcon = () => (
    <svg class="cw-icon cw-icon--empty" viewBox="0 0 58 40" width="58" height="40" aria-hidden="true">
        <path class="cw-icon__line" d="M29 2v11m-5-5 5 5 5-5" fill="none" stroke-width="2.5" />
        <rect class="cw-icon__line" x="2" y="15" width="54" height="23" rx="3" fill="#fff" stroke-width="2" />
        <rect x="9" y="20" width="40" height="4" rx="2" fill="#212b32" />
    </svg>
);

export const StepIcon = ({ state }: { state: string }) => (
    <svg class={`cw-step-icon cw-step-icon--${state}`} viewBox="0 0 28 28" width="26" height="26" aria-hidden="true">
        {state === "running" ? (
            <path d="M14 3a11 11 0 1 1-11 11" fill="none" stroke-width="4" />
        ) : (
            <circle cx="14" cy="14" r="11" stroke-width="3" />
        )}
        {state === "done" && <path class="cw-step-icon__mark" d="m8.5 14.5 4 4 7.5-9" fill="none" stroke-width="3" />}
        {state === "failed" && <path class="cw-step-icon__mark" d="m9.5 9.5 9 9m0-9-9 9" fill="none" stroke-width="3" />}
    </svg>
);

export const Mark = () => <img class="cw-mark" src="/mark.svg" width="40" height="32" alt="" />;
