#include "encode/encoded_column.h"

#include "encode/access.h"
#include "encode/elements.h"

namespace clicklens::encode {

EncodedColumn::EncodedColumn(const Column& from, std::uint64_t entries, const Encoder* encoder,
                             std::uint64_t table_rows)
    : view_(from) {
  const auto [begin, end] = with_offsets(from, [&](const auto& offsets) {
    return std::pair{std::uint64_t{offsets[0]}, std::uint64_t{offsets[entries]}};
  });
  // Elements keep their numbers, so that offsets and bitmaps hold; of a slice those before it stay empty. One more:
  // arrays must not be null where nothing is in them.
  rows_.resize(static_cast<std::size_t>(end) + 1);
  Column ids = from;  // nulls and weights are still the readers' own
  ids.weights = nullptr;
  ids.validity = ids.value_validity = nullptr;
  const Elements elements(&ids, encoder, table_rows, false);
  elements.read(begin, static_cast<std::size_t>(end - begin), rows_.data() + begin, nullptr);
  view_.kind = ColumnKind::rows;
  view_.value_type = ValueType::u32;
  view_.values = rows_.data();
  view_.value_count = end;
  view_.value_offsets = nullptr;
  view_.string_count = 0;
}

}  // namespace clicklens::encode
