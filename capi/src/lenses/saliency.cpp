#include "lens/saliency.h"

#include "batch.h"
#include "guard.h"
#include "handles.h"
#include "lens/coverage.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_spec(const clens_saliency_spec* given, lens::SaliencySpec& spec) noexcept {
  CLENS_TRY(require(given, "spec"));
  clens_saliency_spec known = CLENS_SALIENCY_SPEC_INIT;
  CLENS_TRY(read_sized(given, "spec", known));
  if ((known.flags & ~CLENS_SALIENCY_PER_REQUEST) != 0)
    return Status::error(Code::invalid_argument, "spec.flags: unknown flags 0x%x",
                         known.flags & ~CLENS_SALIENCY_PER_REQUEST);
  if (known.mean_count != 0) CLENS_TRY(require(known.means, "spec.means"));
  spec.method = static_cast<lens::SaliencyMethod>(known.method);
  spec.level = static_cast<lens::SaliencyLevel>(known.level);
  spec.target = static_cast<lens::SaliencyTarget>(known.target);
  spec.per_request = (known.flags & CLENS_SALIENCY_PER_REQUEST) != 0;
  spec.task = known.task;
  spec.value = known.value;
  spec.column = known.column;
  if (known.mean_count != 0) spec.means = {known.means, known.mean_count};
  return {};
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_saliency_size(clens_session* session, const clens_batch* batch, const clens_saliency_spec* spec,
                                 size_t* count, uint64_t* offsets, size_t offset_capacity) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(count, "count"));
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(*session, batch, known));
    clicklens::lens::SaliencySpec wanted;
    CLENS_TRY(clicklens::capi::read_spec(spec, wanted));
    std::span<std::uint64_t> room;
    if (offsets != nullptr) {
      if (offset_capacity <= known.candidates)
        return Status::error(Code::buffer_too_small, "offset_capacity: %zu, candidates + 1 are needed",
                             offset_capacity);
      room = {offsets, offset_capacity};
    }
    const auto size = clicklens::lens::saliency_size(*session->session, known, wanted, room);
    if (!size.ok()) return size.status();
    *count = *size;
    return {};
  });
}

clens_status clens_saliency_run(clens_session* session, const clens_batch* batch, const clens_saliency_spec* spec,
                                float* values, size_t capacity, clens_output* scores) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    if (capacity > 0) CLENS_TRY(require(values, "values"));  // an empty array may have no address
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(*session, batch, known));
    clicklens::lens::SaliencySpec wanted;
    CLENS_TRY(clicklens::capi::read_spec(spec, wanted));
    clicklens::capi::OutputView view;
    clicklens::exec::Output output;
    CLENS_TRY(view.read(*session, scores, output));
    CLENS_TRY(clicklens::lens::saliency(*session->session, known, wanted, {values, capacity}, output));
    view.write(*session, known, output);
    return {};
  });
}

clens_status clens_saliency_means(clens_session* session, const clens_batch* batch, double* sums, size_t capacity,
                                  uint64_t* rows) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(sums, "sums"));
    CLENS_TRY(require(rows, "rows"));
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(*session, batch, known));
    CLENS_TRY(clicklens::lens::add_input_sums(*session->session, known, {sums, capacity}));
    *rows += known.candidates;
    return {};
  });
}

clens_status clens_saliency_coverage(clens_session* session, const clens_batch* batch, uint8_t* covered,
                                     size_t capacity) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(covered, "covered"));
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(*session, batch, known));
    return clicklens::lens::coverage(*session->session, known, {covered, capacity});
  });
}
