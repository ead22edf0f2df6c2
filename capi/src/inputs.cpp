#include "exec/inputs.h"

#include <cstring>
#include <memory>
#include <utility>

#include "guard.h"
#include "handles.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_spec(const clens_input_spec* first, std::size_t index, exec::InputSpec& spec) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(first) + index * first->struct_size;
  clens_input_spec known = CLENS_INPUT_SPEC_INIT;
  std::size_t size = 0;
  std::memcpy(&size, bytes, sizeof size);
  if (size != first->struct_size)
    return Status::error(Code::invalid_argument, "specs[%zu].struct_size: %zu, that of specs[0] is %zu", index, size,
                         first->struct_size);
  CLENS_TRY(read_sized(reinterpret_cast<const clens_input_spec*>(bytes), "specs", known));
  if (known.name == nullptr) return Status::error(Code::invalid_argument, "specs[%zu].name: NULL", index);
  if (known.kind > CLENS_COLUMN_FLOATS)
    return Status::error(Code::invalid_argument, "specs[%zu].kind: %u is no clens_column_kind", index, known.kind);
  spec = {known.name, static_cast<encode::ColumnKind>(known.kind)};
  return {};
}

Status read_specs(const clens_input_spec* specs, std::size_t count, std::vector<exec::InputSpec>& out) {
  if (count == 0) return {};
  CLENS_TRY(require(specs, "specs"));
  CLENS_TRY(check_struct_size<clens_input_spec>(specs->struct_size, "specs[0]"));
  if (count >= format::no_index) return Status::error(Code::invalid_argument, "count: %zu", count);
  out.resize(count);
  for (std::size_t i = 0; i < count; ++i) CLENS_TRY(read_spec(specs, i, out[i]));
  return {};
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Status;

clens_status clens_inputs_create(const clens_input_spec* specs, size_t count, clens_inputs** out) {
  return clicklens::capi::guard([&]() -> Status {
    CLENS_TRY(clicklens::capi::require(out, "out"));
    std::vector<clicklens::exec::InputSpec> known;
    CLENS_TRY(clicklens::capi::read_specs(specs, count, known));
    auto made = clicklens::exec::Inputs::make(std::move(known));
    if (!made.ok()) return made.status();
    auto handle = std::make_unique<clens_inputs>();
    handle->inputs = std::move(*made);
    *out = handle.release();
    return {};
  });
}

void clens_inputs_retain(clens_inputs* inputs) {
  if (inputs != nullptr) inputs->references.fetch_add(1, std::memory_order_relaxed);
}

void clens_inputs_release(clens_inputs* inputs) {
  if (inputs != nullptr && inputs->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete inputs;
}
