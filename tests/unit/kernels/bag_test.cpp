// Embedding bags against one std::fma after the other; tables end at an unreadable page.
#include "unit/kernels/support.h"

namespace clicklens::kernels {
namespace {

struct Case {
  Floats table{0}, weights{0}, divisors{0}, out{0};
  Guarded<std::uint32_t> ids{0}, offsets{0};
  BagJob job;

  Case(Random& random, std::size_t dim, bool hard) {
    const std::size_t rows = between(random, 1, 50), bags = between(random, 0, 9), stride = dim + random.bits() % 3;
    table = random_floats(random, (rows - 1) * stride + dim, hard);
    offsets = Guarded<std::uint32_t>(bags + 1);
    offsets[0] = random.bits() % 3;
    for (std::size_t b = 0; b < bags; ++b) offsets[b + 1] = offsets[b] + random.bits() % 6;
    ids = Guarded<std::uint32_t>(offsets[bags]);
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = random.bits() % static_cast<std::uint32_t>(rows);
    weights = random_floats(random, ids.size());
    divisors = Floats(bags);
    for (std::size_t b = 0; b < bags; ++b) divisors[b] = random.uniform(0.5f, 4);
    job.table = table.data();
    job.row_stride = stride * sizeof(float);
    job.dim = static_cast<std::uint32_t>(dim);
    job.ids = ids.data();
    job.offsets = offsets.data();
    job.bags = bags;
    job.pool = random.bits() % 3 == 0 ? Pool::max : Pool::sum;
    if (random.bits() % 2 != 0) job.weights = weights.data();
    if (random.bits() % 3 == 0) job.divisors = divisors.data();
    job.resume = random.bits() % 4 == 0;
    job.ld_out = dim + random.bits() % 4;
    out = random_floats(random, bags == 0 ? 0 : (bags - 1) * job.ld_out + dim);
    job.out = out.data();
  }

  float expected(std::size_t b, std::size_t c) const {
    float acc = job.resume ? out[b * job.ld_out + c] : 0.0f;
    for (std::uint32_t i = offsets[b]; i < offsets[b + 1]; ++i) {
      const float v = table[ids[i] * job.row_stride / sizeof(float) + c];
      if (job.pool == Pool::sum) {
        acc = std::fma(job.weights != nullptr ? weights[i] : 1.0f, v, acc);
      } else if ((i == offsets[b] && !job.resume) || v > acc || v != v) {
        acc = v;  // the first of ties stays; so does NaN, nothing being greater
      }
    }
    return (job.divisors != nullptr ? acc / divisors[b] : acc) + 0.0f;
  }
  std::vector<float> expected() const {
    std::vector<float> all;
    for (std::size_t b = 0; b < job.bags; ++b) {
      for (std::size_t c = 0; c < job.dim; ++c) all.push_back(expected(b, c));
    }
    return all;
  }
};

class Bags : public EachIsa {};

TEST_P(Bags, RandomJobsOfEveryDim) {
  Comparison seen;
  for (std::size_t first = 1; first <= 70; first += 3) {
    Random random(static_cast<std::uint32_t>(first));
    std::vector<std::unique_ptr<Case>> cases;
    for (std::size_t dim = first; dim < first + 3; ++dim) {
      for (int i = 0; i < 8; ++i) cases.push_back(std::make_unique<Case>(random, dim, i == 0));
    }
    std::vector<BagJob> jobs;
    std::vector<std::vector<float>> expected;
    for (const auto& c : cases) jobs.push_back(c->job), expected.push_back(c->expected());
    table_->bags({jobs.data(), jobs.size()});
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      for (std::size_t e = 0; e < expected[i].size(); ++e) {
        seen.expect(
            jobs[i].out[e / jobs[i].dim * jobs[i].ld_out + e % jobs[i].dim], expected[i][e],
            "dim " + std::to_string(jobs[i].dim) + " job " + std::to_string(i) + " element " + std::to_string(e));
      }
    }
  }
}

TEST_P(Bags, ALongBagMayComeInChunks) {
  Comparison seen;
  Random random(2);
  for (const Pool pool : {Pool::sum, Pool::max}) {
    const Floats table = random_floats(random, 100 * 16);
    Guarded<std::uint32_t> ids(500);
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = random.bits() % 100;
    Floats whole(16), chunked(16);
    const std::uint32_t all[] = {0, 500}, first[] = {0, 211}, rest[] = {211, 500};
    BagJob job{table.data(), 64, Element::f32, pool, 16, ids.data(), nullptr, all, nullptr, 1, whole.data(), 16, false};
    table_->bags({&job, 1});
    job.out = chunked.data();
    job.offsets = first;
    table_->bags({&job, 1});
    job.offsets = rest;
    job.resume = true;
    table_->bags({&job, 1});
    for (std::size_t c = 0; c < 16; ++c) seen.expect(chunked[c], whole[c], "column " + std::to_string(c));
  }
}

TEST_P(Bags, NothingToDoIsFine) {
  table_->bags({nullptr, 0});
  BagJob none;
  table_->bags({&none, 1});
}

CLENS_EACH_ISA(Bags);

}  // namespace
}  // namespace clicklens::kernels
