// The host's list of columns, and how sessions bind it to features.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/tiny_host.h"

namespace clicklens::testing {
namespace {

struct Named {
  const char* name;
  std::uint32_t kind;
};

clens_status create(const std::vector<Named>& columns, HandleOf<clens_inputs>& out) {
  std::vector<clens_input_spec> specs;
  for (const Named& column : columns) specs.push_back({sizeof(clens_input_spec), column.name, column.kind});
  clens_inputs* made = nullptr;
  const clens_status status = clens_inputs_create(specs.data(), specs.size(), &made);
  out.reset(made);
  return status;
}

clens_status bind(const TinyHost& host, const std::vector<Named>& columns) {
  HandleOf<clens_inputs> inputs;
  EXPECT_EQ(create(columns, inputs), CLENS_OK) << last_error();
  clens_session* session = nullptr;
  const clens_status status = clens_session_create(host.model(), inputs.get(), nullptr, &session);
  EXPECT_EQ(session != nullptr, status == CLENS_OK);
  clens_session_release(session);
  return status;
}

TEST(InputsC, MistakesAreNamed) {
  HandleOf<clens_inputs> out;
  EXPECT_EQ(create({{"a", 0}, {"b", 1}, {"a", 2}}, out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("'a'"), std::string::npos);
  EXPECT_EQ(create({{"a", 0}, {nullptr, 1}}, out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "specs[1].name: NULL");
  EXPECT_EQ(create({{"a", 4}}, out), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "specs[0].kind: 4 is no clens_column_kind");
  EXPECT_EQ(out, nullptr);
  clens_inputs* made = nullptr;
  EXPECT_EQ(clens_inputs_create(nullptr, 1, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(clens_inputs_create(nullptr, 0, nullptr), CLENS_E_INVALID_ARGUMENT);
  clens_inputs_retain(nullptr);
  clens_inputs_release(nullptr);
}

TEST(InputsC, NoInputsAreInputs) {
  HandleOf<clens_inputs> out;
  EXPECT_EQ(create({}, out), CLENS_OK);
  EXPECT_NE(out, nullptr);
}

TEST(InputsC, ElementsAreAsFarApartAsTheFirstSays) {
  struct Newer {
    clens_input_spec known;
    std::uint64_t added;
  };
  std::vector<Newer> specs = {{{sizeof(Newer), "a", 0}, 0}, {{sizeof(Newer), "b", 1}, 0}};
  clens_inputs* made = nullptr;
  ASSERT_EQ(clens_inputs_create(&specs[0].known, 2, &made), CLENS_OK) << last_error();
  clens_inputs_retain(made);
  clens_inputs_release(made);
  clens_inputs_release(made);
  specs[1].added = 1;
  EXPECT_EQ(clens_inputs_create(&specs[0].known, 2, &made), CLENS_E_INVALID_ARGUMENT);
  specs[1].added = 0;
  specs[1].known.struct_size = sizeof(clens_input_spec);  // a caller who mixed up two headers
  EXPECT_EQ(clens_inputs_create(&specs[0].known, 2, &made), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(last_error(), "specs[1].struct_size: 24, that of specs[0] is 32");
  for (const std::size_t size : {8u, 20u, 28u}) {
    specs[0].known.struct_size = size;
    EXPECT_EQ(clens_inputs_create(&specs[0].known, 1, &made), CLENS_E_INVALID_ARGUMENT) << size;
  }
}

TEST(InputsC, BindToFeaturesByName) {
  const TinyHost host;
  EXPECT_EQ(bind(host, {{"ad", CLENS_COLUMN_KEYS}, {"user", CLENS_COLUMN_ROWS}}), CLENS_OK) << last_error();
  EXPECT_EQ(bind(host, {{"other", CLENS_COLUMN_FLOATS}, {"ad", CLENS_COLUMN_KEYS}, {"user", CLENS_COLUMN_ROWS}}),
            CLENS_OK);
  EXPECT_EQ(bind(host, {{"ad", CLENS_COLUMN_KEYS}}), CLENS_E_NOT_FOUND);
  EXPECT_NE(last_error().find("'user'"), std::string::npos);
  EXPECT_EQ(bind(host, {{"ad", CLENS_COLUMN_KEYS}, {"user", CLENS_COLUMN_STRINGS}}), CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("'user'"), std::string::npos);
  EXPECT_EQ(bind(host, {{"ad", CLENS_COLUMN_KEYS}, {"user", CLENS_COLUMN_FLOATS}}), CLENS_E_INVALID_ARGUMENT);
  EXPECT_EQ(bind(host, {{"ad", CLENS_COLUMN_KEYS}, {"user", CLENS_COLUMN_KEYS}, {"match", CLENS_COLUMN_KEYS}}),
            CLENS_E_INVALID_ARGUMENT);
  EXPECT_NE(last_error().find("'match'"), std::string::npos);
}

}  // namespace
}  // namespace clicklens::testing
