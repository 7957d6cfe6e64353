#include "plan/name_table.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::plan {
namespace {

TEST(NameTable, finds_nothing_when_empty) {
  EXPECT_EQ(NameTable().find("name"), NameTable::kMissing);
  EXPECT_EQ(NameTable().find(""), NameTable::kMissing);
  EXPECT_EQ(NameTable(std::vector<std::pair<std::string_view, std::uint32_t>>{}).find("name"), NameTable::kMissing);
}

TEST(NameTable, finds_every_name_and_nothing_else) {
  // Names of all lengths, many of them alike at both ends, as plans have them.
  std::vector<std::string> texts;
  for (int i = 0; i < 500; ++i) {
    texts.push_back("chatbot_" + std::string(static_cast<std::size_t>(i % 7), 'x') + std::to_string(i) + "_completed");
    texts.push_back(std::to_string(i));
  }
  for (std::size_t length = 1; length < 40; ++length) texts.push_back(std::string(length, 'n'));
  std::vector<std::pair<std::string_view, std::uint32_t>> names;
  for (const std::string& text : texts) names.emplace_back(text, names.size());

  const NameTable table(names);
  for (const auto& [name, value] : names) {
    EXPECT_EQ(table.find(name), value) << name;
    EXPECT_EQ(table.find(std::string(name) + "?"), NameTable::kMissing);
  }
  EXPECT_EQ(table.find("chatbot_"), NameTable::kMissing);
  EXPECT_EQ(table.find(""), NameTable::kMissing);
}

}  // namespace
}  // namespace parley::plan
