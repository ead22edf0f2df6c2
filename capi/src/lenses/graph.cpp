// The graph of a model as text.
#include <cstring>

#include "guard.h"
#include "handles.h"
#include "lens/drawing.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status copy_text(const std::string& text, char* buffer, std::size_t capacity, std::size_t& size) noexcept {
  size = text.size();
  if (buffer == nullptr) return {};
  if (capacity <= text.size())
    return Status::error(Code::buffer_too_small, "capacity: %zu, the graph takes %zu bytes and a NUL", capacity,
                         text.size());
  std::memcpy(buffer, text.c_str(), text.size() + 1);
  return {};
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_model_graph(const clens_model* model, uint32_t format, char* buffer, size_t capacity, size_t* size) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(size, "size"));
    if (format > CLENS_GRAPH_MERMAID)
      return Status::error(Code::invalid_argument, "format: %u is no clens_graph_format", format);
    const auto kind = static_cast<clicklens::lens::DrawingFormat>(format);
    return clicklens::capi::copy_text(clicklens::lens::draw(*model->model, kind), buffer, capacity, *size);
  });
}
