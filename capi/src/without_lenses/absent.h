// What functions of lenses answer in a library without them.
#pragma once

#include "clicklens/clicklens.h"

namespace clicklens::capi {

// UNSUPPORTED, with a message that names the function.
clens_status absent(const char* function) noexcept;

}  // namespace clicklens::capi
