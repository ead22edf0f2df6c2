// Sessions of group gradients: the same bits whatever is shared, tiled or run on; the numbers of a full session, and of
// central differences in double along each group's inputs.
#include <bit>

#include "kernels/dispatch.h"
#include "lens/saliency.h"
#include "support/random_batch.h"
#include "support/random_model.h"
#include "support/seeds.h"

namespace clicklens {
namespace {

using format::ActivationKind;
using format::Scope;
using lens::SaliencyMethod;
using testing::ModelMaker;
using testing::RandomBatch;
using testing::Reference;

// Two groups of request scope, one of them of two features and one mixed with columns of each pair; an ad.
struct Inputs {
  explicit Inputs(ModelMaker& maker) {
    user = bag(maker, "user", Scope::request, 8, "u");
    ad = bag(maker, "ad", Scope::candidate, 5, "a");
    const std::uint32_t f = maker.dense("context", Scope::request, 3);
    maker.desc.features[f].group = "u";
    context = maker.node(format::DenseInputOp{f}, {});
    cross = bag(maker, "cross", Scope::pair, 4, "q");
    query = bag(maker, "query", Scope::request, 17, "q");
  }
  static std::uint32_t bag(ModelMaker& maker, const char* name, Scope scope, std::uint32_t dim, const char* group) {
    const std::uint32_t f = maker.sparse(name, scope, 30, format::Pooling::mean);
    maker.desc.features[f].group = group;
    return maker.bag(f, maker.table(30, dim));
  }
  std::uint32_t user, ad, context, cross, query;
};

std::uint32_t relu_of(ModelMaker& maker, std::uint32_t x, std::uint32_t in, std::uint32_t out) {
  return maker.activation(ActivationKind::relu, maker.linear(x, in, out));
}

// A deep and a wide part over all columns; what one linear has for the other's it adds up.
void wide_and_deep(ModelMaker& maker) {
  const Inputs in(maker);
  const std::uint32_t x = maker.node(format::ConcatOp{}, {in.user, in.ad, in.context, in.cross, in.query});
  const std::uint32_t deep = maker.linear(relu_of(maker, relu_of(maker, x, 37, 33), 33, 10), 10, 1);
  maker.output("ctr", maker.node(format::AddOp{}, {deep, maker.linear(x, 37, 1)}));
}
// A tower of the request's, whose output stands beside inputs; features of one group side by side; one read alone.
void towers(ModelMaker& maker) {
  const Inputs in(maker);
  const std::uint32_t inner = maker.node(format::ConcatOp{}, {in.user, in.context});
  const std::uint32_t tower = relu_of(maker, inner, 11, 20);
  const std::uint32_t x = maker.node(format::ConcatOp{}, {in.query, tower, inner, in.ad});
  const std::uint32_t deep = relu_of(maker, x, 53, 40);
  const std::uint32_t alone = relu_of(maker, in.query, 17, 40);
  const std::uint32_t sum = maker.node(format::AddOp{}, {deep, alone});
  maker.output("ctr", maker.linear(maker.node(format::ConcatOp{}, {sum, in.cross}), 44, 1));
  maker.output("cvr", maker.linear(deep, 40, 1));
}
// The user is read by a product too, and has gradients like any other input.
void product(ModelMaker& maker) {
  const Inputs in(maker);
  const std::uint32_t x = maker.node(format::ConcatOp{}, {in.user, in.ad, in.context, in.query});
  const std::uint32_t squares = maker.node(format::MultiplyOp{}, {in.user, in.user});
  const std::uint32_t both = maker.node(format::ConcatOp{}, {relu_of(maker, x, 33, 12), squares, in.cross});
  maker.output("ctr", maker.linear(both, 24, 1));
}

struct GroupsCase {
  const char* name;
  void (*make)(ModelMaker&);
  std::vector<bool> grouped;  // by input block
};

void PrintTo(const GroupsCase& wanted, std::ostream* out) {
  *out << wanted.name;
}

struct MadeGroups {
  explicit MadeGroups(const GroupsCase& wanted) : maker(7) {
    wanted.make(maker);
    model = maker.open();
  }
  [[nodiscard]] std::unique_ptr<exec::Session> session(exec::SessionOptions options) const {
    options.gradients = true;
    auto made = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
    EXPECT_TRUE(made.ok()) << made.status().message();
    return made.ok() ? std::move(*made) : nullptr;
  }
  ModelMaker maker;
  std::shared_ptr<exec::Model> model;
};

exec::SessionOptions of_groups(std::size_t tile_rows = 0) {
  exec::SessionOptions options;
  options.group_gradients = true;
  options.tile_rows = tile_rows;
  return options;
}

std::vector<float> run(exec::Session& session, const RandomBatch& batch, const lens::SaliencySpec& spec) {
  std::vector<float> values(*lens::saliency_size(session, batch.batch(), spec, {}), -99.0f);
  exec::Output scores;
  const base::Status status = lens::saliency(session, batch.batch(), spec, values, scores);
  EXPECT_TRUE(status.ok()) << status.message();
  return values;
}

lens::SaliencySpec spec_of(SaliencyMethod method, std::span<const float> means) {
  lens::SaliencySpec spec;
  spec.method = method;
  spec.means = means;
  return spec;
}

class SaliencyGroups : public ::testing::TestWithParam<GroupsCase> {};
INSTANTIATE_TEST_SUITE_P(Models, SaliencyGroups,
                         ::testing::Values(GroupsCase{"wide_and_deep", wide_and_deep, {true, false, true, false, true}},
                                           GroupsCase{"towers", towers, {true, false, true, false, true}},
                                           GroupsCase{"product", product, {false, false, true, false, true}}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(SaliencyGroups, GroupWhatOnlyLinearsRead) {
  const MadeGroups made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const auto session = made.session(of_groups());
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->plan().grouped, GetParam().grouped);
  EXPECT_FALSE(session->plan().backward[0].products.empty());
  EXPECT_TRUE(made.session({})->plan().grouped.empty());
}

TEST_P(SaliencyGroups, TilesStrandsSharingAndSetsChangeNoBit) {
  MadeGroups made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.maker, made.model->desc(), {4, 13, 0, 1, 0, 1, 25, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2});
  const RandomBatch unshared = batch.unshared();
  const std::vector<float> means = made.maker.draw(made.model->input_width());
  std::size_t compared = 0;
  for (const SaliencyMethod method : {SaliencyMethod::centred, SaliencyMethod::gradient_x_input}) {
    std::vector<float> expected;
    for (const kernels::Isa isa : kernels::compiled_isas()) {
      if (!kernels::supported(isa)) continue;
      for (const std::size_t tile_rows : {1u, 3u, 0u}) {
        exec::SessionOptions options = of_groups(tile_rows);
        options.kernels = kernels::table_for(isa);
        options.strands = tile_rows == 3 ? 2 : 1;
        const auto session = made.session(options);
        ASSERT_NE(session, nullptr);
        for (const RandomBatch* each : {&batch, &unshared}) {
          const std::vector<float> found = run(*session, *each, spec_of(method, means));
          if (expected.empty()) expected = found;
          ASSERT_EQ(found.size(), expected.size());
          for (std::size_t i = 0; i < found.size(); ++i, ++compared)
            ASSERT_EQ(std::bit_cast<std::uint32_t>(found[i]), std::bit_cast<std::uint32_t>(expected[i]))
                << kernels::isa_name(isa) << " tile " << tile_rows << " at " << i;
        }
      }
    }
  }
  EXPECT_GT(compared, 0u);
}

// A sum of other products: off by rounding, as far as the terms are large.
TEST_P(SaliencyGroups, AgreeWithAFullSession) {
  MadeGroups made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.maker, made.model->desc(), {9, 0, 30, 2});
  const std::vector<float> means = made.maker.draw(made.model->input_width());
  const auto groups = made.session(of_groups());
  const auto full = made.session({});
  ASSERT_TRUE(groups != nullptr && full != nullptr);
  for (std::size_t task = 0; task < made.model->desc().outputs.size(); ++task) {
    for (const SaliencyMethod method : {SaliencyMethod::centred, SaliencyMethod::gradient_x_input}) {
      for (const auto target : {lens::SaliencyTarget::logit, lens::SaliencyTarget::probability}) {
        for (const bool per_request : {false, true}) {
          lens::SaliencySpec spec = spec_of(method, means);
          spec.task = task;
          spec.target = target;
          spec.per_request = per_request;
          const std::vector<float> found = run(*groups, batch, spec), expected = run(*full, batch, spec);
          ASSERT_EQ(found.size(), expected.size());
          for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 4e-6) << i;
        }
      }
    }
  }
}

