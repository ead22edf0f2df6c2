// The rows a file carries with the bits they must score.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "base/arithmetic.h"
#include "flat.h"
#include "guard.h"
#include "handles.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

// Features by name, in their order, as raw values.
base::Result<std::unique_ptr<clens_session>> self_test_session(const std::shared_ptr<const exec::Model>& model) {
  std::vector<exec::InputSpec> specs;
  for (const format::FeatureDesc& feature : model->desc().features)
    specs.push_back({feature.name, raw_kind(*model, feature)});
  const auto inputs = exec::Inputs::make(std::move(specs));
  if (!inputs.ok()) return inputs.status();
  return make_session(model, *inputs, {});
}

bool same_score(float got, float wanted, bool to_the_bit) noexcept {
  if (std::isnan(got) || std::isnan(wanted)) return std::isnan(got) && std::isnan(wanted);
  if (to_the_bit) return std::bit_cast<std::uint32_t>(got) == std::bit_cast<std::uint32_t>(wanted);
  return std::abs(got - wanted) <= 1e-5f * std::fmax(1.0f, std::abs(wanted));
}

Status compare(const std::vector<float>& got, const format::ModelDesc& desc) {
  const bool to_the_bit = desc.arithmetic_version == base::arithmetic_version;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const auto wanted = std::bit_cast<float>(desc.self_test.logits[i]);
    if (same_score(got[i], wanted, to_the_bit)) continue;
    return Status::error(Code::internal, "self-test: candidate %zu, task '%s': %.9g instead of %.9g",
                         i / desc.outputs.size(), desc.outputs[i % desc.outputs.size()].name.c_str(),
                         static_cast<double>(got[i]), static_cast<double>(wanted));
  }
  return {};
}

// Columns of the parent's features that `model` has too, numbered as its own.
std::vector<encode::Column> carried(const exec::Batch& batch, const exec::Model& parent, const exec::Model& model) {
  std::vector<encode::Column> columns;
  for (encode::Column column : batch.columns) {
    const std::string& name = parent.desc().features[column.input].name;
    const auto& features = model.desc().features;
    const auto found = std::ranges::find(features, name, &format::FeatureDesc::name);
    if (found == features.end()) continue;
    column.input = static_cast<std::uint32_t>(found - features.begin());
    columns.push_back(column);
  }
  return columns;
}

}  // namespace

Status run_self_test(const std::shared_ptr<const exec::Model>& model) {
  const format::ModelDesc& desc = model->desc();
  if (desc.self_test.batch.empty()) return Status::error(Code::not_found, "the model has no self-test");
  const auto session = self_test_session(model);
  if (!session.ok()) return session.status();

  exec::Batch batch;
  const auto wrong = [](const Status& status) {
    return Status::error(Code::bad_file, "self-test: %s", status.message());
  };
  if (const Status read = read_flat(**session, std::as_bytes(std::span(desc.self_test.batch)), batch); !read.ok())
    return wrong(read);
  if (batch.candidates > desc.self_test.logits.size() ||
      batch.candidates * desc.outputs.size() != desc.self_test.logits.size())
    return Status::error(Code::bad_file, "self-test: %zu logits for %llu candidates", desc.self_test.logits.size(),
                         static_cast<unsigned long long>(batch.candidates));
  std::vector<float> got(desc.self_test.logits.size());
  exec::Output output;
  output.kind = exec::OutputKind::logit;
  output.values = got.data();
  output.capacity = got.size();
  if (const Status run = (*session)->session->run(batch, output); !run.ok()) return wrong(run);
  return compare(got, desc);
}

base::Result<format::SelfTestDesc> carried_self_test(const std::shared_ptr<const exec::Model>& parent,
                                                     const std::shared_ptr<const exec::Model>& model) {
  format::SelfTestDesc made;
  if (parent->desc().self_test.batch.empty()) return made;
  const auto before = self_test_session(parent), now = self_test_session(model);
  if (!before.ok()) return before.status();
  if (!now.ok()) return now.status();
  exec::Batch batch;
  const std::uint64_t* keys = nullptr;
  CLENS_TRY(read_flat(**before, std::as_bytes(std::span(parent->desc().self_test.batch)), batch, &keys));
  const std::vector<encode::Column> columns = carried(batch, *parent, *model);
  batch.columns = columns;
  CLENS_TRY((*now)->session->bind(batch));
  made.batch.resize(write_flat(**now, batch, keys, nullptr));
  write_flat(**now, batch, keys, reinterpret_cast<std::byte*>(made.batch.data()));
  std::vector<float> logits(batch.candidates * model->desc().outputs.size());
  exec::Output output;
  output.kind = exec::OutputKind::logit;
  output.values = logits.data();
  output.capacity = logits.size();
  CLENS_TRY((*now)->session->run(batch, output));
  for (const float logit : logits) made.logits.push_back(std::bit_cast<std::uint32_t>(logit));
  return made;
}

}  // namespace clicklens::capi

clens_status clens_model_self_test(const clens_model* model) {
  return clicklens::capi::guard([&]() -> clicklens::base::Status {
    CLENS_TRY(clicklens::capi::require(model, "model"));
    return clicklens::capi::run_self_test(model->model);
  });
}
