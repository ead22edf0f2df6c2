// The same bits everywhere, inside: every activation and every gradient of an input, on all instruction sets,
// shared or not, as the hashes that arithmetic version 1 is known by.
#include <bit>

#include "kernels/dispatch.h"
#include "lens/saliency.h"
#include "support/curved_model.h"
#include "support/parity_model.h"
#include "support/random_batch.h"

namespace clicklens {
namespace {

using testing::RandomBatch;

class Hash {  // FNV-1a
 public:
  void add(const std::vector<float>& values) {
    for (const float v : values) {
      const std::uint32_t bits = std::isnan(v) ? 0x7FC00000u : std::bit_cast<std::uint32_t>(v);
      for (int byte = 0; byte < 4; ++byte) hash_ = (hash_ ^ (bits >> (8 * byte) & 0xFF)) * 1099511628211u;
    }
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 14695981039346656037u;
};

template <class Made>
class Inside {
 public:
  // All values captured, with gradients.
  std::unique_ptr<exec::Session> session(kernels::Isa isa) const {
    exec::SessionOptions options;
    options.kernels = kernels::table_for(isa);
    options.gradients = true;
    options.strands = 2;
    options.tile_rows = 10;
    for (std::uint32_t value = 0; value < model_->desc().values.size(); ++value) options.captures.push_back(value);
    auto made = exec::Session::create(model_, RandomBatch::inputs(model_->desc()), options);
    EXPECT_TRUE(made.ok()) << made.status().message();
    return std::move(*made);
  }

  // Candidate by candidate, whatever is shared.
  std::uint64_t activations(exec::Session& session, const RandomBatch& batch) const {
    Hash hash;
    for (std::uint32_t value = 0; value < model_->desc().values.size(); ++value) {
      const graph::Value& made = model_->graph().values[value];
      const std::size_t columns = made.columns();
      std::vector<float> rows(batch.rows() * columns);
      const exec::CaptureBuffer buffer{value, rows.data(), rows.size(), 0};
      exec::Output output;
      output.captures = {&buffer, 1};
      const base::Status status = session.run(batch.batch(), output);
      EXPECT_TRUE(status.ok()) << status.message();
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        const bool shared = made.scope() == graph::Scope::request && batch.batch().requests > 0;
        const auto begin = rows.begin() + static_cast<std::ptrdiff_t>((shared ? batch.request_of(row) : row) * columns);
        hash.add({begin, begin + static_cast<std::ptrdiff_t>(columns)});
      }
    }
    return hash.value();
  }

  // Of both tasks, logits and probabilities.
  std::uint64_t gradients(exec::Session& session, const RandomBatch& batch) const {
    Hash hash;
    lens::SaliencySpec spec;
    spec.method = lens::SaliencyMethod::gradient_l1;
    spec.level = lens::SaliencyLevel::dimension;  // the signed gradient itself
    std::vector<float> values(batch.rows() * model_->input_width());
    for (const auto target : {lens::SaliencyTarget::logit, lens::SaliencyTarget::probability}) {
      for (spec.task = 0; spec.task < 2; ++spec.task) {
        spec.target = target;
        exec::Output scores;
        const base::Status status = lens::saliency(session, batch.batch(), spec, values, scores);
        EXPECT_TRUE(status.ok()) << status.message();
        hash.add(values);
      }
    }
    return hash.value();
  }

  // Whatever they are: the scalar set's of rows that share nothing.
  void expect_same() const {
    const auto scalar = session(kernels::Isa::scalar);
    const RandomBatch unshared = batch_.unshared();
    expect(activations(*scalar, unshared), gradients(*scalar, unshared));
  }
  void expect(std::uint64_t activations_hash, std::uint64_t gradients_hash) const {
    const RandomBatch unshared = batch_.unshared();
    std::size_t seen = 0;
    for (const kernels::Isa isa : kernels::compiled_isas()) {
      if (!kernels::supported(isa)) continue;
      const auto session = this->session(isa);
      for (const RandomBatch* batch : {&batch_, &unshared}) {
        EXPECT_EQ(activations(*session, *batch), activations_hash) << kernels::isa_name(isa);
        EXPECT_EQ(gradients(*session, *batch), gradients_hash) << kernels::isa_name(isa);
        ++seen;
      }
    }
    EXPECT_GE(seen, 4u);
  }

 private:
  Made made_;
  std::shared_ptr<exec::Model> model_ = made_.maker.open();
  RandomBatch batch_{made_.maker, model_->desc(), {3, 1, 0, 17, 9, 2}};
};

// A change of these numbers is a change of arithmetic and needs a new version.
TEST(ParityInside, ParityModelInArithmeticVersion1) {
  Inside<testing::ParityModel>().expect(6775651297238249343u, 2378800796128864082u);
}
TEST(ParityInside, NarrowModelInArithmeticVersion1) {
  Inside<testing::NarrowModel>().expect(17180887577302932203u, 6125234449905581369u);
}
TEST(ParityInside, ForkedModelInArithmeticVersion1) {
  Inside<testing::ForkedModel>().expect(3997659672386597904u, 13164476898340084270u);
}
TEST(ParityInside, CurvedModelInArithmeticVersion1) {
  Inside<testing::CurvedModel>().expect(12524816977607572982u, 8042716475417324109u);
}

TEST(ParityInside, HistoryModel) {
  Inside<testing::HistoryModel>().expect_same();
}

}  // namespace
}  // namespace clicklens
