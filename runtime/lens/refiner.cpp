#include "lens/refiner.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/fp_environment.h"
#include "base/version.h"
#include "exec/session_options.h"
#include "format/rows.h"
#include "format/writer.h"
#include "lens/refine_cut.h"
#include "lens/refine_drop.h"
#include "lens/refine_fold.h"
#include "lens/refine_rows.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}

std::string hex(const format::ModelId& id) {
  char text[40];
  std::snprintf(text, sizeof text, "%016" PRIx64 "%016" PRIx64, id.high, id.low);
  return text;
}

void set_metadata(format::ModelDesc& desc, const std::string& key, const std::string& value, bool append) {
  const auto known = std::ranges::find(desc.metadata, key, &format::MetadataDesc::key);
  if (known == desc.metadata.end())
    desc.metadata.push_back({key, value});
  else
    known->value = append ? known->value + "; " + value : value;
}

std::string told(const std::vector<PrunedLayer>& layers) {
  std::string text;
  for (const PrunedLayer& layer : layers) {
    text += (text.empty() ? "" : ", ") + layer.name + ":";
    const std::pair<const char*, std::size_t> counts[] = {
        {"dead", layer.dead.size()}, {"weak", layer.weak.size()}, {"duplicate", layer.duplicates.size()}};
    for (const auto& [what, count] : counts)
      if (count > 0) text.append(" ").append(std::to_string(count)).append(" ").append(what);
  }
  return text.empty() ? "none" : text;
}

}  // namespace

base::Result<std::unique_ptr<Refiner>> Refiner::create(std::shared_ptr<const exec::Model> model) {
  CLENS_TRY(model->file().verify_segments());
  return std::unique_ptr<Refiner>(new Refiner(std::move(model)));
}

Status Refiner::finish(Draft& draft, Edit edit) {
  if (edit.name != "precision") exec::forget_recommendation(draft.desc);
  auto made = draft.finish();
  if (!made.ok()) return made.status();
  edits_.push_back(std::move(edit));
  model_ = std::move(*made);
  return {};
}

Status Refiner::drop(std::span<const std::string> groups, std::span<const float> means) {
  const base::FpEnvironment canonical;
  Draft draft(model_);
  CLENS_TRY(drop_groups(draft, groups, means));
  Edit edit{"drop-group", "drop-group", 0, false};
  for (const std::string& group : groups) edit.text.append(" ").append(group);
  const std::size_t before = model_->desc().features.size();
  CLENS_TRY(finish(draft, std::move(edit)));
  edits_.back().removed = before - model_->desc().features.size();
  return {};
}

base::Result<std::vector<PrunedLayer>> Refiner::pruned(Draft& draft, base::Result<std::vector<PrunedLayer>> layers,
                                                       Edit edit) {
  if (!layers.ok()) return layers;
  for (const PrunedLayer& layer : *layers) edit.removed += layer.count();
  edit.text += " (" + told(*layers) + ")";
  if (edit.removed == 0)
    edits_.push_back(std::move(edit));  // the model stays what it is, probes and all
  else
    CLENS_TRY(finish(draft, std::move(edit)));
  return layers;
}

base::Result<std::vector<PrunedLayer>> Refiner::prune_proven() {
  const base::FpEnvironment canonical;
  Draft draft(model_);
  return pruned(draft, lens::prune_proven(draft), {"prune", "prune proven", 0, true});
}

base::Result<std::vector<PrunedLayer>> Refiner::prune_found(const Neurons& neurons, const PruneOptions& options) {
  const base::FpEnvironment canonical;
  if (neurons.model_id() != model_->file().id())
    return Status::error(Code::bad_state, "neurons: of another model than the one edited so far");
  Draft draft(model_);
  Edit edit{"prune", "prune", 0, false};
  for (const auto& [asked, what] : {std::pair(options.dead, " dead"), std::pair(options.weak, " weak"),
                                    std::pair(options.duplicates, " duplicate")})
    if (asked) edit.text += what;
  return pruned(draft, lens::prune_found(draft, neurons, options), std::move(edit));
}

Status Refiner::cut(const Probe& probe, std::size_t index, std::size_t task) {
  const base::FpEnvironment canonical;
  Draft draft(model_);
  CLENS_TRY(cut_at(draft, probe, index, task));
  Edit edit{"cut", "cut at " + probe.list()[index].name, 0, false};
  if (model_->desc().outputs.size() > 1) edit.text += " for " + model_->desc().outputs[task].name;
  const std::size_t before = model_->desc().nodes.size();
  CLENS_TRY(finish(draft, std::move(edit)));
  edits_.back().removed = before + 1 - model_->desc().nodes.size();
  return {};
}

