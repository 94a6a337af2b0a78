/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/avatar.h"

#include "base/attr.h"
#include "base/text.h"

static const char *const grounds[] = { "#d7e8e4", "#e9dfd0", "#dfe3f0", "#f0dfe3", "#e3ead3" };
static const char *const skins[] = { "#f1c9a5", "#8d5a3b", "#c98f63",
                                     "#e8b48c", "#6b4429", "#f6d7bd" };
static const char *const hairs[] = { "#2b2320", "#6b4a2b", "#b98b4b",
                                     "#8a8580", "#3d2c4a", "#a4452c" };
static const char *const coats[] = { "#00524c", "#33577b", "#7a3b4a", "#4d5b33", "#5a4a7a" };

/* Three cuts: short, long, gathered. */
static const char *const cuts[] = {
    "M52 78 Q50 34 100 32 Q150 34 148 78 Q140 58 100 56 Q60 58 52 78 Z",
    "M46 140 Q40 34 100 30 Q160 34 154 140 L138 140 Q146 66 100 58 Q54 66 62 140 Z",
    "M52 80 Q50 36 100 34 Q150 36 148 80 Q138 60 100 58 Q62 60 52 80 Z M84 34 a16 16 0 1 1 32 0 Z",
};

bool avatar_draw(unsigned look, struct buf *ret_svg)
{
    char text[1600];
    bool fits = text_format(
        text, sizeof(text),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 240\" role=\"img\">"
        "<rect width=\"200\" height=\"240\" fill=\"%s\"/>"
        "<path d=\"M22 240 Q26 176 78 168 L122 168 Q174 176 178 240 Z\" fill=\"%s\"/>"
        "<path d=\"M84 146 h32 v24 q-16 18 -32 0 Z\" fill=\"%s\"/>"
        "<ellipse cx=\"100\" cy=\"100\" rx=\"44\" ry=\"56\" fill=\"%s\"/>"
        "<path d=\"%s\" fill=\"%s\"/>"
        "<circle cx=\"83\" cy=\"98\" r=\"4\" fill=\"#222\"/>"
        "<circle cx=\"117\" cy=\"98\" r=\"4\" fill=\"#222\"/>"
        "<path d=\"M86 126 q14 %u 28 0\" stroke=\"#7a3b35\" stroke-width=\"3\" fill=\"none\"/>"
        "</svg>",
        grounds[look % COUNT(grounds)], coats[look * 3 % COUNT(coats)],
        skins[look * 5 % COUNT(skins)], skins[look * 5 % COUNT(skins)], cuts[look % COUNT(cuts)],
        hairs[look * 7 % COUNT(hairs)], 6 + look % 5);
    return fits && buf_put(ret_svg, span_of_text(text));
}
