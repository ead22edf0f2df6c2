// Feature groups that leave a model: their pooled inputs stand still, at values that are given.
#pragma once

#include <span>
#include <string>

#include "lens/refine_draft.h"

namespace clicklens::lens {

// `means`: of every input column of draft.from() (Model::input_width), finite. Where linears alone read an input it
// goes into their biases; where something else does, or a linear would have nothing left, a linear of weight zero
// stands for it: a constant. NOT_FOUND: no such group. INVALID_ARGUMENT: no feature would be left; a group twice; means
// that do not fit. UNSUPPORTED, naming the node: an input that is no row of numbers to be averaged (a sequence, its
// mask), or an output itself.
base::Status drop_groups(Draft& draft, std::span<const std::string> groups, std::span<const float> means);

}  // namespace clicklens::lens
