// SPDX-License-Identifier: Apache-2.0
// app: header, readers, and the one screen that is due.
import type { Place } from "./model/place.ts";
import { mayManage, maySearch } from "./model/place.ts";
import * as agent from "./desk/agent.ts";
import { usePage } from "./context.ts";
import { Mark } from "./part/icon.tsx";
import { LinkButton } from "./part/controls.tsx";
import { Readers } from "./part/readers.tsx";
import { text } from "./text/text.ts";
import { Bring, Device, PersonScreen } from "./screen/person.tsx";
import { Find } from "./screen/find.tsx";
import { Form } from "./screen/form.tsx";
import { Help } from "./screen/help.tsx";
import { Home } from "./screen/home.tsx";
import { Jobs } from "./screen/jobs.tsx";
import { ChooseProfile, Login } from "./screen/login.tsx";
import { Manage } from "./screen/manage.tsx";
import { Outside } from "./screen/outside.tsx";
import { RunScreen } from "./screen/run.tsx";
import { Services } from "./screen/services.tsx";
import { Test } from "./screen/test.tsx";

function Header() {
    const page = usePage();
    const session = page.desk?.session;
    return (
        <header class="cw-header cw-no-print">
            <div class="nhsuk-width-container cw-header__row">
                <span class="cw-header__name"><Mark />{text.product}</span>
                {session && (
                    <div class="cw-account" role="region" aria-label={text.nav.account}>
                        <span data-part="account">{`${text.personName(session.person)} · ${session.profile.role_name}, ${session.profile.org}`}</span>
                        {!page.isBusy() && <button type="button" class="cw-account__out" data-action="logout" onClick={() => void agent.logout().catch(() => {})}>{text.nav.logout}</button>}
                    </div>
                )}
            </div>
            {session && <Navigation />}
        </header>
    );
}

function Navigation() {
    const page = usePage();
    const desk = page.desk!;
    const entries: [string, string, Place, boolean][] = [
        ["home", text.nav.home, { at: "home" }, true],
        ["manage", text.nav.manage, { at: "manage" }, mayManage(desk)],
        ["find", text.nav.find, { at: "find" }, maySearch(desk)],
        ["jobs", text.nav.jobs, { at: "jobs" }, true],
        ["help", text.nav.help, { at: "help", topic: "renew" }, true],
    ];
    return (
        <nav class="nhsuk-width-container cw-nav" aria-label={text.nav.label}>
            <ul>
                {entries.filter(([, , , shown]) => shown && !page.isBusy()).map(([id, words, place]) => (
                    <li key={id}>
                        <button type="button" class="cw-nav__link" data-nav={id} aria-current={page.place.at === place.at ? "page" : undefined} onClick={() => page.go(place)}>{words}</button>
                    </li>
                ))}
            </ul>
        </nav>
    );
}

function Shown({ place }: { place: Place }) {
    switch (place.at) {
        case "manage": return <Manage />;
        case "services": return <Services />;
        case "form": return <Form service={place.service} resumes={place.resumes} />;
        case "run": return <RunScreen />;
        case "test": return <Test />;
        case "find": return <Find />;
        case "person": return <PersonScreen uuid={place.uuid} />;
        case "device": return <Device person={place.person} card={place.card} />;
        case "bring": return <Bring wanted={place.wanted} />;
        case "jobs": return <Jobs />;
        case "help": return <Help topic={place.topic} />;
        default: return <Home />;
    }
}

function Due() {
    const page = usePage();
    if (page.link !== "live" || page.desk === null) {
        return <Outside />;
    }
    if (page.desk.session === null) {
        const choice = (page.desk.login?.profiles.length ?? 0) > 1;
        return choice ? <ChooseProfile /> : <Login />;
    }
    return <Shown place={page.place} />;
}

const goesBack = (place: Place) => ["services", "find", "person", "device", "jobs", "help"].includes(place.at);

export function App(_: { turn: number }) {
    const page = usePage();
    const desk = page.desk;
    const banner = desk?.session?.banner;
    return (
        <>
            <a class="nhsuk-skip-link" href="#main" onClick={(e) => {
                e.preventDefault();
                document.getElementById("main")?.focus();
            }}>{text.nav.skip}</a>
            {!page.handed && <Header />}
            <div class="nhsuk-width-container cw-body">
                {banner && !page.handed && <div class="cw-banner cw-no-print" role="region" aria-label={text.banner} data-part="banner">{banner}</div>}
                {desk !== null && page.link === "live" && !page.handed && <Readers />}
                {desk?.session && goesBack(page.place) && <div class="cw-back cw-no-print"><LinkButton id="back" onClick={page.back}>{text.nav.back}</LinkButton></div>}
                <main id="main" class="cw-main" tabIndex={-1}><Due /></main>
            </div>
            {desk !== null && page.link === "live" && !page.handed && (
                <footer class="cw-footer cw-no-print">
                    <div class="nhsuk-width-container">
                        {text.footer(desk.workstation, desk.version)} <strong data-part="word">{desk.word}</strong>
                    </div>
                </footer>
            )}
        </>
    );
}
