#include "data/gzip_writer.h"

#include <zlib.h>

#include <array>

#include "error.h"

namespace clicklens::cli {

void GzipWriter::End::operator()(z_stream_s* stream) const noexcept {
  deflateEnd(stream);
  delete stream;
}

GzipWriter::GzipWriter(AtomicFile& file) : file_(&file), stream_(new z_stream{}) {
  constexpr int level = 6, gzip_window = 15 + 16, memory = 8;
  if (deflateInit2(stream_.get(), level, Z_DEFLATED, gzip_window, memory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw Error("gzip: out of memory");
}

void GzipWriter::write(std::string_view bytes) {
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_->avail_in = static_cast<uInt>(bytes.size());
  deflate_some(Z_NO_FLUSH);
}

void GzipWriter::finish() {
  deflate_some(Z_FINISH);
}

void GzipWriter::deflate_some(int flush) {
  std::array<char, 16384> out{};
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(out.data());
    stream_->avail_out = static_cast<uInt>(out.size());
    deflate(stream_.get(), flush);
    file_->write({out.data(), out.size() - stream_->avail_out});
  } while (stream_->avail_out == 0);
}

}  // namespace clicklens::cli
