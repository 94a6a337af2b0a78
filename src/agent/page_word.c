/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/page_word.h"

static const char *const words[PAGE_WORDS] = {
    "acorn",  "anchor",  "apple",   "badger", "barley",  "basket",  "beacon", "bridge",
    "button", "candle",  "canyon",  "carpet", "castle",  "cherry",  "clover", "copper",
    "cotton", "dolphin", "eagle",   "ember",  "falcon",  "feather", "fiddle", "forest",
    "garden", "ginger",  "granite", "hammer", "harbour", "hazel",   "island", "jacket",
    "kettle", "ladder",  "lantern", "lemon",  "magnet",  "maple",   "meadow", "mitten",
    "needle", "nutmeg",  "orchard", "otter",  "paddle",  "parsley", "pebble", "pepper",
    "pillow", "quarry",  "ribbon",  "river",  "summit",  "shutter", "silver", "spoon",
    "teapot", "thimble", "timber",  "tulip",  "valley",  "walnut",  "window", "yellow",
};

const char *page_word(uint8_t choice)
{
    return words[choice % PAGE_WORDS];
}
