#include "app/first_start.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "base/file.h"

namespace parley::app {
namespace {

class FirstStartTest : public testing::Test {
 protected:
  FirstStartTest() {
    options_.data = testing::TempDir() + "/parley_first_start_test";
    std::filesystem::remove_all(options_.data);
  }
  ~FirstStartTest() override { std::filesystem::remove_all(options_.data); }

  // As a new process would.
  std::unique_ptr<accounts::Accounts> open() {
    first_.reset();
    first_.emplace(options_);
    EXPECT_TRUE(first_->prepare().ok());
    auto accounts = accounts::Accounts::open(options_.data + "/accounts.sqlite", clock_);
    EXPECT_TRUE(accounts.ok());
    return accounts.ok() ? std::move(*accounts) : nullptr;
  }

  SystemClock clock_;
  ServeOptions options_;
  std::optional<FirstStart> first_;
};

TEST_F(FirstStartTest, makes_a_workspace_and_says_how_to_use_it_once) {
  auto accounts = open();
  const auto made = first_->finish(*accounts);
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE(made->has_value());
  const std::string written = *read_file(first_->credentials_path());
  EXPECT_NE(written.find((*made)->write_key), std::string::npos);
  EXPECT_EQ(std::filesystem::status(first_->credentials_path()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  accounts.reset();

  accounts = open();
  EXPECT_FALSE(first_->finish(*accounts)->has_value());
  EXPECT_TRUE(accounts->by_write_key((*made)->write_key));
}

TEST_F(FirstStartTest, begins_anew_after_a_crash_before_the_credentials_were_written) {
  auto accounts = open();
  accounts::Workspace workspace;
  workspace.id = "default";
  workspace.name = "My bot";
  ASSERT_TRUE(accounts->create_workspace(workspace, "owner@localhost").ok());
  accounts.reset();  // the crash: a workspace whose password nobody knows

  accounts = open();
  EXPECT_TRUE(accounts->empty());
  EXPECT_TRUE(first_->finish(*accounts)->has_value());
  EXPECT_TRUE(std::filesystem::exists(first_->credentials_path()));
}

TEST_F(FirstStartTest, keeps_a_workspace_whose_credentials_file_was_taken_away) {
  auto accounts = open();
  const auto made = first_->finish(*accounts);
  accounts.reset();
  std::filesystem::remove(first_->credentials_path());
  accounts = open();
  EXPECT_FALSE(accounts->empty());
  EXPECT_FALSE(first_->finish(*accounts)->has_value());
}

TEST_F(FirstStartTest, keeps_another_process_out_of_the_directory) {
  const auto accounts = open();
  FirstStart second(options_);
  const Status refused = second.prepare();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kConflict);
}

}  // namespace
}  // namespace parley::app
