#include "kernels/dispatch.h"

#include <cstdlib>
#include <cstring>
#include <iterator>

#include "kernels/cpu.h"

namespace clicklens::kernels {

extern const Table table_avx512, table_avx512_vnni, table_avx512_bf16, table_avx512_amx, table_avx2, table_neon,
    table_scalar;

namespace {

// Best first. CLENS_HAVE_* say which tables are linked.
constexpr const Table* tables[] = {
#ifdef CLENS_HAVE_AVX512
    &table_avx512,
#endif
#ifdef CLENS_HAVE_AVX2
    &table_avx2,
#endif
#ifdef CLENS_HAVE_NEON
    &table_neon,
#endif
    &table_scalar,
};
constexpr Isa isas[] = {
#ifdef CLENS_HAVE_AVX512
    Isa::avx512,
#endif
#ifdef CLENS_HAVE_AVX2
    Isa::avx2,
#endif
#ifdef CLENS_HAVE_NEON
    Isa::neon,
#endif
    Isa::scalar,
};
constexpr Isa known[] = {Isa::avx512, Isa::avx2, Isa::neon, Isa::scalar};

const CpuFeatures& cpu() noexcept {
  static const CpuFeatures detected = detect_cpu();
  return detected;
}

#ifdef CLENS_HAVE_AVX512
// The entries that `over` has, over those of `to`.
void lay_over(Table& to, const Table& over) noexcept {
#define CLENS_KERNEL(family, name, ...) \
  if (over.name != nullptr) to.name = over.name;
#include "kernels/catalogue.inc"
#undef CLENS_KERNEL
}

const Table& full_avx512() noexcept {
  static const Table full = [] {
    Table table = table_avx512;
    if (cpu().avx512_vnni) lay_over(table, table_avx512_vnni);
    if (cpu().avx512_bf16) lay_over(table, table_avx512_bf16);
    return table;
  }();
  return full;
}
#endif

using base::Code;
using base::Status;
using TableResult = base::Result<const Table*>;

TableResult named(const char* name) noexcept {
  for (const Isa isa : known) {
    if (std::strcmp(name, isa_name(isa)) != 0) continue;
    if (const Table* table = table_for(isa)) return table;
    return Status::error(Code::unsupported_isa, "CLICKLENS_ISA=%s: not supported by this %s", name,
                         supported(isa) ? "build" : "machine");
  }
  return Status::error(Code::unsupported_isa, "CLICKLENS_ISA=%.32s: unknown (avx512, avx2, neon, scalar)", name);
}

struct Choice {
  TableResult table;
  bool by_name;
};
Choice choose() noexcept {
  const char* const name = std::getenv("CLICKLENS_ISA");
  if (name != nullptr && *name != '\0') return {named(name), true};
  for (const Isa isa : isas) {
    if (supported(isa)) return {table_for(isa), false};
  }
  return {&table_scalar, false};
}
const Choice& choice() noexcept {
  static const Choice chosen = choose();
  return chosen;
}

}  // namespace

std::span<const Isa> compiled_isas() noexcept {
  return isas;
}

bool supported(Isa isa) noexcept {
  switch (isa) {
    case Isa::avx512:
      return cpu().avx512;
    case Isa::avx2:
      return cpu().avx2;
    case Isa::neon:
      return cpu().neon;
    case Isa::scalar:
      return true;
  }
  return false;
}

const char* isa_name(Isa isa) noexcept {
  switch (isa) {
    case Isa::avx512:
      return "avx512";
    case Isa::avx2:
      return "avx2";
    case Isa::neon:
      return "neon";
    case Isa::scalar:
      return "scalar";
  }
  return "?";
}

const Table* table_for(Isa isa) noexcept {
#ifdef CLENS_HAVE_AVX512
  if (isa == Isa::avx512) return supported(isa) ? &full_avx512() : nullptr;
#endif
  return plain_table_for(isa);
}

const Table* plain_table_for(Isa isa) noexcept {
  for (std::size_t i = 0; i < std::size(isas); ++i) {
    if (isas[i] == isa) return supported(isa) ? tables[i] : nullptr;
  }
  return nullptr;
}

const Table* amx_table() noexcept {
#ifdef CLENS_HAVE_AVX512
  static const Table full = [] {
    Table table{};
    if (!cpu().avx512_amx || !request_amx()) return table;
    table = full_avx512();
    table.name = "avx512_amx";
    lay_over(table, table_avx512_amx);
    return table;
  }();
  return full.name != nullptr ? &full : nullptr;
#else
  return nullptr;
#endif
}

base::Result<const Table*> active_table() noexcept {
  return choice().table;
}

base::Result<const Table*> active_reduced_table() noexcept {
  if (choice().by_name) return choice().table;
  if (const Table* table = amx_table()) return table;
  return choice().table;
}

}  // namespace clicklens::kernels
