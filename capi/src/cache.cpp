#include <utility>

#include "batch.h"
#include "guard.h"
#include "handles.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status read_options(const clens_cache_options* given, const exec::Model& model, exec::CacheOptions& options) {
  CLENS_TRY(require(given, "options"));
  clens_cache_options known = CLENS_CACHE_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.storage > CLENS_CACHE_F16)
    return Status::error(Code::invalid_argument, "options.storage: %u is no clens_cache_storage", known.storage);
  options.rows = known.rows;
  options.half = known.storage == CLENS_CACHE_F16;
  options.explainable = known.explainable != 0;
  options.strands = known.strands;
  options.parallel_for = known.parallel_for;
  options.host = known.parallel_host;
  return read_precision(known.precision, {known.full_precision, known.full_precision_count}, model, options.precision,
                        options.full_precision);
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_cache_create(const clens_model* model, const clens_inputs* inputs,
                                const clens_cache_options* options, clens_cache** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(inputs, "inputs"));
    CLENS_TRY(require(out, "out"));
    clicklens::exec::CacheOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, *model->model, known));
    auto handle = std::make_unique<clens_cache>();
    auto made = clicklens::exec::CandidateCache::create(model->model, inputs->inputs, known);
    if (!made.ok()) return made.status();
    handle->cache = std::move(*made);
    *out = handle.release();
    return {};
  });
}

void clens_cache_release(clens_cache* cache) {
  delete cache;
}

clens_status clens_cache_fill(clens_cache* cache, const clens_batch* ads, const int64_t* rows, clens_counts* counts) {
  return guard([&]() -> Status {
    CLENS_TRY(require(cache, "cache"));
    clicklens::exec::Batch batch;
    CLENS_TRY(clicklens::capi::read_batch(cache->cache->column_room(), ads, batch));
    clicklens::encode::Counts met;
    CLENS_TRY(cache->cache->fill(batch, rows, met));
    if (counts != nullptr) *counts = {met.missing, met.unknown, met.cut, met.bad_values, met.non_finite};
    return {};
  });
}

clens_status clens_cache_describe(const clens_cache* cache, clens_cache_info* info) {
  return guard([&]() -> Status {
    CLENS_TRY(require(cache, "cache"));
    CLENS_TRY(require(info, "info"));
    const clicklens::exec::CandidateCache& known = *cache->cache;
    const auto& id = known.model().file().id();
    const clens_cache_info all{sizeof all,    known.rows(), known.filled(), known.row_bytes(),
                               known.bytes(), id.low,       id.high};
    return clicklens::capi::write_sized(all, "info", info);
  });
}
