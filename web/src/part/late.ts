// SPDX-License-Identifier: Apache-2.0
// late: true when `what` has stayed the same for so long: then it is said that it takes longer.
import { useEffect, useState } from "preact/hooks";

export function useLate(ms: number, what: string): boolean {
    const [late, setLate] = useState(false);
    useEffect(() => {
        setLate(false);
        const timer = setTimeout(() => setLate(true), ms);
        return () => clearTimeout(timer);
    }, [what]);
    return late;
}
