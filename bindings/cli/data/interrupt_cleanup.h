// The one unfinished file that a signal which ends the program (SIGHUP, SIGINT, SIGTERM, SIGPIPE) removes first.
#pragma once

#include <string>

namespace clicklens::cli {

// Watches `path` in place of any other; signals that the program was told to ignore stay ignored.
void remove_when_interrupted(const std::string& path) noexcept;
// Watches nothing.
void keep_when_interrupted() noexcept;

}  // namespace clicklens::cli
