// The choice among the kernel tables, made once per process at the first call of active_table(): the
// best set that the CPU and the operating system support, or the one CLICKLENS_ISA names.
#pragma once

#include <span>

#include "base/status.h"
#include "kernels/table.h"

namespace clicklens::kernels {

// Every set compiled into this library, best first; `supported` says whether this machine runs it.
std::span<const Isa> compiled_isas() noexcept;
bool supported(Isa) noexcept;
const char* isa_name(Isa) noexcept;

// nullptr when not compiled in or not supported here. With the faster or further kernels that the processor has
// instructions for (VNNI, BF16).
const Table* table_for(Isa) noexcept;
// The same as any processor with this set runs it.
const Table* plain_table_for(Isa) noexcept;

// avx512's with the kernels for AMX; nullptr where the processor has none or the system refuses its registers, for
// which the first call asks.
const Table* amx_table() noexcept;

// The table in force, chosen once per process. UNSUPPORTED_ISA when CLICKLENS_ISA names an unknown or
// unsupported set. Thread-safe.
base::Result<const Table*> active_table() noexcept;
// The same for sessions in int8 or bf16: amx_table() where there is one and CLICKLENS_ISA names no set.
base::Result<const Table*> active_reduced_table() noexcept;

}  // namespace clicklens::kernels
