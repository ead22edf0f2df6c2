#include "data/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "scratch.h"

namespace clicklens::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;
using testing::EndsWith;
using testing::StartsWith;

Rows read_all(const std::string& path) {
  CsvReader reader(path);
  Rows rows;
  while (reader.next()) rows.emplace_back(reader.fields().begin(), reader.fields().end());
  return rows;
}

TEST(CsvReader, ReadsPlainCsvAndTsv) {
  const Scratch scratch;
  const Rows wanted = {{"1", "", "x"}, {"2", "b c", ""}};
  EXPECT_EQ(read_all(scratch.write("a.csv", "p,q,r\n1,,x\n2,b c,\n")), wanted);
  EXPECT_EQ(read_all(scratch.write("a.tsv", "p\tq\tr\n1\t\tx\n2\tb c\t\n")), wanted);
  EXPECT_EQ(read_all(scratch.write("unnamed", "p\tq\tr\n1\t\tx\n2\tb c\t\n")), wanted);
  EXPECT_EQ(read_all(scratch.write("no_end.csv", "p,q,r\n1,,x\n2,b c,")), wanted);
  EXPECT_EQ(read_all(scratch.write("windows.csv", "p,q,r\r\n1,,x\r\n2,b c,\r\n")), wanted);
  EXPECT_EQ(read_all(scratch.write("mark.csv", "\xEF\xBB\xBFp,q,r\n1,,x\n2,b c,\n")), wanted);
}

TEST(CsvReader, ReadsGzipWhateverTheName) {
  const Scratch scratch;
  const Rows wanted = {{"1", "2"}};
  EXPECT_EQ(read_all(scratch.write_gzip("a.csv.gz", "p,q\n1,2\n")), wanted);
  EXPECT_EQ(read_all(scratch.write_gzip("a.tsv", "p\tq\n1\t2\n")), wanted);
}

TEST(CsvReader, TakesQuotesOfCsvAsRfc4180) {
  const Scratch scratch;
  const Rows wanted = {{"a,b", "say \"hi\"", "two\nlines"}, {"", "\"", "in\"side"}, {"z", "z", ""}};
  const char* text = "p,q,r\n\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\n\"\",\"\"\"\",in\"side\nz,z,\"\"";
  EXPECT_EQ(read_all(scratch.write("q.csv", text)), wanted);
}

TEST(CsvReader, TakesQuotesOfTsvAsText) {
  const Scratch scratch;
  EXPECT_EQ(read_all(scratch.write("q.tsv", "p\tq\n\"a\t\"\"\n")), (Rows{{"\"a", "\"\""}}));
}

TEST(CsvReader, CountsLinesAcrossQuotedNewlines) {
  const Scratch scratch;
  CsvReader reader(scratch.write("l.csv", "p,q\n\"a\nb\nc\",1\nx,2\n"));
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.line(), 2u);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.line(), 5u);
}

// Longer than the reader's buffer, with records of every length across its edges.
TEST(CsvReader, ReadsFilesLongerThanItsBuffer) {
  const Scratch scratch;
  std::string text = "n,body\n";
  for (int i = 0; i < 4000; ++i)
    text += std::to_string(i) + ",\"" + std::string(static_cast<std::size_t>(i % 1500), 'x') + "\"\"\n\"\n";
  CsvReader reader(scratch.write_gzip("long.csv.gz", text));
  for (int i = 0; i < 4000; ++i) {
    ASSERT_TRUE(reader.next());
    ASSERT_EQ(reader.fields()[0], std::to_string(i));
    ASSERT_EQ(reader.fields()[1], std::string(static_cast<std::size_t>(i % 1500), 'x') + "\"\n");
    ASSERT_EQ(reader.line(), 2u + 2u * static_cast<unsigned>(i));
  }
  EXPECT_FALSE(reader.next());
}

TEST(CsvReader, ReadsOneRecordLongerThanItsBuffer) {
  const Scratch scratch;
  const std::string wide(std::size_t{3} << 20, 'w');
  EXPECT_EQ(read_all(scratch.write("wide.csv", "p,q\n" + wide + ",1\n")), (Rows{{wide, "1"}}));
}

TEST(CsvReader, NamesFileLineAndColumnOfWhatIsWrong) {
  const Scratch scratch;
  const auto message = [&](const std::string& text) {
    return error_of([&] { read_all(scratch.write("bad.csv", text)); });
  };
  EXPECT_THAT(message(""), EndsWith("bad.csv:1: no header line"));
  EXPECT_THAT(message("p,q,p\n"), EndsWith("bad.csv:1: column 'p': appears twice in the header"));
  EXPECT_THAT(message("p,q,r\n1,2,3\n1,2\n"), EndsWith("bad.csv:3: column 'r': row has 2 columns, the header has 3"));
  EXPECT_THAT(message("p,q\n1,2,3\n"), EndsWith("bad.csv:2: row has 3 columns, the header has 2"));
  EXPECT_THAT(message("p,q\n1,\"2\n3"), EndsWith("bad.csv:2: column 'q': a quoted cell does not end"));
  EXPECT_THAT(message("p,q\n\"1\"x,2\n"), EndsWith("bad.csv:2: column 'p': text after the closing quote"));
  EXPECT_THAT(error_of([&] { read_all(scratch.path("absent.csv")); }),
              EndsWith("absent.csv: cannot open: No such file or directory"));
  EXPECT_THAT(error_of([&] { read_all(scratch.path(".")); }), EndsWith("is a folder, not a file"));
}

TEST(CsvReader, TellsWhereGzipDataAreTruncated) {
  const Scratch scratch;
  std::string text = "p,q\n";
  for (unsigned i = 0; i < 200000; ++i) text += std::to_string(i * 2654435761u) + ",2\n";
  const std::string whole = Scratch::read(scratch.write_gzip("whole.csv.gz", text));
  for (std::size_t cut : {std::size_t{0}, std::size_t{1}, std::size_t{5}, whole.size() / 2, whole.size() - 1}) {
    const std::string path = scratch.write("cut.csv.gz", whole.substr(0, cut));
    const std::string message = error_of([&] { read_all(path); });
    EXPECT_THAT(message, StartsWith(path + ":")) << cut;
    EXPECT_THAT(message, testing::HasSubstr(cut == 1 ? "gzip data" : "truncated gzip data")) << cut;
  }
  std::string damaged = whole;
  damaged[whole.size() / 2] = static_cast<char>(damaged[whole.size() / 2] ^ 0x55);
  EXPECT_THAT(error_of([&] { read_all(scratch.write("bits.csv.gz", damaged)); }),
              testing::AnyOf(testing::HasSubstr("damaged gzip data"), testing::HasSubstr("row has")));
}

}  // namespace
}  // namespace clicklens::cli
