#include "data/gzip_stream.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "error.h"

namespace clicklens::cli {

void GzipStream::Close::operator()(gzFile_s* file) const noexcept {
  gzclose_r(file);
}

GzipStream::GzipStream(std::string path) : path_(std::move(path)) {
  if (std::filesystem::is_directory(path_)) throw Error(join({path_, ": is a folder, not a file"}));
  errno = 0;
  file_.reset(gzopen(path_.c_str(), "rb"));
  if (!file_) throw Error(join({path_, ": cannot open: ", errno != 0 ? std::strerror(errno) : "out of memory"}));
  gzbuffer(file_.get(), 256 * 1024);
}

std::size_t GzipStream::read(char* out, std::size_t size) {
  if (truncated_) throw Error("truncated gzip data");
  const auto wanted = static_cast<unsigned>(std::min<std::size_t>(size, 1u << 30));
  const int got = gzread(file_.get(), out, wanted);
  int code = Z_OK;
  const char* why = gzerror(file_.get(), &code);
  if (code == Z_ERRNO) throw Error(join({"cannot read: ", std::strerror(errno)}));
  if (got < 0 || (code < 0 && code != Z_BUF_ERROR)) throw Error(join({"damaged gzip data: ", why}));
  truncated_ = code == Z_BUF_ERROR;
  if (truncated_ && got == 0) throw Error("truncated gzip data");
  if (!started_ && path_.ends_with(".gz") && gzdirect(file_.get()) != 0)
    throw Error(got == 0 ? "truncated gzip data" : "is not gzip data");
  started_ = true;
  return static_cast<std::size_t>(got);
}

std::uint64_t GzipStream::position() const noexcept {
  const auto offset = gzoffset(file_.get());
  return offset < 0 ? 0 : static_cast<std::uint64_t>(offset);
}

std::uint64_t file_size(const std::string& path) noexcept {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  return failed ? 0 : size;
}

}  // namespace clicklens::cli
