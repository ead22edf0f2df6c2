// results MODEL: a C++20 host without exceptions. Results instead of exceptions, spans instead of vectors, and the bits
// of the C functions.
#include <array>
#include <clicklens/clicklens.hpp>
#include <cstdio>
#include <cstring>

using clicklens::Batch;
using clicklens::Inputs;
using clicklens::Model;
using clicklens::Result;
using clicklens::Session;

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  Result<Model> absent = Model::try_open("no such file");
  if (absent || absent.error().status != CLENS_E_IO || absent.error().message.find("no such file") == std::string::npos)
    return 3;

  Result<Model> model = Model::try_open(argv[1]);
  if (!model) return std::fprintf(stderr, "%s\n", model.error().message.c_str()), 4;
  if (Inputs::try_make({{"a", CLENS_COLUMN_KEYS}, {"a", CLENS_COLUMN_KEYS}})) return 5;
  if (Session::try_make(*model, *Inputs::try_make({})).error().status != CLENS_E_NOT_FOUND) return 5;
  Result<Session> session = Session::try_make(*model, Inputs::of(*model));
  if (!session) return std::fprintf(stderr, "%s\n", session.error().message.c_str()), 6;

  const std::array<std::uint32_t, 3> ads = {131, 100, 68};
  const std::uint64_t users[] = {4};
  Batch batch(ads.size());
  batch.one_request();
  for (std::uint32_t i = 0; i < model->describe().features; ++i) {
    const clens_feature_info feature = model->feature(i);
    if (feature.scope == CLENS_SCOPE_REQUEST && feature.column == CLENS_COLUMN_KEYS) batch.keys(i, users);
    if (std::strcmp(feature.name, "ad_id") == 0) batch.keys(i, std::span(ads));
  }
  std::array<float, 3> scores{}, wanted{};
  Result<clens_counts> counts = session->try_run(batch, scores);
  if (!counts || counts->bad_values != 0 || counts->missing == 0) return 7;
  if (session->try_run(batch, std::span<float>(scores).first(2)).error().status != CLENS_E_BUFFER_TOO_SMALL) return 8;

  const clens_batch view = batch.view();
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = wanted.data();
  output.capacity = wanted.size();
  if (clens_session_run(session->get(), &view, &output) != CLENS_OK) return 9;
  for (const float score : scores)
    if (!(score > 0 && score < 1)) return 10;
  std::printf("%.6f %.6f %.6f\n", double{scores[0]}, double{scores[1]}, double{scores[2]});
  return std::memcmp(scores.data(), wanted.data(), sizeof scores) == 0 ? 0 : 11;
}
