#include "app/import_lines.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "base/file.h"

namespace parley::app {
namespace {

using testing::HasSubstr;

class ImportLines : public testing::Test {
 protected:
  ~ImportLines() override { std::remove(file_.c_str()); }

  std::string file_with(std::string_view bytes) {
    std::ofstream(file_, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file_;
  }

  const std::string file_ = testing::TempDir() + "import_lines_" + std::to_string(getpid());
};

std::string appended(std::string_view line) {
  std::string out;
  const Status status = append_import_line(line, out);
  return status.ok() ? out : "refused: " + status.error().message;
}

TEST_F(ImportLines, come_in_order_from_plain_and_gzip_files) {
  const std::string text = "one\n\nthree\r\nfour without an end";
  for (const std::string& bytes : {text, gzip(text)}) {
    auto reader = LineReader::open(file_with(bytes));
    ASSERT_TRUE(reader.ok());
    std::string_view line;
    std::vector<std::string> lines;
    for (auto more = (*reader)->next(line); more.ok() && *more; more = (*reader)->next(line)) lines.emplace_back(line);
    EXPECT_THAT(lines, testing::ElementsAre("one", "", "three\r", "four without an end"));
    EXPECT_EQ((*reader)->line_number(), 4u);
  }
}

TEST_F(ImportLines, longer_than_a_chunk_are_read_whole_and_endless_ones_are_skipped) {
  const std::string longer(300'000, 'a'), endless(3'000'000, 'b');
  auto reader = LineReader::open(file_with(longer + "\n" + endless + "\nlast"));
  ASSERT_TRUE(reader.ok());
  std::string_view line;
  ASSERT_TRUE(*(*reader)->next(line));
  EXPECT_EQ(line, longer);
  EXPECT_FALSE((*reader)->too_long());
  ASSERT_TRUE(*(*reader)->next(line));
  EXPECT_TRUE((*reader)->too_long());
  ASSERT_TRUE(*(*reader)->next(line));
  EXPECT_EQ(line, "last");
  EXPECT_FALSE((*reader)->too_long());
  EXPECT_FALSE(*(*reader)->next(line));
}

TEST_F(ImportLines, of_a_broken_gzip_file_are_given_up_to_the_break) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  const std::string whole = gzip(text);
  auto reader = LineReader::open(file_with(std::string_view(whole).substr(0, whole.size() / 2)));
  ASSERT_TRUE(reader.ok());
  std::string_view line;
  auto more = (*reader)->next(line);
  while (more.ok() && *more) more = (*reader)->next(line);
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().code, Code::kCorrupt);
  EXPECT_THAT(more.error().message, HasSubstr("broken after line"));
}

TEST_F(ImportLines, of_a_missing_file_are_an_error_that_names_it) {
  const auto reader = LineReader::open("/nowhere/events.jsonl");
  ASSERT_FALSE(reader.ok());
  EXPECT_THAT(reader.error().message, HasSubstr("/nowhere/events.jsonl: No such file"));
}

TEST(AppendImportLine, keeps_a_line_with_either_spelling_of_its_id_as_it_is) {
  for (const std::string line :
       {R"({"event":"e","messageId":"m1","properties":{"a":1}})", R"({"type":"track","event":"e","message_id":"m1"})",
        R"({"type":"identify","messageId":"x"})"})
    EXPECT_EQ(appended("  " + line + " \r"), line);
}

TEST(AppendImportLine, gives_a_line_without_an_id_the_same_one_each_time) {
  const std::string once = appended(R"({"event":"e","properties":{"a":1}})");
  EXPECT_THAT(once, HasSubstr(R"("properties":{"a":1},"messageId":"import-)"));
  EXPECT_EQ(once, appended(R"({"event":"e","properties":{"a":1}})"));
  EXPECT_NE(once, appended(R"({"event":"e","properties":{"a":2}})"));
}

TEST(AppendImportLine, says_what_is_wrong_without_quoting_the_line) {
  EXPECT_THAT(appended("{\"event\":\"e\", secret"), HasSubstr("refused: not JSON"));
  EXPECT_THAT(appended("{\"event\":\"e\", secret"), testing::Not(HasSubstr("secret")));
  EXPECT_THAT(appended("[1,2]"), HasSubstr("expected a JSON object"));
  EXPECT_THAT(appended(R"({"messageId":"m"})"), HasSubstr("\"event\": expected"));
  EXPECT_THAT(appended(R"({"type":"wish","messageId":"m"})"), HasSubstr("\"type\": expected"));
}

}  // namespace
}  // namespace parley::app