Status Refiner::calibrate(CalibrationMethod method, const CalibrationFit& fit, std::size_t task) {
  Draft draft(model_);
  CLENS_TRY(put_calibration(draft, task, fit.op));
  Edit edit{"calibrate", "calibrate", 0, false};
  if (method == CalibrationMethod::platt)
    edit.text += " platt (scale " + number(double{fit.op.scale}) + ", shift " + number(double{fit.op.shift}) + ")";
  else
    edit.text += " isotonic (" + std::to_string(fit.op.knots_x.size()) + " knots)";
  edit.text += " on " + std::to_string(fit.rows) + " rows";
  return finish(draft, std::move(edit));
}

Status Refiner::fold_batch_norms() {
  const base::FpEnvironment canonical;
  Draft draft(model_);
  const std::size_t count = lens::fold_batch_norms(draft);
  Edit edit{"fold-batch-norm", "fold-batch-norm (" + std::to_string(count) + ")", count, count == 0};
  if (count > 0) return finish(draft, std::move(edit));
  edits_.push_back(std::move(edit));
  return {};
}

base::Result<std::vector<TableChange>> Refiner::set_tables(std::span<const std::uint32_t> tables,
                                                           format::ElementType type) {
  const base::FpEnvironment canonical;
  Draft draft(model_);
  std::vector<TableChange> changes;
  for (const std::uint32_t index : tables) {
    if (index >= draft.desc.tables.size())
      return Status::error(Code::invalid_argument, "tables: %u, the model has %zu", index, draft.desc.tables.size());
    if (std::ranges::find(changes, index, &TableChange::table) != changes.end())
      return Status::error(Code::invalid_argument, "tables: %u comes twice", index);
    const format::TableDesc& table = draft.desc.tables[index];
    const std::uint64_t bytes = table.rows * table.row_stride;
    TableChange& change = changes.emplace_back(TableChange{index, table.type, type, bytes, bytes, 0, 0});
    if (table.type == type) continue;
    const auto stride = static_cast<std::uint32_t>(format::padded_row_stride(type, table.dim));
    change.bytes_after = table.rows * stride;
    auto block = base::AlignedBlock::allocate(change.bytes_after);
    if (!block.ok()) return block.status();
    std::byte* to = block->data();
    CLENS_TRY(encode_table(
        *model_, index, type, stride,
        [&to](std::span<const std::byte> row) {
          std::memcpy(to, row.data(), row.size());
          to += row.size();
          return Status();
        },
        change));
    draft.set_table(index, type, stride, std::move(*block));
  }
  const auto changed = std::ranges::count_if(changes, [](const TableChange& c) { return c.from != c.to; });
  const std::string text = std::to_string(changed) + " tables as " + format::name_of(type);
  Edit edit{"tables", text, 0, changed == 0};
  if (changed == 0)
    edits_.push_back(std::move(edit));
  else
    CLENS_TRY(finish(draft, std::move(edit)));
  return changes;
}

Status Refiner::recommend(const exec::RecommendedPrecision& precision) {
  exec::SessionOptions options;
  options.precision = precision.precision;
  options.full_precision = precision.full_precision;
  CLENS_TRY(exec::check_options(*model_, options));
  Draft draft(model_);
  exec::recommend(draft.desc, precision);
  std::string text = std::string("precision ") + exec::name_of(precision.precision), kept;
  for (const std::uint32_t value : precision.full_precision)
    kept.append(kept.empty() ? "" : ", ").append(model_->desc().values[value].name);
  if (!kept.empty()) text += " (f32: " + kept + ")";
  return finish(draft, {"precision", text, 0, true});
}

Status Refiner::write(const char* path, format::SelfTestDesc self_test) const {
  format::ModelDesc desc = model_->desc();
  desc.self_test = std::move(self_test);
  const format::ModelDesc& before = parent_->desc();
  if (format::probed_model_id(desc) == format::probed_model_id(before)) {
    desc.probes = before.probes;
    desc.profile = before.profile;
  }
  std::string text;
  for (const Edit& edit : edits_) text.append(text.empty() ? "" : ", ").append(edit.text);
  const std::string from = hex(parent_->file().id());
  if (text.empty()) text = "nothing";
  set_metadata(desc, "refined", text + ", from " + from, true);
  set_metadata(desc, "refined_from", from, false);
  set_metadata(desc, "refined_by", std::string("clicklens ") + base::version_string, false);
  return format::rewrite(model_->file(), std::move(desc), path, model_->limits());
}

}  // namespace clicklens::lens
