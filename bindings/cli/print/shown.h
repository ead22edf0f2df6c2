// Text that came from a file, for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace clicklens::cli {

// Control characters (but for line feeds), of ASCII and of C1 in UTF-8, as \xNN: a value of a log must not move the
// cursor, rename the window or colour what follows.
std::string shown(std::string_view text);

}  // namespace clicklens::cli
