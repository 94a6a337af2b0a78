/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* avatar: a drawn portrait (SVG) in place of a photograph; nobody's face. */
MUST_USE bool avatar_draw(unsigned look, struct buf *ret_svg);
