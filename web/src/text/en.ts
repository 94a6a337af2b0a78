// SPDX-License-Identifier: Apache-2.0
// en: every text of the page, in English. Another language is another file of this shape. Errors
// come with their words from the catalogue; `errors` may say one of them better for this page.
import type { Row } from "../model/steps.ts";
import type { Wrong } from "../model/passcode.ts";

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const en = {
    language: "en",
    locale: "en-GB",
    product: "Cardwright",

    time: (date: Date) => {
        const h = date.getHours(), m = date.getMinutes();
        const hour = h % 12 === 0 ? 12 : h % 12;
        return `${hour}${m === 0 ? "" : `:${String(m).padStart(2, "0")}`}${h < 12 ? "am" : "pm"}`;
    },
    seconds: (ms: number) => (ms < 950 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`),
    personName: (p: { title: string; given: string; family: string }) =>
        [p.title, p.given, p.family].filter((word) => word !== "").join(" "),
    organisation: (p: { org: string; org_name: string }) => `${p.org_name} (${p.org})`,

    nav: {
        skip: "Skip to main content",
        label: "Menu",
        account: "Account",
        home: "Home",
        manage: "Manage smartcard",
        find: "Find a person",
        jobs: "Interrupted work",
        help: "Help",
        logout: "Log out",
        back: "Back",
    },
    footer: (workstation: string, version: string) =>
        `This page belongs to the agent of ${workstation}, version ${version}. Its word is`,

    readers: {
        label: "Card readers",
        title: (n: number) => `Reader ${n}`,
        empty: "empty",
        operator: "your card",
        user: "smartcard",
        leave: (name: string) => `${name}. Taking it out logs you out`,
        insertOwn: "Insert your own smartcard",
        insertUser: "Insert the smartcard to be served",
        reading: "Reading the card…",
        number: (label: string) => `Card ${label}`,
        contactless: "Without contact: no service",
        none: "No card reader",
        noneHint: "Attach one",
        second: "No second reader",
        secondHint: "Two are needed to serve a smartcard",
    },

    login: {
        title: "Log in with your smartcard",
        insert: "Insert your own smartcard to log in",
        insertHint: "Chip first, into either reader.",
        passcode: "Your passcode",
        submit: "Log in",
        busy: "Checking your card…",
        two: "Two smartcards are inserted. Which one is yours?",
        unlockTitle: "Welcome back",
        unlockHint: (role: string) => `Your card is back. Type your passcode to go on as ${role}.`,
        unlockInsert: "You took your smartcard out",
        unlockInsertHint: (until: string) => `Insert it again before ${until} and type your passcode to go on as before.`,
        other: "Log in another way",
        otherCard: "Log in with the smartcard that is in the reader",
        stopped: "Work on a smartcard was stopped by the log-out. The smartcard is safe: log in again to finish it.",
        lastTry: "Use my last try. If the passcode is wrong, my card locks.",
        lastTryNeeded: "Only one try is left. Tick the box to use it.",
    },
    profile: {
        title: "Which role do you work in?",
        hint: "What you may do depends on it. To change it, log out and in again.",
        last: "last used",
        submit: "Continue",
    },

    home: {
        hello: (date: Date, given: string) => {
            const h = date.getHours();
            return `Good ${h < 12 ? "morning" : h < 18 ? "afternoon" : "evening"}, ${given}`;
        },
        insert: "Insert the smartcard of the person in front of you",
        insertHint: "Into the other reader. Whose it is and what it needs shows by itself.",
        searchFirst: "Find the person first",
        searchFirstHint: "With your role you begin with a search: type the 12 digits on the front of the smartcard.",
        manage: "Manage smartcard",
        manageHint: "Renew, repair or test the smartcard in the second reader.",
        find: "Find a person",
        findHint: "By UUID, smartcard number or name.",
        jobs: "Interrupted work",
        jobsHint: "Smartcards that were taken out too early. Nothing is lost.",
        help: "Help",
        helpHint: "Each procedure on one page, to read or print.",
        noManage: "You cannot start from a smartcard with this role",
    },

    manage: {
        waiting: "Insert the smartcard to manage",
        waitingHint: "Into the second reader. Your own smartcard stays where it is.",
        reading: "Reading the smartcard",
        readingHint: "This takes less than a second.",
        readingLate: "This takes longer than usual: the smartcard or the server is slow to answer.",
        question: "Is this the person in front of you?",
        blank: "This smartcard is blank",
        blankHint: "Find the person whom it is for, then choose Issue smartcard.",
        blankFind: "Find the person",
        unknown: "This smartcard is not in the directory",
        failed: "This smartcard could not be looked up",
        again: "Read it again",
        none: "Nothing needs to be done with this smartcard today",
        notPossible: "What this smartcard needs is not possible now",
        primary: (service: string) =>
            ({ renew: "Yes, renew certificates", repair: "Yes, repair smartcard", issue: "Yes, issue smartcard" })[service] ?? "Yes",
        resume: (service: string) =>
            ({ renew: "Yes, finish the renewal", repair: "Yes, finish the repair", issue: "Yes, finish the issue" })[service] ?? "Yes, finish it",
        service: "Service",
        notThem: "This is not them",
        notThemHint: "Take the smartcard out. Nothing has been changed.",
        details: (n: number) => `Smartcard details (${plural(n, "device", "devices")})`,
        devices: "Devices of this person",
        inserted: "in the reader",
        latest: "latest in date",
        serial: "Serial number",
        state: "State",
        expires: "Certificates expire",
        noCertificates: "none",
    },
    person: {
        name: "Name",
        uuid: "UUID",
        organisation: "Organisation",
        smartcard: "Smartcard",
        photograph: (name: string) => `Photograph of ${name}`,
        noPhotograph: "No photograph",
        closed: "Profile closed",
    },
    cardState: {
        active: "Active", blank: "Blank", cancelled: "Cancelled", expired: "Expired", locked: "Locked", reserved: "Set apart",
    } as Record<string, string>,

    validity: {
        issued: (day: string) => `Issued ${day}`,
        expires: (day: string) => `Expires ${day}`,
        expired: (day: string) => `Expired ${day}`,
        left: (days: number) => `${plural(days, "day", "days")} left`,
        over: "Expired",
        open: (day: string) => `renewal open since ${day}`,
        opens: (day: string) => `renewal opens on ${day}`,
        repair: "to be repaired, not renewed",
        summary: (from: string, until: string, words: string) => `Valid from ${from} to ${until}; ${words}.`,
    },

    services: {
        title: "Which service?",
        for: (name: string) => `For ${name}`,
        available: "Services for this smartcard",
        submit: "Continue",
        none: "No service is possible for this smartcard now",
        unavailable: (n: number) => `${plural(n, "service is", "services are")} not possible now`,
        opens: (day: string) => `Opens on ${day}.`,
        title_of: {
            renew: "Renew certificates",
            repair: "Repair smartcard",
            issue: "Issue smartcard",
            unlock: "Unlock smartcard",
            clear: "Clear for reuse",
            cancel: "Permanently cancel smartcard",
            test: "Test smartcard",
        } as Record<string, string>,
        hint_of: {
            renew: "New certificates; the passcode stays as it is.",
            repair: "A new passcode and new certificates, also for an expired or locked smartcard.",
            issue: "Makes this blank smartcard the person’s own.",
            test: "Both keys sign; nothing is changed.",
        } as Record<string, string>,
    },

    form: {
        title: (service: string) =>
            ({ renew: "Renew certificates", repair: "Repair smartcard", issue: "Issue smartcard" })[service] ?? service,
        resumes: "The smartcard is back. It is safe, and the work goes on where it stopped.",
        holder: (name: string) => `Passcode of ${name}`,
        holderHint: "The holder types it. It never leaves this computer.",
        newHint: (min: number, max: number) =>
            `${min} to ${max} digits, not in sequence and not all the same. It may be the old one. Avoid birthdays.`,
        newPair: "Passcode that the holder wants",
        newOne: "New passcode",
        newAgain: "New passcode again",
        wipe: "Wipe the smartcard first: this destroys every key and certificate on it",
        wipeMissing: "Confirm that the smartcard is wiped",
        leaveLocked: "Leave locked: set no passcode now",
        leaveLockedHint: "The smartcard is delivered locked. A repair where its holder is sets the passcode.",
        identity: "How was identity checked?",
        identityHint: "Your smartcard signs this. It is kept in the audit.",
        identities: {
            photograph: "Photograph compared",
            passport: "Passport or driving licence seen",
            known: "Known to me personally",
            other: "In another way",
        },
        identityOther: "Say how",
        identityMissing: "Say how identity was checked",
        identityLong: "Say it shorter: 120 characters at most",
        operator: "Your own passcode",
        operatorHint: "Policy asks for it with each act.",
        operatorMissing: "Type your own passcode",
        window: (oldPair: string | undefined) =>
            ({
                kept: "The old certificates work until the new ones are ready. If the smartcard is taken out, it is finished at its next insertion.",
                replaced: "For some seconds the old certificates no longer work and the new ones do not yet. If the smartcard is taken out then, it is finished at its next insertion.",
            })[oldPair ?? "none"] ?? "Leave both smartcards in. If one is taken out, the work goes on when it is back.",
        submit: (service: string) =>
            ({ renew: "Renew certificates", repair: "Repair smartcard", issue: "Issue smartcard" })[service] ?? "Continue",
        cancel: "Cancel",
        handOver: "Hand over to the holder",
        handBack: "Back to the operator",
        handTitle: (name: string) => `${name}, please type your passcode`,
        handNewTitle: (name: string) => `${name}, please choose your passcode`,
        wrong: (kind: Wrong, min: number, max: number) =>
            ({
                empty: "Type the passcode",
                length: `The passcode has ${min} to ${max} characters`,
                digits: "A new passcode is made of digits only",
                weak: "Choose digits that are not in sequence and not all the same",
                differ: "The two new passcodes are not the same",
            })[kind],
        wrongPasscode: (tries: number) => `That was not the passcode: ${plural(tries, "try is", "tries are")} left`,
        lastTry: "Use the last try. If the passcode is wrong, the smartcard locks.",
        lastTryNeeded: "Only one try is left. Tick the box to use it, or repair the smartcard instead.",
        problem: "There is a problem",
        error: "Error",
        show: "Show",
        hide: "Hide",
        showLabel: "Show passcode",
        hideLabel: "Hide passcode",
    },

    run: {
        title: (service: string) =>
            ({ renew: "Renewing certificates", repair: "Repairing smartcard", issue: "Issuing smartcard" })[service] ?? service,
        expected: (seconds: number) => `This usually takes ${seconds <= 1 ? "about a second" : `about ${seconds} seconds`}. Leave both smartcards in.`,
        progress: "Progress",
        row: {
            check: "Smartcard and passcode checked",
            sign: "Act signed with your smartcard",
            passcode: "Passcode set",
            personal: "Holder’s details written",
            keys: "New keys made on the smartcard",
            certify: "Certificates issued",
            write: "Certificates written and read back",
            test: "Smartcard tested",
            lock: "Smartcard left locked",
        } satisfies Record<Row, string>,
        state: { waiting: "Waiting", running: "In progress", done: "Done", failed: "Failed" },
        late: "This takes longer than usual. Leave both smartcards in.",
        waits: "The server does not answer. It is asked again; leave both smartcards in.",
        announce: (row: string) => `${row}: in progress`,
    },

    result: {
        title: (service: string) =>
            ({ renew: "Certificates renewed", repair: "Smartcard repaired", issue: "Smartcard issued" })[service] ?? "Done",
        until: (day: string) => `Valid until ${day}`,
        locked: "The smartcard was left locked",
        holder: "Holder",
        card: "Smartcard",
        certificates: "New certificates",
        purpose: { authentication: "log in", content_signing: "sign" } as Record<string, string>,
        old: "Old certificates",
        oldWords: "Replaced; revoked if they were still in date",
        operator: "Done by",
        at: "Time",
        took: "Took",
        receipt: "Receipt",
        next: "Next renewal from",
        then: "Give the smartcard back. For the next one, just insert it.",
        print: "Print receipt",
        calendar: "Calendar file",
        test: "Test smartcard",
        home: "Finish",
        calendarSummary: "Renew smartcard certificates",
        calendarDescription: (card: string, until: string, receipt: string) =>
            `Card ${card}. The certificates expire on ${until}; from this day the registration office can renew them. Receipt ${receipt}.`,
        paper: (organisation: string) => `Cardwright, receipt: ${organisation}`,
    },

    failure: {
        title: (service: string) =>
            ({ renew: "The renewal is not finished", repair: "The repair is not finished", issue: "The issue is not finished" })[service] ?? "Not finished",
        pulled: "The smartcard was taken out",
        pulledWords: "Insert it again, here or at any other desk: the work goes on where it stopped.",
        step: "Stopped at",
        why: "Why",
        todo: "What to do",
        safe: {
            unchanged: "The smartcard is safe: nothing on it was changed.",
            safe_finish_later: "The smartcard is safe: the work can be finished at its next insertion.",
            one_try_used: "The smartcard is safe: one try of the passcode was used.",
        },
        safeNow: "The smartcard is safe. It has been changed in part, and the work goes on where it stopped.",
        again: "Try again",
        goOn: "Go on",
        repair: "Repair smartcard instead",
        home: "Back to home",
        contact: (who: string) => `Call ${who}`,
        contactHint: "Read them the report or send it. It holds no passcode.",
        report: "Report for the help desk",
        copy: "Copy the report",
        copied: "Copied",
        waiting: "Waiting for the smartcard",
    },

    test: {
        title: "Test smartcard",
        hint: "The holder types the passcode; both keys sign. Nothing is changed.",
        submit: "Test smartcard",
        busy: "Testing…",
        good: "The smartcard works",
        bad: "The smartcard does not work as it should",
        key: { authentication: "Log in (9A)", "content signing": "Sign (9C)", content_signing: "Sign (9C)" } as Record<string, string>,
        proved: "Signed and verified",
        until: (day: string) => `valid until ${day}`,
        again: "Test again",
        done: "Finish",
    },

    find: {
        title: "Find a person",
        label: "UUID, smartcard number or name",
        hint: "The UUID is the 12 digits on the front of the smartcard, below the photograph.",
        submit: "Search",
        empty: "Type a number or a name",
        long: "Type less: 80 characters at most",
        none: (text: string) => `Nobody was found for ‘${text}’`,
        noneHint: "Check the digits. A name needs its beginning only.",
        more: "There are more. Type more letters.",
        results: (n: number) => `${plural(n, "person", "people")} found`,
    },
    profilePage: {
        title: "Person",
        devices: "Smartcard details",
        service: "Service",
        noDevices: "This person has no smartcard",
        issue: "Issue a smartcard to this person",
        deviceTitle: "Which service?",
    },
    bring: {
        title: "Insert this smartcard",
        words: (name: string) => `The smartcard of ${name} goes into the second reader.`,
        other: "This is another smartcard",
        otherWords: (name: string, wanted: string) => `Nothing was done with it. Take it out and insert card ${wanted} of ${name}:`,
        reading: "Reading the smartcard…",
    },
    jobs: {
        title: "Interrupted work",
        hint: "Each goes on where it stopped when its smartcard is inserted, at any desk.",
        none: "Nothing is waiting",
        noneHint: "No smartcard was taken out too early.",
        who: "UUID of the holder",
        service: "Service",
        phase: "Reached",
        since: "Since",
        phases: {
            authorised: "Authorised", keys_sent: "Keys being made", key_made: "Keys made",
            certified: "Certificates issued", written: "Certificates written", read_back: "Certificates read back",
        } as Record<string, string>,
    },

    fault: {
        READER_SERVICE: "The smartcard service of this computer does not answer",
        READER_NONE: "No card reader is attached",
        READER_SECOND: "Only one card reader is attached",
        CARD_TWO: "Two smartcards could be meant",
    } as Record<string, string>,

    outside: {
        offline: "The agent on this computer does not answer",
        offlineHint: "Smartcards are safe. This page tries again by itself. If it stays so, the agent was perhaps started anew, which needs a new page.",
        offlineElse: "If that does not help, call the site’s IT.",
        gone: "This tab is not connected to the desk",
        spent: "The address that opened this tab was used before, or is older than a minute.",
        goneHint: "Open the desk from the start page of the server (Launch) or with the command",
        command: "cardwright open",
        elsewhere: "The desk is open in another tab",
        elsewhereHint: "One tab at a time follows the smartcards.",
        here: "Use it here",
        connecting: "Connecting to the agent…",
    },

    banner: "Notice",

    help: {
        print: "Print this page",
        list: "Procedures",
        contacts: "Contacts",
        raDesk: "Registration authority desk",
        siteIt: "IT of this site",
        topics: [
            {
                topic: "renew",
                title: "Renew certificates before they expire",
                intro: "For a colleague’s smartcard, in the 90 days before its certificates expire. Both smartcards stay in the readers until the end.",
                steps: [
                    "Insert your own smartcard and log in with your passcode. Choose your role if you have several.",
                    "Insert the user’s smartcard into the second reader. Name, photograph and certificates appear by themselves.",
                    "Check that this is the person in front of you.",
                    "Choose ‘Yes, renew certificates’. The long way: ‘Smartcard details’, the serial number, ‘Service’, ‘Renew certificates’, ‘Continue’.",
                    "The holder types the passcode.",
                    "Wait until all steps are done. The new expiry date and a receipt appear.",
                    "Test the smartcard, print the receipt, and give the smartcard back.",
                ],
                trouble: [
                    "Your role has no ‘Manage smartcard’? Search for the 12 digits on the smartcard, choose the latest device in date and ‘Service’; then insert the smartcard.",
                    "The service is not offered? The page says why, and what would help.",
                    "The smartcard was taken out? It is safe. Insert it again, at any desk.",
                    "Wrong passcode? The tries left are shown. The last one is used only if you say so.",
                ],
            },
            {
                topic: "repair",
                title: "Repair an expired or locked smartcard",
                intro: "The holder must be present. Your role needs the right to repair (ID checker, RA agent, RA manager).",
                steps: [
                    "Log in with the role profile that may repair. ‘Manage smartcard’ is missing? The page names the profile that has it.",
                    "Insert the user’s smartcard into the second reader; details and photograph appear.",
                    "Check identity, and choose ‘Yes, repair smartcard’, or go the long way.",
                    "Say how identity was checked. This is signed and kept.",
                    "The holder chooses a passcode of 6 to 8 digits and types it twice. It may be the old one. Or leave the smartcard locked.",
                    "Wait until all steps are done. New certificates are on the smartcard.",
                    "The holder tests the smartcard with ‘Test smartcard’.",
                ],
                trouble: [
                    "An error in red? Try once more. A second time, stop and call the contact that is shown.",
                    "An expired smartcard cannot be renewed, neither from afar nor by its holder.",
                ],
            },
        ],
    },

    errors: {
        AGENT_UNREACHABLE: {
            cause: "the agent on this computer stopped answering",
            remedy: "leave the smartcards in; the page connects again by itself and shows how far the work is",
        },
        PASSCODE_LAST_TRY: {
            cause: "one try is left before the smartcard locks",
            remedy: "tick the box to use the last try, or repair the smartcard",
        },
    } as Record<string, { cause: string; remedy: string }>,
};

export type Text = typeof en;
