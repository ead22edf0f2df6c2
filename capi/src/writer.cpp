#include "format/writer.h"

#include <memory>
#include <utility>

#include "exec/compose.h"
#include "format/front.h"
#include "guard.h"
#include "handles.h"

struct clens_writer {
  std::unique_ptr<clicklens::format::Writer> writer;
};

using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_writer_begin(const char* path, const void* description, size_t size, const clens_limits* limits,
                                clens_writer** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(path, "path"));
    CLENS_TRY(require(description, "description"));
    CLENS_TRY(require(out, "out"));
    clicklens::base::Limits known;
    CLENS_TRY(clicklens::capi::read_limits(limits, known));
    auto parsed = clicklens::format::parse_model({static_cast<const std::byte*>(description), size}, known);
    if (!parsed.ok()) return clicklens::format::named(path, parsed.status());
    auto complete = clicklens::exec::complete(std::move(*parsed), known);
    if (!complete.ok()) return clicklens::format::named(path, complete.status());
    auto handle = std::make_unique<clens_writer>();
    auto writer = clicklens::format::Writer::begin(path, std::move(*complete), known);
    if (!writer.ok()) return writer.status();
    handle->writer = std::move(*writer);
    *out = handle.release();
    return {};
  });
}

clens_status clens_writer_segment(clens_writer* writer, uint32_t index) {
  return guard([&]() -> Status {
    CLENS_TRY(require(writer, "writer"));
    return writer->writer->segment(index);
  });
}

clens_status clens_writer_append(clens_writer* writer, const void* bytes, size_t size) {
  return guard([&]() -> Status {
    CLENS_TRY(require(writer, "writer"));
    if (size == 0) return {};
    CLENS_TRY(require(bytes, "bytes"));
    return writer->writer->append({static_cast<const std::byte*>(bytes), size});
  });
}

clens_status clens_writer_finish(clens_writer* writer) {
  return guard([&]() -> Status {
    CLENS_TRY(require(writer, "writer"));
    return writer->writer->finish();
  });
}

void clens_writer_release(clens_writer* writer) {
  delete writer;
}
