// SPDX-License-Identifier: Apache-2.0
// outside: this tab does not follow the desk: why, and how to get there.
import { usePage } from "../context.ts";
import { Button } from "../part/controls.tsx";
import { Screen } from "../part/screen.tsx";
import { text } from "../text/text.ts";

const t = text.outside;

export function Outside() {
    const page = usePage();
    const open = <p>{t.goneHint} <code class="cw-command">{t.command}</code></p>;
    if (page.link === "connecting") {
        return <Screen name="connecting" title={t.connecting} />;
    }
    if (page.link === "offline") {
        return (
            <Screen name="offline" title={t.offline}>
                <div class="cw-panel cw-panel--fault" role="alert"><p>{t.offlineHint}</p>{open}<p>{t.offlineElse}</p></div>
            </Screen>
        );
    }
    if (page.link === "elsewhere") {
        return (
            <Screen name="elsewhere" title={t.elsewhere}>
                <div class="cw-panel"><p>{t.elsewhereHint}</p><Button focus id="here" onClick={page.useHere}>{t.here}</Button></div>
            </Screen>
        );
    }
    return (
        <Screen name="gone" title={t.gone}>
            <div class="cw-panel">{page.spent && <p data-part="spent"><strong>{t.spent}</strong></p>}{open}</div>
        </Screen>
    );
}
