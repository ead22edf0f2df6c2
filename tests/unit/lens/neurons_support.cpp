#include "neurons_support.h"

#include <bit>
#include <cmath>

namespace clicklens::testing {

ChosenValues::ChosenValues(std::uint32_t x_width, std::uint32_t y_width,
                           std::optional<format::ActivationKind> activation) {
  x_ = maker_.node(format::DenseInputOp{maker_.dense("x", format::Scope::candidate, x_width)}, {});
  if (activation) x_ = maker_.activation(*activation, x_);
  y_ = maker_.node(format::DenseInputOp{maker_.dense("y", format::Scope::candidate, y_width)}, {});
  const std::uint32_t z = maker_.node(format::DenseInputOp{maker_.dense("z", format::Scope::candidate, 1)}, {});
  maker_.output("z", maker_.node(format::LinearOp{maker_.constant({1, 1}, {1.0f}), format::no_index}, {z}));
  maker_.desc.layers = {{"x", x_}, {"y", y_}};
  model_ = maker_.open();
}

std::uint32_t ChosenValues::width(std::size_t layer) const {
  return model_->graph().values[layer == 0 ? x_ : y_].columns();
}

std::unique_ptr<exec::Session> ChosenValues::session(std::size_t tile_rows, const kernels::Table* kernels) const {
  exec::SessionOptions options;
  options.tile_rows = tile_rows;
  options.observed = {y_, x_};
  options.kernels = kernels;
  auto made = exec::Session::create(model_, RandomBatch::inputs(model_->desc()), options);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return std::move(*made);
}

std::unique_ptr<lens::Neurons> ChosenValues::neurons(lens::NeuronsOptions options) const {
  auto made = lens::Neurons::create(model_, options);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return made.ok() ? std::move(*made) : nullptr;
}

base::Status ChosenRows::add_to(lens::Neurons& neurons, exec::Session& session, std::size_t begin,
                                std::size_t end) const {
  const std::size_t x_width = x.size() / size(), y_width = y.size() / size();
  const std::vector<encode::Column> columns = {column(0, x, x_width, begin, end), column(1, y, y_width, begin, end),
                                               column(2, z, 1, begin, end)};
  exec::Batch batch;
  batch.candidates = end - begin;
  batch.columns = columns;
  lens::NeuronRows rows;
  rows.labels = labels.empty() ? nullptr : &labels[begin];
  rows.clusters = clusters.empty() ? nullptr : &clusters[begin];
  rows.first_row = begin;
  return neurons.add(session, batch, rows);
}

void ChosenRows::add_all(lens::Neurons& neurons, exec::Session& session, std::size_t step) const {
  for (std::size_t begin = 0; begin < size(); begin += step) {
    const base::Status status = add_to(neurons, session, begin, std::min(begin + step, size()));
    ASSERT_TRUE(status.ok()) << status.message();
  }
}

encode::Column ChosenRows::column(std::uint32_t input, const std::vector<float>& values, std::size_t width,
                                  std::size_t begin, std::size_t end) {
  encode::Column view;
  view.input = input;
  view.kind = encode::ColumnKind::floats;
  view.value_type = encode::ValueType::f32;
  view.values = values.data() + begin * width;
  view.value_count = (end - begin) * width;
  return view;
}

ChosenRows wild_rows(std::size_t n, std::size_t width, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  ChosenRows rows;
  const auto wild = [&](std::size_t kind) {
    float x = normal(random);
    if (kind == 1) x = std::max(x, 0.0f);
    if (kind == 2) x = std::exp(6 * x);
    if (kind == 3) x *= 1e-41f;
    if (kind == 4) {
      do {
        x = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
      } while (!std::isfinite(x) || std::abs(x) > 1e38f);
    }
    if (kind == 5) x = random() % 50 == 0 ? 3e38f : x;
    if (kind == 6) x = random() % 9 == 0 ? 1e-9f * x : 1000 + x;
    return x;
  };
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t c = 0; c < width; ++c) rows.x.push_back(wild(c % 7));
    rows.y.push_back(normal(random));
    rows.z.push_back(random() % 20 == 0 ? wild(4) : normal(random));
    rows.labels.push_back(static_cast<std::uint8_t>(random() % 10 == 0));
    rows.clusters.push_back(random() % 60);
  }
  return rows;
}

std::vector<std::byte> saved(const lens::Neurons& neurons) {
  auto bytes = neurons.save();
  EXPECT_TRUE(bytes.ok()) << bytes.status().message();
  return bytes.ok() ? *bytes : std::vector<std::byte>();
}

void read_everything(const lens::Neurons& neurons) {
  double cka = 0;
  std::uint64_t rows = 0;
  for (std::size_t i = 0; i < neurons.layers().size(); ++i) {
    (void)neurons.summary(i);
    for (std::size_t c = 0; c < neurons.layers()[i].width; ++c) {
      (void)neurons.figures(i, c);
      for (const double p : {0.0, 0.5, 1.0}) (void)neurons.quantile(i, c, p);
    }
    (void)lens::linear_cka(neurons, 0, neurons, i, cka, rows).ok();
    (void)lens::compare(neurons, neurons, i).ok();
  }
}

}  // namespace clicklens::testing
