// What stands behind the handle of a profile, and how its options are read.
#pragma once

#include "handles.h"
#include "lens/profile.h"

struct clens_profile {
  std::unique_ptr<clicklens::lens::Profile> profile;
};

namespace clicklens::capi {

// `most_rows`: of one run of a session.
base::Status read_profile_options(const clens_profile_options* given, lens::ProfileOptions& options,
                                  std::uint32_t& most_rows);

}  // namespace clicklens::capi
