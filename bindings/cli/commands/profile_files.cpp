#include "commands/profile_files.h"

#include <fstream>
#include <iterator>

#include "data/atomic_file.h"
#include "error.h"

namespace clicklens::cli {
namespace {

std::vector<clens_neuron> columns(const clens_profile* profile, clens_profile_part part, std::size_t count) {
  std::vector<clens_neuron> read(count);
  if (count > 0)
    check(clens_profile_columns(profile, static_cast<std::uint32_t>(part), read.data(), sizeof(clens_neuron), count));
  return read;
}

void describe_tasks(const clens_profile* profile, ProfileReport& report) {
  constexpr std::size_t count = ProfileReport::probabilities.size();
  const std::size_t tasks = report.info.tasks;
  const std::vector<clens_neuron> scores = columns(profile, CLENS_PROFILE_PART_SCORES, tasks);
  std::vector<double> quantiles(tasks * count);
  check(clens_profile_quantiles(profile, CLENS_PROFILE_PART_SCORES, ProfileReport::probabilities.data(), count,
                                quantiles.data(), quantiles.size()));
  for (std::size_t t = 0; t < tasks; ++t) {
    ProfileReport::Task& task = report.tasks.emplace_back();
    task.name = clens_profile_task(profile, t);
    task.scores = scores[t];
    for (std::size_t i = 0; i < count; ++i) task.quantiles[i] = quantiles[t * count + i];
  }
}

void describe_features(const clens_profile* profile, ProfileReport& report) {
  const std::vector<clens_neuron> raw = columns(profile, CLENS_PROFILE_PART_RAW, report.info.raw);
  for (std::size_t f = 0; f < report.info.features; ++f) {
    ProfileReport::Feature& feature = report.features.emplace_back();
    feature.stats = CLENS_PROFILE_FEATURE_INIT;
    check(clens_profile_read_feature(profile, f, &feature.stats));
    feature.name = feature.stats.name;
    feature.group = feature.stats.group;
    for (std::size_t c = 0; c < feature.stats.width; ++c) feature.raw.push_back(raw[feature.stats.first_raw + c]);
  }
}

void describe_groups(const clens_profile* profile, ProfileReport& report) {
  const std::vector<clens_neuron> scores = columns(profile, CLENS_PROFILE_PART_SALIENCY, report.info.groups);
  for (std::size_t g = 0; g < report.info.groups; ++g) {
    ProfileReport::Group& group = report.groups.emplace_back();
    group.name = clens_profile_group(profile, g);
    group.saliency = scores[g];
    check(clens_profile_share(profile, g, &group.share, &group.share_se));
  }
}

void describe_layers(const clens_profile* profile, ProfileReport& report) {
  clens_neurons* neurons = nullptr;
  check(clens_profile_neurons(profile, &neurons));
  const Handle<clens_neurons> kept(neurons);
  for (std::size_t i = 0; i < clens_neurons_layers(neurons); ++i) {
    clens_neuron_layer layer = CLENS_NEURON_LAYER_INIT;
    check(clens_neurons_layer(neurons, i, &layer));
    report.layers.push_back({layer.name, layer.width});
  }
}

}  // namespace

Handle<clens_profile> read_profile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(join({path, ": cannot be opened"}));
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  clens_profile* profile = nullptr;
  if (clens_profile_load(nullptr, bytes.data(), bytes.size(), &profile) != CLENS_OK) {
    char message[512];
    clens_last_error(message, sizeof message);
    throw Error(join({path, ": ", message}));
  }
  return Handle<clens_profile>(profile);
}

std::uint64_t write_profile(const clens_profile* profile, const std::string& path) {
  std::size_t size = 0;
  check(clens_profile_size(profile, &size));
  std::string bytes(size, '\0');
  check(clens_profile_save(profile, bytes.data(), bytes.size()));
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
  return size;
}

void describe(const clens_profile* profile, ProfileReport& report) {
  check(clens_profile_describe(profile, &report.info));
  const std::uint32_t sections = report.info.sections;
  if ((sections & CLENS_PROFILE_SCORES) != 0) describe_tasks(profile, report);
  if ((sections & CLENS_PROFILE_FEATURES) != 0) describe_features(profile, report);
  if ((sections & CLENS_PROFILE_SALIENCY) != 0) describe_groups(profile, report);
  if ((sections & CLENS_PROFILE_NEURONS) != 0) describe_layers(profile, report);
}

}  // namespace clicklens::cli
