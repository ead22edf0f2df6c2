// Capabilities: everything in a model that a reader must know to score it right. FlatBuffers readers
// pass over union members, enum values and fields they do not know, so a file lists by name what it uses,
// and a reader refuses a list with a name that is new to it.
#pragma once

#include <span>
#include <vector>

#include "base/status.h"
#include "format/model_desc.h"

namespace clicklens::format {

// What `desc` uses, each once, in a fixed order. `since` is empty for what this version cannot run.
std::vector<RequirementDesc> required_capabilities(const ModelDesc& desc);

// Adds to desc.requirements what required_capabilities names and the list lacks.
void complete_requirements(ModelDesc& desc);

// UNKNOWN_REQUIREMENT for the first name this version does not know, saying which version does.
base::Status check_requirements_known(std::span<const RequirementDesc> requirements) noexcept;

// BAD_FILE when the description uses something it does not list.
base::Status check_requirements_complete(const ModelDesc& desc);

}  // namespace clicklens::format
