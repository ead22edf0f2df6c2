// What stands behind the handle of a slot: versions, one serving and perhaps some that seats still hold.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "base/seats.h"
#include "handles.h"

namespace clicklens::capi {

// clens_profile_release is there without lenses, too.
struct ReleaseHandle {
  void operator()(clens_model* model) const noexcept { clens_model_release(model); }
  void operator()(clens_cache* cache) const noexcept { clens_cache_release(cache); }
  void operator()(clens_profile* profile) const noexcept { clens_profile_release(profile); }
};
template <class Handle>
using Owned = std::unique_ptr<Handle, ReleaseHandle>;

struct SlotVersion {
  Owned<clens_model> model;
  Owned<clens_cache> cache;                              // null: none
  std::vector<std::unique_ptr<clens_session>> sessions;  // by seat
  std::uint64_t number = 0;
};

// What the sessions of one version profiled.
struct SlotProfile {
  Owned<clens_profile> profile;
  std::uint64_t version = 0, rows = 0;
  bool whole = true;  // false: no memory for what some of the sessions have
};

// New sessions for `seats`, after the checks that the flags leave. The cache is not its own yet.
base::Result<std::unique_ptr<SlotVersion>> make_version(const clens_publication& given, const exec::Inputs& inputs,
                                                        std::size_t seats);

// Lets go of versions that no seat holds. Under clens_slot.changing.
void sweep(clens_slot& slot);

}  // namespace clicklens::capi

struct clens_slot {
  clens_slot(const clicklens::exec::Inputs& of, std::size_t count, std::uint32_t drain)
      : inputs(of), seats(count), drain_ms(drain) {}

  const clicklens::exec::Inputs inputs;
  clicklens::base::Seats<clicklens::capi::SlotVersion> seats;
  const std::uint32_t drain_ms;

  std::mutex changing;  // guards what follows, and whose turn it is to replace or collect
  std::unique_ptr<clicklens::capi::SlotVersion> serving;
  std::vector<std::unique_ptr<clicklens::capi::SlotVersion>> draining;
  std::deque<clicklens::capi::SlotProfile> finished;  // of versions that are gone, the oldest first
  std::uint64_t published = 0, refused = 0, lost_rows = 0, lost_versions = 0;
};
