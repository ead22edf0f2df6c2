// The shape of a benchmark's model, as a small text. One statement a line, `#` begins a comment:
//
//   name    gwen-ref           required, once
//   dim     16                 columns of every table, required
//   rows    100000             of every table, required
//   sparse  request 16 3       16 fields of request scope with 3 ids each, summed; a table each
//   dense   candidate 4        one dense feature of 4 numbers
//   tower   512 256 128 64     widths of the hidden layers (relu); one sigmoid output follows
//
// Scopes are request, candidate and pair. Columns of the first layer are those of the `sparse` and `dense` lines in
// their order. bench/models/shape.py reads the same.
#pragma once

#include <cstdint>
#include <istream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace clicklens::bench {

struct Fields {
  bool dense = false;
  std::string scope;
  std::uint32_t count = 0;  // fields; of a dense line its width
  std::uint32_t ids = 0;    // of each field; dense: 0
};

struct Shape {
  std::string name;
  std::uint32_t dim = 0, rows = 0;
  std::vector<Fields> fields;
  std::vector<std::uint32_t> tower;

  [[nodiscard]] std::uint32_t width(const Fields& f) const { return f.dense ? f.count : f.count * dim; }
  // Columns of the first layer, of one scope or (empty) of all.
  [[nodiscard]] std::uint32_t columns(const std::string& scope = {}) const {
    std::uint32_t sum = 0;
    for (const Fields& f : fields) sum += scope.empty() || f.scope == scope ? width(f) : 0;
    return sum;
  }
  [[nodiscard]] std::uint32_t ids(const std::string& scope = {}) const {
    std::uint32_t sum = 0;
    for (const Fields& f : fields) sum += scope.empty() || f.scope == scope ? f.count * f.ids : 0;
    return sum;
  }
  // Floating-point operations of the tower for `candidates` of `requests`, what a request shares done once.
  [[nodiscard]] double flops(double candidates, double requests) const {
    const double shared = columns("request"), own = columns() - columns("request");
    double sum = 2.0 * tower.front() * (shared * requests + own * candidates);
    for (std::size_t l = 0; l < tower.size(); ++l)
      sum += 2.0 * tower[l] * (l + 1 < tower.size() ? tower[l + 1] : 1) * candidates;
    return sum;
  }
};

// Throws std::invalid_argument, naming the line.
inline Shape parse_shape(std::istream& text) {
  Shape shape;
  std::string line;
  for (int number = 1; std::getline(text, line); ++number) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string verb, rest;
    if (!(words >> verb)) continue;
    bool good = true;
    const auto positive = [&](std::uint32_t& out) {
      std::int64_t value = 0;
      good = good && (words >> value) && value > 0 && value <= 1 << 30;
      out = static_cast<std::uint32_t>(value);
    };
    if (verb == "name") {
      good = shape.name.empty() && (words >> shape.name);
    } else if (verb == "dim") {
      positive(shape.dim);
    } else if (verb == "rows") {
      positive(shape.rows);
    } else if (verb == "sparse" || verb == "dense") {
      Fields f;
      f.dense = verb == "dense";
      good = (words >> f.scope) && (f.scope == "request" || f.scope == "candidate" || f.scope == "pair");
      positive(f.count);
      if (!f.dense) positive(f.ids);
      shape.fields.push_back(f);
    } else if (verb == "tower") {
      good = shape.tower.empty();
      do positive(shape.tower.emplace_back());
      while (good && words >> std::ws && !words.eof());
    } else {
      good = false;
    }
    if (!good || words >> rest) throw std::invalid_argument("line " + std::to_string(number) + ": " + line);
  }
  if (shape.name.empty() || shape.dim == 0 || shape.rows == 0 || shape.fields.empty() || shape.tower.empty())
    throw std::invalid_argument("a shape has a name, dim, rows, fields and a tower");
  return shape;
}

}  // namespace clicklens::bench
