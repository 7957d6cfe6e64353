#include "app/import_command.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "app/fake_collector.h"
#include "base/file.h"

namespace parley::app {
namespace {

using testing::HasSubstr;

class Import : public testing::Test {
 protected:
  ~Import() override {
    for (const std::string& file : files_) std::remove(file.c_str());
  }

  std::string file_with(std::string_view bytes) {
    files_.push_back(testing::TempDir() + "import_" + std::to_string(getpid()) + "_" + std::to_string(files_.size()));
    std::ofstream(files_.back(), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return files_.back();
  }

  static std::string lines(int from, int to) {
    std::string text;
    for (int i = from; i < to; ++i)
      text += R"({"type":"track","event":"e","message_id":"m)" + std::to_string(i) + "\"}\n";
    return text;
  }

  ImportOptions options(std::vector<std::string> files) {
    return {.url = collector_.url(), .write_key = FakeCollector::kWriteKey, .files = std::move(files)};
  }

  FakeCollector collector_;
  std::vector<std::string> files_;
};

TEST_F(Import, sends_every_line_of_every_file_in_batches) {
  ImportOptions import = options({file_with(lines(0, 1'100)), file_with(gzip(lines(1'100, 1'300)))});
  import.wait = true;
  EXPECT_EQ(run_import(import), 0);
  const auto ids = collector_.message_ids();
  EXPECT_EQ(ids.size(), 1'300u);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1'300u);
  EXPECT_EQ(collector_.bodies().size(), 4u);
  EXPECT_GE(collector_.status_questions(), 3);
}

TEST_F(Import, keeps_bodies_small_when_events_are_large) {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += R"({"event":"e","messageId":"m)" + std::to_string(i) + R"(","properties":{"a":")" +
            std::string(30'000, 'x') + "\"}}\n";
  EXPECT_EQ(run_import(options({file_with(text)})), 0);
  EXPECT_EQ(collector_.message_ids().size(), 100u);
  for (const std::string& body : collector_.bodies()) EXPECT_LE(body.size(), 400'000u);
}

TEST_F(Import, tells_bad_lines_by_file_and_line_and_sends_the_others) {
  const std::string file = file_with(lines(0, 2) + "{oops\n" + "\n" + lines(2, 3) + "[]\n");
  testing::internal::CaptureStderr();
  const int exit_code = run_import(options({file}));
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_EQ(exit_code, 1);
  EXPECT_THAT(told, HasSubstr(file + ":3: not JSON"));
  EXPECT_THAT(told, HasSubstr(file + ":6: expected a JSON object"));
  EXPECT_THAT(told, HasSubstr("2 faults"));
  EXPECT_THAT(collector_.message_ids(), testing::ElementsAre("m0", "m1", "m2"));
}

TEST_F(Import, tells_which_lines_the_server_refused) {
  collector_.refuse_next({{.status = 400, .body = "bad"}});
  const std::string file = file_with(lines(0, 30));
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_import(options({file})), 1);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr(file + ":1-30: the server refused these 30 events: status 400: bad"));
}

TEST_F(Import, sends_through_a_server_that_is_busy_now_and_then) {
  collector_.refuse_next(
      {{.status = 503, .headers = {{"Retry-After", "0"}}}, {.status = 429, .headers = {{"Retry-After", "0"}}}});
  ImportOptions import = options({file_with(lines(0, 90))});
  import.batch = 10;
  EXPECT_EQ(run_import(import), 0);
  EXPECT_EQ(collector_.message_ids().size(), 90u);
}

TEST_F(Import, fails_for_a_file_that_is_missing_after_sending_the_others) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_import(options({"/nowhere/a.jsonl", file_with(lines(0, 5))})), 1);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("/nowhere/a.jsonl"));
  EXPECT_EQ(collector_.message_ids().size(), 5u);
}

TEST_F(Import, sends_nothing_with_a_key_that_is_not_known) {
  ImportOptions import = options({file_with(lines(0, 5))});
  import.write_key = "another";
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_import(import), 1);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("the write key is not known"));
  EXPECT_TRUE(collector_.bodies().empty());
}

}  // namespace
}  // namespace parley::app
