// Any bytes, all the way: opened as a model, planned as a session with gradients and every capture, and as one in int8,
// and run on three rows of which nothing is known. Statuses are fine; crashes, hangs and great memory are not.
#pragma once

#include "exec/candidate_cache.h"
#include "exec/session.h"

namespace clicklens::testing {

// Small enough that a fuzzer's or a damaged file's wishes are refused rather than granted.
base::Limits small_limits();

// An explainable cache of the candidates, where the file allows one.
std::unique_ptr<exec::CandidateCache> filled_cache(const std::shared_ptr<exec::Model>& model,
                                                   const exec::Inputs& inputs, const exec::Batch& ads,
                                                   const exec::SessionOptions& session);

// Whether it came to scores.
bool exercise(std::span<const std::byte> bytes);
bool exercise(const std::shared_ptr<exec::Model>& model);

}  // namespace clicklens::testing
