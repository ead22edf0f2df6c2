// The same from C++, as old as C++11.
#include <clicklens/clicklens.h>

#include <iostream>
#include <string>

int main() {
  const std::string name = clens_status_name(CLENS_E_BAD_FILE);
  std::cout << clens_version_string() << ' ' << name << '\n';
  clens_model* model = nullptr;
  const clens_status status = clens_model_open("no such file", nullptr, &model);
  return name == "CLENS_E_BAD_FILE" && status != CLENS_OK && model == nullptr ? 0 : 1;
}
