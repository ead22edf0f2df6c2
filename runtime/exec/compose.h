// Completing a description on its way into a file: shapes of values, canonical order, arithmetic
// version and requirements are derived here, so that every language's builder gets them for free.
#pragma once

#include "base/limits.h"
#include "base/status.h"
#include "format/model_desc.h"

namespace clicklens::exec {

base::Result<format::ModelDesc> complete(format::ModelDesc desc, const base::Limits& limits);

}  // namespace clicklens::exec