// Of a group of several scopes, request-scope features are summed and others are each candidate's own: as dimensions
// are, and as candidates' parts add up that nothing was summed of.
TEST_P(SaliencyGroups, PerRequestAddsWithinMixedGroups) {
  MadeGroups made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const exec::Model& model = *made.model;
  const RandomBatch batch(made.maker, model.desc(), {3, 0, 5, 1});
  const std::vector<float> means = made.maker.draw(model.input_width());
  const auto full = made.session({});
  ASSERT_NE(full, nullptr);
  const std::size_t width = model.input_width(), groups = model.groups().size();
  for (const SaliencyMethod method : {SaliencyMethod::centred, SaliencyMethod::gradient_x_input}) {
    lens::SaliencySpec spec = spec_of(method, means);
    spec.level = lens::SaliencyLevel::dimension;
    const std::vector<float> single = run(*full, batch, spec);
    spec.per_request = true;
    const std::vector<float> dimensions = run(*full, batch, spec);
    spec.level = lens::SaliencyLevel::group;
    const std::vector<float> found = run(*full, batch, spec);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      std::vector<double> expected(groups), by_dimension(groups);
      for (const exec::InputBlock& block : model.inputs()) {
        const bool request = model.desc().features[block.feature].scope == Scope::request;
        for (std::size_t d = block.begin; d < block.begin + block.width; ++d) {
          by_dimension[model.group_of(block.feature)] += double{dimensions[row * width + d]};
          for (std::size_t other = 0; other < batch.rows(); ++other)
            if (request ? batch.request_of(other) == batch.request_of(row) : other == row)
              expected[model.group_of(block.feature)] += double{single[other * width + d]};
        }
      }
      for (std::size_t g = 0; g < groups; ++g) {
        EXPECT_NEAR(found[row * groups + g], expected[g], 4e-6) << row << " " << g;
        EXPECT_NEAR(found[row * groups + g], by_dimension[g], 4e-6) << row << " " << g;
      }
    }
  }
}

