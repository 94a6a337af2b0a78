// SPDX-License-Identifier: Apache-2.0
// find: a person by UUID, card number or name (R7). One hit opens by itself.
import { useState } from "preact/hooks";
import * as agent from "../desk/agent.ts";
import type { Person, Problem } from "../desk/types.ts";
import { usePage } from "../context.ts";
import { Button, ErrorSummary, errorOf, TextField, type FormError } from "../part/controls.tsx";
import { useErrorFocus } from "../part/form_focus.ts";
import { Digits } from "../part/person.tsx";
import { refusalWords } from "../part/refusal.ts";
import { Screen } from "../part/screen.tsx";
import { Contact } from "../part/trouble.tsx";
import { text } from "../text/text.ts";

const t = text.find;

const QUERY_MAX = 80;

interface Found {
    asked: string;
    people: Person[];
    more: boolean;
}

export function FindForm() {
    const page = usePage();
    const [query, setQuery] = useState("");
    const [found, setFound] = useState<Found | null>(null);
    const [problem, setProblem] = useState<Problem | null>(null);
    const [errors, setErrors] = useState<FormError[]>([]);
    useErrorFocus(errors);

    async function submit(event: Event) {
        event.preventDefault();
        const asked = query.trim().replace(/(?<=\d) (?=\d)/g, "");
        setFound(null);
        setProblem(null);
        if (asked === "" || asked.length > QUERY_MAX) {
            setErrors([{ field: "query", words: asked === "" ? t.empty : t.long }]);
            return;
        }
        setErrors([]);
        try {
            const answer = await agent.find(asked);
            answer.people.length === 1 ? page.go({ at: "person", uuid: answer.people[0]!.uuid }) : setFound({ asked, ...answer });
        } catch (e) {
            const refused = (e as agent.Refused).problem;
            setProblem(refused);
            setErrors([{ field: "query", words: refusalWords(refused) }]);
        }
    }

    return (
        <>
            <form class="cw-form" onSubmit={(e) => void submit(e)} noValidate role="search">
                <ErrorSummary errors={errors} />
                <TextField id="query" label={t.label} hint={t.hint} value={query} onInput={setQuery} error={errorOf(errors, "query")} focus />
                <Button submit id="search">{t.submit}</Button>
            </form>
            {problem !== null && <Contact problem={problem} failures={1} />}
            {found !== null && <People found={found} />}
        </>
    );
}

function People({ found }: { found: Found }) {
    const page = usePage();
    if (found.people.length === 0) {
        return <p role="status" data-part="nobody"><strong>{t.none(found.asked)}</strong>. {t.noneHint}</p>;
    }
    return (
        <>
            <p class="cw-found" role="status"><strong>{t.results(found.people.length)}</strong></p>
            <ul class="cw-people">
                {found.people.map((person) => (
                    <li key={person.uuid}>
                        <button type="button" class="cw-link" data-person={person.uuid} onClick={() => page.go({ at: "person", uuid: person.uuid })}>
                            {text.personName(person)}
                        </button>
                        <span><Digits number={person.uuid} /></span>
                        <span>{text.organisation(person)}</span>
                    </li>
                ))}
            </ul>
            {found.more && <p>{t.more}</p>}
        </>
    );
}

export const Find = () => (
    <Screen name="find" title={t.title}>
        <div class="cw-panel"><FindForm /></div>
    </Screen>
);
