// Vocabularies that a delta changed in part: every key, old or new or unknown, is what the whole model's makes of it.
#include <gtest/gtest.h>

#include <random>

#include "encode/vocabulary_builder.h"
#include "exec/model.h"
#include "format/delta.h"
#include "format/delta_make.h"
#include "support/tiny_model.h"

namespace clicklens {
namespace {

using testing::TinyModel;

// Keys in the order of their rows.
template <class Key>
struct Keys {
  std::vector<Key> keys;
  std::vector<std::uint32_t> rows;
};

template <class Key, class View>
TinyModel model_of(const Keys<Key>& of, format::KeyType type) {
  TinyModel model = testing::tiny_model();
  const std::vector<View> views(of.keys.begin(), of.keys.end());
  const auto made = encode::build_vocabulary(std::span<const View>(views), of.rows);
  EXPECT_TRUE(made.ok()) << made.status().message();
  const std::uint32_t slots = model.add_segment(made->slot_bytes);
  const std::uint32_t text = made->text_bytes.empty() ? format::no_index : model.add_segment(made->text_bytes);
  model.desc.encoders[0].encoder = format::VocabularyEncoder{type, made->size, made->slots, slots, text};
  return model;
}

struct Versions {
  Versions(const TinyModel& before, const TinyModel& after) {
    const auto expect_ok = [](const base::Status& status) { EXPECT_TRUE(status.ok()) << status.message(); };
    expect_ok(testing::write_model(before, first.c_str()));
    expect_ok(testing::write_model(after, second.c_str()));
    base = *exec::Model::open(first.c_str(), {});
    whole = *exec::Model::open(second.c_str(), {});
    expect_ok(format::make_delta(base->file(), whole->file(), path.c_str(), 1.0));
    delta = std::move(*format::Delta::open(path.c_str(), {}));
    auto file = delta->apply(base->file(), 0);
    expect_ok(file.status());
    applied = *exec::Model::make(std::move(*file), {});
    expect_ok(applied->file().verify_segments());
  }
  [[nodiscard]] const format::VocabularyEncoder& encoder() const {
    return std::get<format::VocabularyEncoder>(whole->desc().encoders[0].encoder);
  }

