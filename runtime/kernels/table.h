// One table of kernels per instruction set: a function pointer for each line of the catalogue.
// dispatch.h chooses among the tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/args.h"

namespace clicklens::kernels {

enum class Isa : std::uint8_t { scalar = 0, avx2 = 1, avx512 = 2, neon = 3 };

struct Table {
  Isa isa;
  const char* name;
#define CLENS_KERNEL(family, name, ...) std::type_identity_t<__VA_ARGS__> name;
#include "kernels/catalogue.inc"
#undef CLENS_KERNEL
};

}  // namespace clicklens::kernels
