// The C structs of a run as the executor's, checked; nothing here allocates.
#pragma once

#include "exec/batch.h"
#include "handles.h"

namespace clicklens::capi {

// `out` refers to the session's column room.
base::Status read_batch(clens_session& session, const clens_batch* given, exec::Batch& out) noexcept;
// The same with room for the columns of a batch given.
base::Status read_batch(std::span<encode::Column> room, const clens_batch* given, exec::Batch& out) noexcept;

// An output as a run needs it and as it goes back to the caller.
class OutputView {
 public:
  // `out` refers to the session's capture room.
  base::Status read(clens_session& session, clens_output* given, exec::Output& out) noexcept;
  // Counts, and rows and scope of captures, of a run that succeeded.
  void write(const clens_session& session, const exec::Batch& batch, const exec::Output& from) const noexcept;

 private:
  base::Status read_captures(clens_session& session, exec::Output& out) noexcept;

  clens_output* given_ = nullptr;
  clens_output known_ = CLENS_OUTPUT_INIT;
};

}  // namespace clicklens::capi