  testing::TemporaryPath first{"first.clens"}, second{"second.clens"}, path{"delta.clensd"};
  std::shared_ptr<exec::Model> base, whole;
  std::unique_ptr<format::Delta> delta;
  std::shared_ptr<exec::Model> applied;
};

template <class View, class Key>
void expect_same_rows(const Versions& versions, const std::vector<Key>& keys) {
  const std::vector<View> views(keys.begin(), keys.end());
  std::vector<std::uint32_t> found(keys.size()), wanted(keys.size());
  versions.applied->encoder(0)->encode(std::span<const View>(views), found.data());
  versions.whole->encoder(0)->encode(std::span<const View>(views), wanted.data());
  EXPECT_EQ(found, wanted);
}

class DeltaVocabulary : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, DeltaVocabulary, ::testing::Range(1u, 9u));

TEST_P(DeltaVocabulary, KeysAddedRemovedAndMoved) {
  std::mt19937_64 random(GetParam());
  Keys<std::uint64_t> before;
  for (std::uint32_t i = 0; i < 60; ++i) {
    before.keys.push_back(random());
    before.rows.push_back(i);
  }
  Keys<std::uint64_t> after = before;
  std::vector<std::uint64_t> tried = before.keys;
  for (const std::uint32_t replaced : {5u, 17u, 40u}) {  // one goes, another takes its row
    after.keys[replaced] = random();
    tried.push_back(after.keys[replaced]);
  }
  std::swap(after.rows[20], after.rows[21]);
  for (std::uint32_t i = 60; i < 64; ++i) {
    after.keys.push_back(random());
    after.rows.push_back(i);
    tried.push_back(after.keys.back());
  }
  for (int i = 0; i < 100; ++i) tried.push_back(random());
  const Versions versions(model_of<std::uint64_t, std::uint64_t>(before, format::KeyType::u64),
                          model_of<std::uint64_t, std::uint64_t>(after, format::KeyType::u64));
  EXPECT_EQ(versions.delta->desc().keys_added, 7u);
  EXPECT_EQ(versions.delta->desc().keys_removed, 3u);
  EXPECT_EQ(versions.delta->desc().keys_moved, 2u);
  EXPECT_NE(versions.applied->file().overlay(versions.encoder().slot_segment), nullptr);
  expect_same_rows<std::uint64_t>(versions, tried);
}

std::vector<std::string> some_texts(std::uint32_t count, std::mt19937_64& random) {
  std::vector<std::string> texts;
  for (std::uint32_t i = 0; i < count; ++i) texts.push_back("key " + std::to_string(random() % 1000 * 1000 + i));
  return texts;
}

TEST_P(DeltaVocabulary, TextsAppended) {
  std::mt19937_64 random(GetParam());
  Keys<std::string> before{some_texts(60, random), {}};
  Keys<std::string> after = before;
  const std::vector<std::string> more = {"", "x", "of a length that no other has", "of a length that none has, too"};
  after.keys.insert(after.keys.end(), more.begin(), more.end());
  const Versions versions(model_of<std::string, std::string_view>(before, format::KeyType::string),
                          model_of<std::string, std::string_view>(after, format::KeyType::string));
  EXPECT_EQ(versions.delta->desc().keys_added, more.size());
  EXPECT_EQ(versions.delta->desc().keys_removed + versions.delta->desc().keys_moved, 0u);
  EXPECT_NE(versions.applied->file().overlay(versions.encoder().slot_segment), nullptr);
  EXPECT_NE(versions.applied->file().overlay(versions.encoder().text_segment), nullptr);
  std::vector<std::string> tried = after.keys;
  for (const std::string& text : some_texts(50, random)) tried.push_back(text + "?");
  expect_same_rows<std::string_view>(versions, tried);

  Keys<std::string> last = after;  // over what came of the first delta
  last.keys.push_back("of one more length");
  Versions next(model_of<std::string, std::string_view>(after, format::KeyType::string),
                model_of<std::string, std::string_view>(last, format::KeyType::string));
  auto file = next.delta->apply(versions.applied->file(), 0);
  ASSERT_TRUE(file.ok()) << file.status().message();
  EXPECT_NE((*file)->overlay(next.encoder().text_segment), nullptr);
  EXPECT_TRUE((*file)->verify_segments().ok());
  next.applied = *exec::Model::make(std::move(*file), {});
  tried.push_back(last.keys.back());
  expect_same_rows<std::string_view>(next, tried);
}

// Texts of other lengths move all behind them: the vocabulary is carried whole.
TEST_P(DeltaVocabulary, TextsReplaced) {
  std::mt19937_64 random(GetParam());
  Keys<std::string> before{some_texts(60, random), {}};
  Keys<std::string> after = before;
  after.keys[7] += " and more";
  after.keys[30] = "short";
  const Versions versions(model_of<std::string, std::string_view>(before, format::KeyType::string),
                          model_of<std::string, std::string_view>(after, format::KeyType::string));
  EXPECT_EQ(versions.delta->desc().keys_added, 2u);
  EXPECT_EQ(versions.delta->desc().keys_removed, 2u);
  std::vector<std::string> tried = before.keys;
  tried.insert(tried.end(), after.keys.begin(), after.keys.end());
  expect_same_rows<std::string_view>(versions, tried);
}

// More keys than the slots are for: a table of another size.
TEST_P(DeltaVocabulary, SlotsDoubled) {
  std::mt19937_64 random(GetParam());
  Keys<std::uint64_t> before;
  for (std::uint32_t i = 0; i < 40; ++i) before.keys.push_back(random());
  Keys<std::uint64_t> after = before;
  for (std::uint32_t i = 40; i < 100; ++i) after.keys.push_back(random());
  const Versions versions(model_of<std::uint64_t, std::uint64_t>(before, format::KeyType::u64),
                          model_of<std::uint64_t, std::uint64_t>(after, format::KeyType::u64));
  EXPECT_EQ(versions.delta->desc().keys_added, 60u);
  expect_same_rows<std::uint64_t>(versions, after.keys);
}

}  // namespace
}  // namespace clicklens
