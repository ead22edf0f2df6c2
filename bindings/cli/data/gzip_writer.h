// Compresses into an AtomicFile. The header holds no time and no name: equal bytes in, equal bytes out.
#pragma once

#include <memory>
#include <string_view>

#include "data/atomic_file.h"

struct z_stream_s;

namespace clicklens::cli {

class GzipWriter {
 public:
  explicit GzipWriter(AtomicFile& file);

  void write(std::string_view bytes);
  void finish();

 private:
  void deflate_some(int flush);

  struct End {
    void operator()(z_stream_s* stream) const noexcept;
  };
  AtomicFile* file_;
  std::unique_ptr<z_stream_s, End> stream_;
};

}  // namespace clicklens::cli
