#include "app/settings_file.h"

#include <gtest/gtest.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdlib>

#include "app/serve_command.h"
#include "base/file.h"

namespace parley::app {
namespace {

// A file of settings, and the serve command as main() builds it, parsed with some flags.
class SettingsFile : public testing::Test {
 protected:
  std::vector<std::string> apply(const std::string& text, std::vector<std::string> flags = {}) {
    path_ = testing::TempDir() + "/parley_settings_test.conf";
    EXPECT_TRUE(write_file_durably(path_, text).ok());
    add_serve_options(command_, options_);
    std::reverse(flags.begin(), flags.end());
    command_.parse(flags);
    return apply_settings_file(command_, path_);
  }

  std::string path_;
  CLI::App command_;
  ServeOptions options_;
};

TEST_F(SettingsFile, sets_what_no_flag_has_set) {
  EXPECT_TRUE(apply("# where\nlisten = 0.0.0.0:9000\nthreads=3 # few\n\n", {"--threads", "5"}).empty());
  EXPECT_EQ(options_.listen, "0.0.0.0:9000");
  EXPECT_EQ(options_.threads, 5u);
}

TEST_F(SettingsFile, comes_after_the_environment) {
  setenv("PARLEY_LISTEN", "127.0.0.1:1", 1);
  const auto faults = apply("listen = 127.0.0.1:2\n");
  unsetenv("PARLEY_LISTEN");
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(options_.listen, "127.0.0.1:1");
}

TEST_F(SettingsFile, names_the_nearest_setting_for_an_unknown_one) {
  const auto faults = apply("lisen = 127.0.0.1:2\n");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0], path_ + ":1: unknown setting \"lisen\"; did you mean \"listen\"?");
}

TEST_F(SettingsFile, says_everything_that_is_wrong_at_once) {
  const auto faults = apply("threads = many\nnonsense\nmessage-text = keep\n");
  ASSERT_EQ(faults.size(), 3u);
  EXPECT_NE(faults[0].find(":1: "), std::string::npos);
  EXPECT_EQ(faults[1], path_ + ":2: expected `name = value`");
  EXPECT_NE(faults[2].find("message-text"), std::string::npos);
}

TEST_F(SettingsFile, is_missed_by_name) {
  add_serve_options(command_, options_);
  const auto faults = apply_settings_file(command_, "/nowhere/parley.conf");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0], "no file /nowhere/parley.conf");
}

TEST(ServeOptions, faults_name_the_setting_and_what_was_expected) {
  ServeOptions options;
  options.data = testing::TempDir();
  EXPECT_EQ(faults_of(options), "");
  options.listen = "127.0.0.1:99999";
  EXPECT_EQ(faults_of(options), "listen: expected host:port, such as 127.0.0.1:8400, got \"127.0.0.1:99999\"\n");
  options.time_zone = "Mars/Olympus";
  options.tls_key = "/nowhere/key.pem";
  options.listen = "8400";
  const std::string faults = faults_of(options);
  EXPECT_NE(faults.find("time-zone: time zone \"Mars/Olympus\""), std::string::npos);
  EXPECT_NE(faults.find("tls-certificate and tls-key: expected both or neither"), std::string::npos);
  EXPECT_NE(faults.find("tls-key: cannot read /nowhere/key.pem"), std::string::npos);
  EXPECT_NE(faults.find("listen: expected host:port"), std::string::npos);
}

}  // namespace
}  // namespace parley::app
