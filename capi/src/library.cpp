// What concerns the library as a whole: versions, instruction sets, the allocator hook.
#include <array>
#include <cstring>

#include "base/arithmetic.h"
#include "base/memory.h"
#include "base/version.h"
#include "guard.h"
#include "kernels/dispatch.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

static_assert(base::version_major == CLENS_VERSION_MAJOR && base::version_minor == CLENS_VERSION_MINOR &&
              base::version_patch == CLENS_VERSION_PATCH);

using NameList = std::array<char, 64>;

NameList list_isas() noexcept {
  NameList list{};
  std::size_t length = 0;
  for (const kernels::Isa isa : kernels::compiled_isas()) {
    if (!kernels::supported(isa)) continue;
    const char* name = kernels::isa_name(isa);
    const std::size_t size = std::strlen(name);
    if (length + size + 2 > list.size()) break;
    if (length > 0) list[length++] = ',';
    std::memcpy(list.data() + length, name, size);
    length += size;
  }
  return list;
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Status;

uint32_t clens_version_number(void) {
  return CLENS_VERSION_MAJOR * 1000000u + CLENS_VERSION_MINOR * 1000u + CLENS_VERSION_PATCH;
}

const char* clens_version_string(void) {
  return clicklens::base::version_string;
}

uint32_t clens_arithmetic_version(void) {
  return clicklens::base::arithmetic_version;
}

clens_status clens_isa(const char** name) {
  return clicklens::capi::guard([&]() -> Status {
    CLENS_TRY(clicklens::capi::require(name, "name"));
    const auto table = clicklens::kernels::active_table();
    if (!table.ok()) return table.status();
    *name = clicklens::kernels::isa_name((*table)->isa);
    return {};
  });
}

const char* clens_supported_isas(void) {
  static const clicklens::capi::NameList list = clicklens::capi::list_isas();
  return list.data();
}

clens_status clens_set_allocator(const clens_allocator* allocator) {
  return clicklens::capi::guard([&]() -> Status {
    CLENS_TRY(clicklens::capi::require(allocator, "allocator"));
    clens_allocator known = CLENS_ALLOCATOR_INIT;
    CLENS_TRY(clicklens::capi::read_sized(allocator, "allocator", known));
    return clicklens::base::set_allocator({known.context, known.allocate, known.deallocate});
  });
}
