# The instruction sets built for this processor, best first, and their compiler options.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
  set(isas avx512 avx2 scalar avx512_vnni avx512_bf16 avx512_amx)  # the last three: entries over avx512's table
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
  set(isas neon scalar)
else()
  set(isas scalar)
endif()
set(CLICKLENS_ISAS ${isas} CACHE STRING "Instruction sets to build, best first: scalar always; avx512_* need avx512")

set(CLICKLENS_ISA_avx2 -mavx2 -mfma -mf16c)
set(CLICKLENS_ISA_avx512 -mavx512f -mavx512bw -mavx512dq -mavx512cd -mavx512vl -mfma)
set(CLICKLENS_ISA_avx512_vnni ${CLICKLENS_ISA_avx512} -mavx512vnni)
set(CLICKLENS_ISA_avx512_bf16 ${CLICKLENS_ISA_avx512} -mavx512bf16)
set(CLICKLENS_ISA_avx512_amx ${CLICKLENS_ISA_avx512_vnni} -mavx512bf16 -mamx-tile -mamx-int8 -mamx-bf16)
set(CLICKLENS_ISA_neon)
# Where there is another set, scalar is what tests compare with and what very old processors get: small, not fast.
list(LENGTH isas count)
if(count GREATER 1)
  set(CLICKLENS_ISA_scalar -Os)
else()
  set(CLICKLENS_ISA_scalar)
endif()

# -O2 even in debug builds: unoptimised units emit weak copies of inline functions, and the linker might
# hand an AVX-512 copy to code that runs on any processor.
# No sanitizers: instrumenting the unrolled tiles takes the compiler minutes a unit. Reads and writes past
# an operand are caught by tests/unit/kernels, whose operands end at an unreadable page.
# No unwind tables: kernels call nothing that throws.
set(CLICKLENS_ISA_COMMON -O2 -fno-lto -fno-exceptions -fno-rtti -ffp-contract=off -fno-math-errno
    -fvisibility=hidden -fno-asynchronous-unwind-tables -fno-sanitize=all)
