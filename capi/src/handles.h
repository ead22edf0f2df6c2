// What stands behind the opaque handles.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "clicklens/clicklens.h"
#include "exec/candidate_cache.h"
#include "exec/session.h"
#include "message.h"
#include "session_lenses.h"

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
  std::unique_ptr<clicklens::capi::SessionWatch> watch;      // null: not profiled
  std::vector<std::uint32_t> feature_of;                     // by input; format::no_index: ignored
  std::vector<clicklens::exec::CaptureBuffer> capture_room;  // as many as a run may ask for
  std::uint32_t precision = CLENS_PRECISION_F32;
  bool own_ways = false;  // exits early or spares some linears: its scores are not every such session's
  clicklens::capi::Message message;
};

namespace clicklens::capi {

base::Result<std::unique_ptr<clens_session>> make_session(std::shared_ptr<const exec::Model> model,
                                                          const exec::Inputs& inputs,
                                                          const exec::SessionOptions& options);
// As clens_session_create: with a collector where the options have a profile.
base::Result<std::unique_ptr<clens_session>> create_session(const std::shared_ptr<const exec::Model>& model,
                                                            const exec::Inputs& inputs,
                                                            const clens_session_options* options);

// As clens_model_self_test.
base::Status run_self_test(const std::shared_ptr<const exec::Model>& model);

// As clens_session_run; a session with a profile is watched.
base::Status run(clens_session& session, const exec::Batch& batch, const std::uint64_t* request_keys,
                 exec::Output& output) noexcept;

// By input: the feature that its column is for, or format::no_index.
std::vector<std::uint32_t> features_by_input(const exec::Model& model, const exec::Inputs& inputs);

// Indices of values; the message names `argument`.
base::Status read_values(const std::size_t* given, std::size_t count, const char* argument,
                         std::vector<std::uint32_t>& values);

// A clens_precision of options, with the linears that stay float32: RECOMMENDED becomes what the model recommends.
base::Status read_precision(std::uint32_t given, std::span<const std::size_t> full_precision, const exec::Model& model,
                            ops::Precision& precision, std::vector<std::uint32_t>& values);

// The parent's self-test rows with the scores that `model`, made from it, gives them: without columns of features that
// it has not. Empty: the parent has none.
base::Result<format::SelfTestDesc> carried_self_test(const std::shared_ptr<const exec::Model>& parent,
                                                     const std::shared_ptr<const exec::Model>& model);

// How a table's numbers are stored.
base::Status read_row_type(std::uint32_t row_type, format::ElementType& type) noexcept;

// A limit of 0 in the C struct is the default.
base::Status read_limits(const clens_limits* given, base::Limits& limits) noexcept;

// A model as a new handle.
base::Status hand_out_model(base::Result<std::shared_ptr<exec::Model>> opened, clens_model** out);

// How a feature's raw values come.
encode::ColumnKind raw_kind(const exec::Model& model, const format::FeatureDesc& feature) noexcept;

}  // namespace clicklens::capi
