// SPDX-License-Identifier: Apache-2.0
// jobs: work that waits for its card.
import { useEffect, useState } from "preact/hooks";
import * as agent from "../desk/agent.ts";
import type { Problem, WaitingJob } from "../desk/types.ts";
import { maySearch } from "../model/place.ts";
import { usePage, useDesk } from "../context.ts";
import { Digits } from "../part/person.tsx";
import { serviceTitle } from "../part/reasons.tsx";
import { Screen } from "../part/screen.tsx";
import { Fault } from "../part/trouble.tsx";
import { moment, text } from "../text/text.ts";

const t = text.jobs;

export function Jobs() {
    const [found, setFound] = useState<WaitingJob[] | Problem | null>(null);
    useEffect(() => {
        let here = true;
        agent.jobs().then((answer) => here && setFound(answer.jobs), (e: agent.Refused) => here && setFound(e.problem));
        return () => {
            here = false;
        };
    }, []);
    return (
        <Screen name="jobs" title={t.title}>
            {found !== null && !Array.isArray(found) && <Fault problem={found} />}
            {Array.isArray(found) && found.length === 0 && <div class="cw-panel"><h2 class="nhsuk-heading-s">{t.none}</h2><p>{t.noneHint}</p></div>}
            {Array.isArray(found) && found.length > 0 && <Table jobs={found} />}
        </Screen>
    );
}

const uuidOf = (job: WaitingJob) => (typeof job.person === "string" ? job.person : (job.person?.uuid ?? ""));

function Table({ jobs }: { jobs: WaitingJob[] }) {
    const page = usePage();
    const opens = maySearch(useDesk());
    return (
        <div class="cw-panel">
            <p>{t.hint}</p>
            <div class="cw-scroll" tabIndex={0} role="region" aria-label={t.title}>
                <table class="nhsuk-table">
                    <caption class="nhsuk-u-visually-hidden">{t.title}</caption>
                    <thead class="nhsuk-table__head">
                        <tr>{[t.who, t.service, t.phase, t.since].map((name) => <th key={name} class="nhsuk-table__header" scope="col">{name}</th>)}</tr>
                    </thead>
                    <tbody>
                        {jobs.map((job) => (
                            <tr key={job.job} class="nhsuk-table__row" data-job={job.job}>
                                <td class="nhsuk-table__cell">
                                    {opens ? (
                                        <button type="button" class="cw-link" data-person={uuidOf(job)} onClick={() => page.go({ at: "person", uuid: uuidOf(job) })}>
                                            <Digits number={uuidOf(job)} />
                                        </button>
                                    ) : <Digits number={uuidOf(job)} />}
                                </td>
                                <td class="nhsuk-table__cell">{serviceTitle(job.service)}</td>
                                <td class="nhsuk-table__cell">{t.phases[job.phase] ?? job.phase}</td>
                                <td class="nhsuk-table__cell">{moment(job.started_at)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </div>
    );
}
