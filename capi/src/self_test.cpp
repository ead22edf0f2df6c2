// The rows a file carries with the bits they must score.
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
base::Result<exec::Inputs> self_test_inputs(const exec::Model& model) {
  std::vector<exec::InputSpec> specs;
  for (const format::FeatureDesc& feature : model.desc().features)
    specs.push_back({feature.name, raw_kind(model, feature)});
  return exec::Inputs::make(std::move(specs));
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

Status run_self_test(const std::shared_ptr<const exec::Model>& model) {
  const format::ModelDesc& desc = model->desc();
  if (desc.self_test.batch.empty()) return Status::error(Code::not_found, "the model has no self-test");
  const auto inputs = self_test_inputs(*model);
  if (!inputs.ok()) return inputs.status();
  const auto session = make_session(model, *inputs, {});
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

}  // namespace
}  // namespace clicklens::capi

clens_status clens_model_self_test(const clens_model* model) {
  return clicklens::capi::guard([&]() -> clicklens::base::Status {
    CLENS_TRY(clicklens::capi::require(model, "model"));
    return clicklens::capi::run_self_test(model->model);
  });
}
