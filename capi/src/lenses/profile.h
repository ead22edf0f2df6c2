// What stands behind the handle of a profile, and how its options are read.
#pragma once

#include "handles.h"
#include "lens/collector.h"
#include "lens/profile.h"

struct clens_profile {
  std::unique_ptr<clicklens::lens::Profile> profile;
};

namespace clicklens::capi {

// Every watch of a library with lenses is one.
class ProfileWatch final : public SessionWatch {
 public:
  explicit ProfileWatch(std::unique_ptr<lens::Collector> collector) : collector_(std::move(collector)) {}
  base::Status run(const exec::Batch& batch, const std::uint64_t* request_keys,
                   exec::Output& output) noexcept override {
    return collector_->run(batch, request_keys, output);
  }
  lens::Collector& collector() noexcept { return *collector_; }

 private:
  std::unique_ptr<lens::Collector> collector_;
};

// Of a session with a profile.
lens::Collector& collector_of(const clens_session& session) noexcept;

// What sessions alone are told.
struct CollectorOptions {
  std::uint32_t most_rows = lens::Collector::default_rows, waiting_rows = lens::Collector::default_waiting;
};

base::Status read_profile_options(const clens_profile_options* given, lens::ProfileOptions& options,
                                  CollectorOptions& of_session);

}  // namespace clicklens::capi
