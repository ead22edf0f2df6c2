# One verb per need, each a line over a CMake preset (CMakePresets.json). A line with $(MAKE) holds nothing
# else: make runs it even under -n.
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
FUZZ_SECONDS ?= 60
PREFIX ?= /usr/local
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(JOBS)
export CTEST_PARALLEL_LEVEL ?= $(JOBS)
export FUZZ_SECONDS LINT_CHECKS
.PHONY: demo test test-adserver build bench bench-peers bench-gate fmt lint asan ubsan tsan aarch64 fuzz install package package-test abi clean help
.DEFAULT_GOAL := help

demo: ## install what is missing, build, show scores and reasons
	@sh cmake/setup.sh build
	@$(MAKE) --no-print-directory build
	@sh cmake/demo.sh
test: ## install what is missing, build, run every test
	@sh cmake/setup.sh test && sh cmake/test.sh
test-adserver: build ## the example server in Rust, not a part of test: axum is built first
	@sh cmake/test_adserver.sh
build: ## build/bin/clicklens, build/lib/libclicklens.so and .a
	@cmake --preset release && cmake --build --preset release --target clicklens_all
bench: ## kernels and whole models against the machine's peak
	@cmake --preset release && cmake --build --preset release --target bench_kernels bench_models bench_probe_fit && sh cmake/bench.sh
bench-peers: ## other runtimes side by side, the README's table; QUICK=1: fewer rounds, nothing written to the README
	@sh cmake/setup.sh test && sh bench/peers/run.sh $(if $(QUICK),--quick)
bench-gate: ## instruction counts of fixed runs against bench/gate/counts.txt; UPDATE=1 records them
	@sh cmake/setup.sh ci && sh bench/gate/run.sh $(if $(UPDATE),--update)
fmt: ## clang-format every C++ source in place
	@sh cmake/sources.sh | xargs clang-format-14 -i
lint: ## clang-format, clang-tidy and the project's own rules
	@sh cmake/setup.sh lint && sh cmake/lint.sh
asan: ## unit tests under AddressSanitizer and UBSan
	@sh cmake/setup.sh ci && sh cmake/ctest.sh asan
ubsan: ## unit tests under UBSan alone
	@sh cmake/setup.sh ci && sh cmake/ctest.sh ubsan
tsan: ## unit tests of what threads share under ThreadSanitizer
	@sh cmake/setup.sh ci && sh cmake/ctest.sh tsan
aarch64: ## NEON build, tested under qemu-aarch64
	@sh cmake/setup.sh ci && sh cmake/ctest.sh aarch64
fuzz: ## every fuzz target for FUZZ_SECONDS
	@sh cmake/setup.sh ci && sh cmake/fuzz.sh
install: build ## into $(DESTDIR)$(PREFIX), /usr/local unless said
	@cmake --install build/release --prefix "$(PREFIX)"
package: ## tarball, Debian packages and wheel in build/packages, with their sizes
	@sh cmake/setup.sh package && sh cmake/package.sh
package-test: package ## installs them on a bare Debian root and in an empty Python environment, and scores there (root)
	@sh tests/consumer/packages.sh build/packages
abi: build ## compare the C ABI with the recorded baseline, and run an old client on today's library
	@sh cmake/setup.sh ci && sh tests/abi/check.sh && sh tests/abi/old_client.sh build/lib/libclicklens.so
clean: ## remove build/
	@cmake -E rm -rf build
help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## /\1\t/p' Makefile | expand -t 13