TEST_P(SaliencyGroups, AgreeWithCentralDifferences) {
  MadeGroups made(GetParam());
  ASSERT_NE(made.model, nullptr);
  const RandomBatch batch(made.maker, made.model->desc(), {3, 5});
  const auto session = made.session(of_groups());
  ASSERT_NE(session, nullptr);
  const std::vector<float> found = run(*session, batch, spec_of(SaliencyMethod::gradient_x_input, {}));
  const Reference<double> reference(made.maker, made.model->desc());
  const std::uint32_t target = made.model->desc().outputs[0].logit;
  const std::size_t groups = made.model->groups().size();
  std::size_t checked = 0;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const auto at = reference.forward(batch.row(row));
    for (std::uint32_t group = 0; group < groups; ++group) {
      const auto scaled = [&](double by) {
        testing::Values<double> given;
        for (const exec::InputBlock& block : made.model->inputs()) {
          if (made.model->group_of(block.feature) != group) continue;
          for (double& e : given[block.value] = at.at(block.value)) e *= 1 + by;
        }
        return reference.forward(batch.row(row), given).at(target)[0];
      };
      constexpr double h = 1e-6;
      const double left = (at.at(target)[0] - scaled(-h)) / h, right = (scaled(h) - at.at(target)[0]) / h;
      if (std::abs(left - right) > 2e-5 * (1 + std::abs(left))) continue;  // a kink
      EXPECT_NEAR(found[row * groups + group], (left + right) / 2, 2e-5 * (1 + std::abs(left)));
      ++checked;
    }
  }
  EXPECT_GT(checked, batch.rows() * groups / 2);
}

