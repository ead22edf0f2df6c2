// What a publication verifies: segments that are its model's own, and those that it shares unless their memory's
// checksums held before.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <clicklens/slot.hpp>
#include <cstring>

#include "format/model_file.h"
#include "support/files.h"
#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

class SlotVerifies : public ::testing::Test {
 protected:
  SlotVerifies() {
    TinyModel model = tiny_model();
    table_ = model.desc.tables[0].segment;
    constant_ = model.desc.constants[0].segment;
    const float number = 0.5f;
    std::memcpy(model.segments[constant_].data(), &number, sizeof number);
    write_bytes(base_.str(), model_bytes(tiny_model()));
    write_bytes(next_.str(), model_bytes(model));
  }

  // Changes a byte of a file where it lies, under whoever has mapped it.
  static void damage(const TemporaryPath& path, std::uint32_t segment) {
    const auto file = format::ModelFile::open(path.c_str(), {});
    ASSERT_TRUE(file.ok());
    const auto at = static_cast<off_t>((*file)->desc().segments[segment].offset);
    const std::byte changed = (*file)->segment(segment)[0] ^ std::byte{1};
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    EXPECT_EQ(::pwrite(descriptor, &changed, 1, at), 1);
    ::close(descriptor);
  }
  static Model over(const Model& base, const TemporaryPath& path) {
    clens_model_options options = CLENS_MODEL_OPTIONS_INIT;
    options.base = base.get();
    return Model(path.str(), &options);
  }
  clens_status publish(const Model& model, std::uint32_t flags = CLENS_PUBLISH_SKIP_SELF_TEST) {
    clens_publication publication = CLENS_PUBLICATION_INIT;
    publication.model = model.get();
    publication.flags = flags;
    return clens_slot_publish(slot_.get(), &publication, nullptr);
  }

  std::uint32_t table_, constant_;
  TemporaryPath base_{"base.clens"}, next_{"next.clens"};
  TinyHost host_;
  Slot slot_{Inputs({{"ad", CLENS_COLUMN_KEYS}, {"match", CLENS_COLUMN_FLOATS}, {"user", CLENS_COLUMN_KEYS}}), 1};
};

TEST_F(SlotVerifies, WhatIsItsOwn) {
  const Model base(base_.str());
  ASSERT_EQ(publish(base), CLENS_OK) << last_error();
  damage(next_, constant_);
  EXPECT_EQ(publish(over(base, next_)), CLENS_E_CHECKSUM_MISMATCH);
  EXPECT_EQ(slot_.describe().version, 1u);
  damage(next_, constant_);  // whole again
  EXPECT_EQ(publish(over(base, next_)), CLENS_OK) << last_error();
}

TEST_F(SlotVerifies, WhatNobodyVerifiedBefore) {
  const Model base(base_.str());
  damage(base_, table_);
  ASSERT_EQ(publish(base, CLENS_PUBLISH_SKIP_VERIFY | CLENS_PUBLISH_SKIP_SELF_TEST), CLENS_OK) << last_error();
  EXPECT_EQ(publish(over(base, next_)), CLENS_E_CHECKSUM_MISMATCH) << "the file has sound bytes, its base has not";
  EXPECT_EQ(publish(over(over(base, next_), next_)), CLENS_E_CHECKSUM_MISMATCH) << "nor has a base in between";
}

// Nobody may change a file in place; doing it shows that the table is not read again.
TEST_F(SlotVerifies, NotWhatHeldInTheSameMemory) {
  const Model base(base_.str());
  ASSERT_EQ(publish(base), CLENS_OK) << last_error();
  damage(base_, table_);
  const Model next = over(base, next_);
  EXPECT_EQ(publish(next), CLENS_OK) << last_error();
  EXPECT_EQ(publish(over(next, base_)), CLENS_OK) << last_error();
  EXPECT_EQ(clens_model_verify_segments(next.get()), CLENS_E_CHECKSUM_MISMATCH) << "verifies all, whoever has it";
  EXPECT_EQ(publish(base), CLENS_E_CHECKSUM_MISMATCH) << "once it is known";
}

}  // namespace
}  // namespace clicklens::testing
