// SPDX-License-Identifier: Apache-2.0
// life_bar: from issue to expiry, the renewal window, and today. The words below say the same.
import type { Validity } from "../model/validity.ts";
import { day, text } from "../text/text.ts";

const WIDTH = 1000;

const left = (v: Validity) => (v.state === "expired" ? text.validity.over : text.validity.left(v.days_left));

function next(v: Validity): string {
    const t = text.validity;
    return v.state === "expired" ? t.repair : (v.state === "due" ? t.open : t.opens)(day(v.opens_at));
}

export function LifeBar({ validity: v }: { validity: Validity }) {
    const t = text.validity;
    const at = (share: number) => Math.round(share * WIDTH);
    const end = v.state === "expired" ? t.expired(day(v.until)) : t.expires(day(v.until));
    return (
        <figure class={`cw-life cw-life--${v.state}`} aria-label={t.summary(day(v.from), day(v.until), `${left(v)}, ${next(v)}`)} role="img">
            <svg viewBox={`0 0 ${WIDTH} 24`} preserveAspectRatio="none" height="22" aria-hidden="true">
                <rect x="0" y="6" width={WIDTH} height="12" class="cw-life__all" />
                <rect x={at(v.opens)} y="6" width={WIDTH - at(v.opens)} height="12" class="cw-life__window" />
                <rect x={Math.min(WIDTH - 5, at(v.now))} y="0" width="5" height="24" class="cw-life__now" />
            </svg>
            <div class="cw-life__words" aria-hidden="true">
                <span>{t.issued(day(v.from))}</span>
                <span class="cw-life__left">
                    <strong>{left(v)}</strong>{` · ${next(v)}`}
                </span>
                <span>{end}</span>
            </div>
        </figure>
    );
}
