// The cases through clicklens.hpp: runner CASES.json MODELS. Exit status 1 where one differs.
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "json_verbs.h"

namespace conformance {
namespace {

std::string fnv(const std::string& bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  std::ostringstream text;
  text << std::hex << std::setw(16) << std::setfill('0') << hash;
  return text.str();
}

struct Outcome {
  std::string status, hash, wrong;
};

Outcome failed(const Json& c, std::uint64_t status, const std::string& message) {
  const std::string hash = fnv(std::string(reinterpret_cast<const char*>(&status), sizeof status));
  if (!c.contains("error")) return {"different", hash, message};
  const bool same = c["error"]["status"] == status &&
                    c["error"]["name"] == clens_status_name(static_cast<clens_status>(status)) &&
                    message.find(c["error"]["contains"].get<std::string>()) != std::string::npos;
  return {same ? "equal" : "different", hash, same ? "" : std::to_string(status) + " " + message};
}

Outcome outcome_of(const Runner& runner, const Json& c) {
  try {
    const Found found = runner.run(c);
    const std::string hash = fnv(found.bytes);
    if (c.contains("error")) return {"different", hash, "an error wanted"};
    if (!found.wrong.empty()) return {"different", hash, found.wrong};
    const bool same = c["do"] == "profile" ? hash == c["expect"]["hash"] : found.bytes == found.expected;
    return {same ? "equal" : "different", hash, same ? "" : "other bits"};
  } catch (const clicklens::Error& error) {
    return failed(c, error.status(), error.what());
  } catch (const NotOffered&) {
    return {"not offered", "", ""};
  }
}

int run_all(const Json& all, const std::string& models) {
  const Runner runner(all, models);
  const char* path = std::getenv("CLICKLENS_CONFORMANCE_OUT");
  std::ofstream out;
  if (path != nullptr) out.open(path);
  std::size_t wrong = 0;
  for (const Json& c : all.at("cases")) {
    const Outcome outcome = outcome_of(runner, c);
    if (out.is_open()) {
      out << Json{{"host", "cpp"}, {"case", c["name"]}, {"status", outcome.status}, {"hash", outcome.hash}} << '\n';
    }
    if (outcome.status != "different") continue;
    std::cerr << c["name"].get<std::string>() << ": " << outcome.wrong << '\n';
    ++wrong;
  }
  std::cout << all["cases"].size() << " cases, " << wrong << " different\n";
  return wrong > 0 ? 1 : 0;
}

}  // namespace
}  // namespace conformance

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: runner CASES.json MODELS\n";
    return 2;
  }
  std::ifstream file(argv[1]);
  return conformance::run_all(conformance::Json::parse(file), argv[2]);
}
