// The parts of one row's score by group, its features, and their ids.
#pragma once

#include <vector>

#include "commands/reports.h"
#include "print/json.h"

namespace clicklens::cli {

void print_parts(std::vector<ExplainReport::Group> groups, const std::vector<ExplainReport::Feature>& features);
Json groups_json(const std::vector<ExplainReport::Group>& groups);
// `value`: what an id's figure is called.
Json features_json(const std::vector<ExplainReport::Feature>& features, const char* value);

}  // namespace clicklens::cli
