// Edits one after the other, and the file that they end in.
#include "lens/refiner.h"

#include <filesystem>

#include "lens/probe_file.h"
#include "refine_support.h"
#include "support/rows.h"
#include "support/xor_network.h"

namespace clicklens {
namespace {

using testing::RandomBatch;
using testing::TemporaryPath;

std::shared_ptr<exec::Model> opened_again(const TemporaryPath& path) {
  format::OpenOptions options;
  options.verify_segments = true;
  auto model = exec::Model::open(path.c_str(), options);
  EXPECT_TRUE(model.ok()) << model.status().message();
  return model.ok() ? *model : nullptr;
}

std::string metadata(const exec::Model& model, const std::string& key) {
  for (const format::MetadataDesc& entry : model.desc().metadata)
    if (entry.key == key) return entry.value;
  return "";
}

TEST(Refiner, TheFileScoresAsTheEditedModelDoes) {
  testing::PlantedTower tower(1);
  for (const std::uint32_t j : {3u, 4u}) tower.silence(0, j);
  tower.maker.desc.metadata = {{"days", "1-3"}, {"refined", "once"}};
  const auto model = tower.open();
  const RandomBatch batch(tower.maker, model->desc(), {5, 0, 9, 3});
  const auto refiner = testing::refiner_of(model);
  const std::vector<std::string> groups = {"numbers"};
  ASSERT_TRUE(refiner->drop(groups, std::vector<float>(model->input_width(), 0.1f)).ok());
  ASSERT_TRUE(refiner->prune_proven().ok());
  const std::vector<std::uint32_t> tables = {0, 1};
  const auto changes = refiner->set_tables(tables, format::ElementType::f16);
  ASSERT_TRUE(changes.ok()) << changes.status().message();
  EXPECT_EQ((*changes)[0].bytes_before, 40u * 24);
  EXPECT_EQ((*changes)[0].bytes_after, 40u * format::padded_row_stride(format::ElementType::f16, 6));
  EXPECT_GT((*changes)[0].largest_error, 0);
  const std::vector<float> wanted = testing::logits_of(refiner->model(), model->desc(), batch);

  const TemporaryPath path("refined.clens");
  ASSERT_TRUE(refiner->write(path.c_str(), {}).ok());
  const auto file = opened_again(path);
  ASSERT_NE(file, nullptr);
  testing::expect_bits(testing::logits_of(file, model->desc(), batch), wanted, "written");
  EXPECT_EQ(refiner->model()->file().file_size() / 4096, file->file().file_size() / 4096) << "as foretold";
  EXPECT_EQ(metadata(*file, "days"), "1-3");
  char id[40];
  std::snprintf(id, sizeof id, "%016llx%016llx", static_cast<unsigned long long>(model->file().id().high),
                static_cast<unsigned long long>(model->file().id().low));
  EXPECT_EQ(metadata(*file, "refined_from"), id);
  EXPECT_EQ(metadata(*file, "refined"),
            std::string("once; drop-group numbers, prune proven (l1: 2 dead), 2 tables as f16, from ") + id);
  EXPECT_EQ(metadata(*file, "refined_by").rfind("clicklens ", 0), 0u);
  // what was edited may be edited again
  const auto again = testing::refiner_of(file);
  EXPECT_TRUE(again->prune_proven()->empty());
  ASSERT_TRUE(again->write(path.c_str(), {}).ok()) << "over itself";
  testing::expect_bits(testing::logits_of(opened_again(path), model->desc(), batch), wanted, "written over itself");
}

TEST(Refiner, NarrowRowsAreThoseOfRefineTables) {
  testing::PlantedTower tower(2);
  const auto model = tower.open();
  const std::vector<std::uint32_t> tables = {1};
  for (const auto type : {format::ElementType::f16, format::ElementType::i8_row, format::ElementType::i4_row}) {
    const TemporaryPath one("one.clens"), two("two.clens");
    const auto refiner = testing::refiner_of(model);
    const auto here = refiner->set_tables(tables, type);
    const auto there = lens::refine_tables(*model, tables, type, two.c_str());
    ASSERT_TRUE(here.ok() && there.ok());
    EXPECT_EQ((*here)[0].largest_error, (*there)[0].largest_error);
    EXPECT_EQ((*here)[0].largest_error_row, (*there)[0].largest_error_row);
    ASSERT_TRUE(refiner->write(one.c_str(), {}).ok());
    const auto a = opened_again(one), b = opened_again(two);
    const auto bytes = [](const exec::Model& m) { return m.file().segment(m.desc().tables[1].segment); };
    EXPECT_TRUE(std::ranges::equal(bytes(*a), bytes(*b)));
  }
  const auto refiner = testing::refiner_of(model);
  EXPECT_EQ(refiner->set_tables(std::vector<std::uint32_t>{2}, format::ElementType::f16).status().code(),
            base::Code::invalid_argument);
  EXPECT_EQ(refiner->set_tables(std::vector<std::uint32_t>{0, 0}, format::ElementType::f16).status().code(),
            base::Code::invalid_argument);
  tower.maker.replace_table(0, std::vector<float>(240, 1e6f));
  const auto large = testing::refiner_of(tower.open());
  const auto refused = large->set_tables(std::vector<std::uint32_t>{0}, format::ElementType::f16);
  EXPECT_EQ(refused.status().code(), base::Code::bad_value);
  EXPECT_TRUE(large->edits().empty());
}

// Probes stay with a model whose values have not changed, and go with one whose values have.
TEST(Refiner, ProbesStayWhereTheyHold) {
  testing::XorNetwork network;
  const TemporaryPath plain("plain.clens"), path("probed.clens"), out("out.clens");
  ASSERT_TRUE(network.maker().write(plain.c_str()).ok());
  const auto model = opened_again(plain);
  const testing::XorData data(200, 5, 0.1);
  const auto probe = lens::Probe::fit(testing::probe_rows(model, data), nullptr, {});
  ASSERT_TRUE(probe.ok());
  ASSERT_TRUE(lens::attach_probe(*probe, plain.c_str(), path.c_str()).ok());
  const auto probed = opened_again(path);
  const auto untouched = testing::refiner_of(probed);
  EXPECT_TRUE(untouched->prune_proven()->empty());
  ASSERT_TRUE(untouched->write(out.c_str(), {}).ok());
  EXPECT_TRUE(lens::attached_probe(*opened_again(out)).ok());
  const auto changed = testing::refiner_of(probed);
  ASSERT_TRUE(changed->cut(*probe, 1, 0).ok());
  ASSERT_TRUE(changed->write(out.c_str(), {}).ok());
  EXPECT_EQ(lens::attached_probe(*opened_again(out)).status().code(), base::Code::not_found);
}

// Faults of all kinds in one clean network: each edit finds its own, all of them, and nothing else.
TEST(Refiner, PlantedFaultsGoByTheEditThatIsForThem) {
  std::size_t clean = 0;
  for (std::uint32_t seed = 11; seed <= 30 && clean < 3; ++seed) {
    testing::PlantedTower tower(seed);
    const std::uint32_t rows = 12'000;
    const auto healthy = tower.open();
    const RandomBatch batch(tower.maker, healthy->desc(), std::vector<std::uint32_t>(rows / 4, 4));
    const auto find = [&](lens::Refiner& refiner) {
      const auto& layers = refiner.model()->desc().layers;
      return testing::neurons_of(refiner.model(), {layers[1].value}, healthy->desc(), batch);
    };
    lens::PruneOptions options;
    options.dead = options.duplicates = true;
    const auto cleaner = testing::refiner_of(healthy);
    const auto before = cleaner->prune_found(*find(*cleaner), options);
    ASSERT_TRUE(before.ok()) << before.status().message();
    if (!before->empty()) continue;
    ++clean;

    for (const std::uint32_t j : {2u, 9u}) tower.silence(0, j);
    for (std::size_t c = 0; c < 13; ++c) tower.weight(0, 20, c) = 4 * tower.weight(0, 5, c);
    tower.bias(0, 20) = 4 * tower.bias(0, 5);
    for (std::size_t k = 0; k < 12; ++k) tower.weight(1, k, 20) = 0.25f * tower.weight(1, k, 5);
    const auto copied = tower.open();
    const std::vector<float> with_copy = testing::logits_of(copied, healthy->desc(), batch);
    tower.bias(2, 0) += std::log(2.0f);
    const auto planted = tower.open();

    const auto refiner = testing::refiner_of(planted);
    const auto proven = refiner->prune_proven();
    ASSERT_TRUE(proven.ok() && proven->size() == 1);
    EXPECT_EQ((*proven)[0].dead, (std::vector<std::uint32_t>{2, 9}));
    const auto found = refiner->prune_found(*find(*refiner), options);
    ASSERT_TRUE(found.ok() && found->size() == 1) << found.status().message();
    EXPECT_TRUE((*found)[0].dead.empty());
    EXPECT_EQ((*found)[0].duplicates, (std::vector<std::uint32_t>{18})) << "20, less the two before it";
    EXPECT_TRUE(refiner->prune_proven()->empty());
    EXPECT_TRUE(refiner->prune_found(*find(*refiner), options)->empty());
    const std::vector<float> after = testing::logits_of(refiner->model(), healthy->desc(), batch);
    for (std::size_t i = 0; i < after.size(); ++i) ASSERT_NEAR(after[i], with_copy[i] + std::log(2.0f), 2e-5f);
  }
  EXPECT_EQ(clean, 3u);
}

TEST(Refiner, NothingIsWrittenWhereNothingCanBe) {
  testing::PlantedTower tower(3);
  const auto refiner = testing::refiner_of(tower.open());
  const TemporaryPath folder("nowhere");
  const std::string path = std::string(folder.c_str()) + "/out.clens";
  EXPECT_EQ(refiner->write(path.c_str(), {}).code(), base::Code::io_error);
  EXPECT_EQ(refiner->write("", {}).code(), base::Code::invalid_argument);
  EXPECT_FALSE(std::filesystem::exists(folder.c_str()));
}

}  // namespace
}  // namespace clicklens
