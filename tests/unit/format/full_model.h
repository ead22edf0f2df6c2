// A description in which every field of the schema differs from its default. It is not a network that
// could run; it is for reading back what was written.
#pragma once

#include "support/tiny_model.h"

namespace clicklens::testing {

TinyModel full_model();

}  // namespace clicklens::testing