// Random graphs: whatever reads the inputs, and any value as target.
class SaliencyGroupsRandom : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SaliencyGroupsRandom, testing::seeds(200, 230));

TEST_P(SaliencyGroupsRandom, AgreeWithAFullSessionWhateverTheTile) {
  testing::RandomModel random(GetParam());
  const auto model = random.maker.open();
  ASSERT_NE(model, nullptr);
  const RandomBatch batch(random.maker, model->desc(), {7, 0, 1, 20});
  const auto values = static_cast<std::uint32_t>(model->desc().values.size());
  const std::uint32_t neuron = random.maker.below(values);
  const auto session = [&](bool groups, std::size_t tile_rows) {
    exec::SessionOptions options;
    options.gradients = true;
    options.group_gradients = groups;
    options.tile_rows = tile_rows;
    options.captures = {neuron};
    auto made = exec::Session::create(model, RandomBatch::inputs(model->desc()), options);
    EXPECT_TRUE(made.ok()) << made.status().message();
    return made.ok() ? std::move(*made) : nullptr;
  };
  const auto full = session(false, 0), groups = session(true, 0), small = session(true, 2);
  ASSERT_TRUE(full != nullptr && groups != nullptr && small != nullptr);
  for (const bool of_neuron : {false, true}) {
    lens::SaliencySpec spec = spec_of(SaliencyMethod::gradient_x_input, {});
    spec.value = neuron;
    if (of_neuron) spec.target = lens::SaliencyTarget::neuron;
    const std::vector<float> found = run(*groups, batch, spec), expected = run(*full, batch, spec);
    const std::vector<float> again = run(*small, batch.unshared(), spec);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(std::bit_cast<std::uint32_t>(found[i]), std::bit_cast<std::uint32_t>(again[i]));
      if (!std::isfinite(expected[i])) continue;
      EXPECT_NEAR(found[i], expected[i], 1e-4 * (1 + std::abs(expected[i])));
    }
  }
}

TEST(SaliencyGroupsSession, RefusesAllButGroupsOfProducts) {
  const MadeGroups made(GroupsCase{"", wide_and_deep, {}});
  ASSERT_NE(made.model, nullptr);
  ModelMaker maker(3);
  const RandomBatch batch(maker, made.model->desc(), {2});
  const auto session = made.session(of_groups());
  ASSERT_NE(session, nullptr);
  std::vector<float> values(1u << 16);
  const std::vector<float> means(made.model->input_width());
  std::size_t refused = 0;
  for (const auto level : {lens::SaliencyLevel::group, lens::SaliencyLevel::feature, lens::SaliencyLevel::dimension}) {
    for (const auto method : {SaliencyMethod::centred, SaliencyMethod::gradient_x_input, SaliencyMethod::gradient_l1,
                              SaliencyMethod::gradient_l2}) {
      lens::SaliencySpec spec = spec_of(method, means);
      spec.level = level;
      exec::Output scores;
      const base::Status status = lens::saliency(*session, batch.batch(), spec, values, scores);
      const bool is_product = method == SaliencyMethod::centred || method == SaliencyMethod::gradient_x_input;
      if (level == lens::SaliencyLevel::group && is_product) {
        EXPECT_TRUE(status.ok()) << status.message();
      } else {
        EXPECT_EQ(status.code(), base::Code::unsupported);
        EXPECT_NE(std::string(status.message()).find("GROUPS"), std::string::npos) << status.message();
        ++refused;
      }
    }
  }
  EXPECT_EQ(refused, 10u);
  std::vector<double> sums(made.model->input_width());
  EXPECT_TRUE(lens::add_input_sums(*session, batch.batch(), sums).ok());
}

}  // namespace
}  // namespace clicklens
