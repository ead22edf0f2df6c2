// What stands behind the handle of a slot: versions, one serving and perhaps some that seats still hold.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
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

// Versions go from list to list: what a publication needs memory for is there before it serves.
using SlotVersions = std::list<SlotVersion>;

// What the sessions of one version profiled.
struct SlotProfile {
  Owned<clens_profile> profile;
  std::uint64_t version = 0, rows = 0;
  bool whole = true;  // false: no memory for what some of the sessions have
};

// One, with new sessions for `seats`, after the checks that the flags leave. The cache is not its own yet.
base::Result<SlotVersions> make_version(const clens_publication& given, const exec::Inputs& inputs, std::size_t seats);

// Takes versions that no seat holds off the slot, under clens_slot.changing. To be destroyed without it: that unmaps
// files, and describing or collecting need not wait.
SlotVersions sweep(clens_slot& slot);

}  // namespace clicklens::capi

struct clens_slot {
  clens_slot(const clicklens::exec::Inputs& of, std::size_t count, std::uint32_t drain)
      : inputs(of), seats(count), drain_ms(drain) {}

  const clicklens::exec::Inputs inputs;
  clicklens::base::Seats<clicklens::capi::SlotVersion> seats;
  const std::uint32_t drain_ms;

  std::mutex changing;                    // guards what follows, and whose turn it is to replace or collect
  clicklens::capi::SlotVersions serving;  // the last that was published, or none
  clicklens::capi::SlotVersions draining;
  std::deque<clicklens::capi::SlotProfile> finished;  // of versions that are gone, the oldest first
  std::uint64_t published = 0, refused = 0, lost_rows = 0, lost_versions = 0;
};
