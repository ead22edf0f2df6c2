// Profiles as files, and what is in them.
#pragma once

#include <string>

#include "commands/inside_reports.h"
#include "engine/engine.h"

namespace clicklens::cli {

// Without its model: to be read and merged.
Handle<clens_profile> read_profile(const std::string& path);
// Complete or not at all; how many bytes.
std::uint64_t write_profile(const clens_profile* profile, const std::string& path);
void describe(const clens_profile* profile, ProfileReport& report);

}  // namespace clicklens::cli
