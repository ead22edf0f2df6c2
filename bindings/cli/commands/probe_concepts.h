// What is probed for: the click, another 0/1 column, the categories of a column one against the rest, a number.
#pragma once

#include <string>
#include <vector>

#include "commands/inside_reports.h"
#include "commands/probe_data.h"

namespace clicklens::cli {

struct Concept {
  std::string name;
  std::string category;  // a category of the target column
  bool from_text = false, numeric = false, is_category = false;

  // Gives rows this concept's labels or numbers. Clicks are there already.
  void label(ProbeRows& rows) const;
};

// Fills in what the command line left open: target, control and cluster columns.
void choose_columns(ProbeOptions& options, const Model& model, ProbeReport& report);

// By the target's cells in the rows fitted to: all 0 or 1: one label; all numbers, more than 32 of them: a number;
// else the most frequent categories.
std::vector<Concept> find_concepts(const ProbeOptions& options, const ProbeRows& rows);

}  // namespace clicklens::cli
