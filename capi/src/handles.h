// What stands behind the opaque handles.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "clicklens/clicklens.h"
#include "exec/candidate_cache.h"
#include "exec/session.h"
#include "lens/collector.h"
#include "message.h"

struct clens_model {
  std::atomic<std::uint32_t> references{1};
  std::shared_ptr<const clicklens::exec::Model> model;
};

struct clens_inputs {
  std::atomic<std::uint32_t> references{1};
  clicklens::exec::Inputs inputs;
};

struct clens_cache {
  std::unique_ptr<clicklens::exec::CandidateCache> cache;
};

struct clens_session {
  std::unique_ptr<clicklens::exec::Session> session;
  std::unique_ptr<clicklens::lens::Collector> collector;     // null: not profiled
  std::vector<std::uint32_t> feature_of;                     // by input; format::no_index: ignored
  std::vector<clicklens::exec::CaptureBuffer> capture_room;  // as many as a run may ask for
  clicklens::capi::Message message;
};

namespace clicklens::capi {

base::Result<std::unique_ptr<clens_session>> make_session(std::shared_ptr<const exec::Model> model,
                                                          const exec::Inputs& inputs,
                                                          const exec::SessionOptions& options);

// As clens_session_run; a session with a profile is watched.
base::Status run(clens_session& session, const exec::Batch& batch, const std::uint64_t* request_keys,
                 exec::Output& output) noexcept;

// The probes of a handle as a session runs them, by probe. BAD_STATE: they are of another model.
base::Result<std::vector<exec::ProbeWeights>> session_probes(const clens_probe& probe, const exec::Model& model);

// Indices of values; the message names `argument`.
base::Status read_values(const std::size_t* given, std::size_t count, const char* argument,
                         std::vector<std::uint32_t>& values);

// A limit of 0 in the C struct is the default.
base::Status read_limits(const clens_limits* given, base::Limits& limits) noexcept;

// How a feature's raw values come.
encode::ColumnKind raw_kind(const exec::Model& model, const format::FeatureDesc& feature) noexcept;

}  // namespace clicklens::capi
