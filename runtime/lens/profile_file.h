// A reference profile inside a model file.
#pragma once

#include "lens/profile.h"

namespace clicklens::lens {

// BAD_STATE: of another model. CHECKSUM_MISMATCH: the model is damaged.
base::Status attach_profile(const Profile& profile, const char* model_path, const char* out_path);
// NOT_FOUND: the model carries none.
base::Result<std::unique_ptr<Profile>> attached_profile(std::shared_ptr<const exec::Model> model);

}  // namespace clicklens::lens
