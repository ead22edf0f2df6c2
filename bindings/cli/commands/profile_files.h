// Profiles: collected, as files, what is in them, and compared.
#pragma once

#include <string>
#include <vector>

#include "commands/drift_reports.h"
#include "commands/inside_reports.h"
#include "commands/options.h"
#include "engine/engine.h"

namespace clicklens::cli {

// Without its model: to be read and merged.
Handle<clens_profile> read_profile(const std::string& path);
// Complete or not at all; how many bytes.
std::uint64_t write_profile(const clens_profile* profile, const std::string& path);
void describe(const clens_profile* profile, ProfileReport& report);

// Of the options' data; nothing is written.
Handle<clens_profile> collect_profile(const ProfileOptions& options);

struct NamedProfile {
  std::string name;  // its file
  Handle<clens_profile> profile;
};
// `model` null: nothing is traced.
DriftReport compare_profiles(const clens_model* model, const std::vector<NamedProfile>& reference,
                             const NamedProfile& live);

}  // namespace clicklens::cli
