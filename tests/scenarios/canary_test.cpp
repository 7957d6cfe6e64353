// Plants personal values in every place of a request that a client can fill, then looks for them in every byte that
// Parley has written: the journal, the accounts, the log, and each cell of the store's tables.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "net/client.h"
#include "server_process.h"
#include "store/store.h"

namespace parley {
namespace {

using crash::ServerProcess;
using namespace std::chrono_literals;

const std::vector<std::string> kPersonal = {
    "canary.mail", "quillfeather", "15123456789",   "151 2345 6789", "4111111111111111", "4111 1111 1111",
    "0532013000",  "0532 0130 00", "hunter2secret", "203.0.113.77",  "canary-lane",      "canary%2email",
};
const std::string kWords = "xylophone";  // only ever stands in people's own words

// Each value in the places where such a thing turns up, and in those where it should not.
std::vector<std::string> requests() {
  const std::string mail = "canary.mail@quillfeather.example";
  const std::string text =
      "xylophone: i am canary.mail@quillfeather.example, call +49 151 2345 6789 or +4915123456789, card "
      "4111 1111 1111 1111, iban DE89 3704 0044 0532 0130 00, ip 203.0.113.77";
  const std::string properties =
      R"("conversation_id":"c-1","message_text":")" + text + R"(","lead_email":")" + mail +
      R"(","lead_phone":"+4915123456789","password":"hunter2secret","note":")" + text.substr(11) + R"(","email":")" +
      mail + R"(","nested":{"deep":[{"contact":")" + mail +
      R"(","card":"4111111111111111"}]},"street":"7 canary-lane",)" +
      R"("page_url":"https://shop.example/?email=canary.mail%40quillfeather.example&token=hunter2secret",)" +
      R"("intent_name":")" + mail + R"(","intent_confidence":")" + mail + R"(","conversation_status":")" + mail +
      R"(")";
  const std::string context = R"("context":{"ip":"203.0.113.77","page":{"url":"https://shop.example/u/)" + mail +
                              R"("},"traits":{"email":")" + mail + R"("},"userAgent":"bot )" + mail + R"("})";
  std::vector<std::string> items;
  for (const char* event :
       {"chatbot_message_received", "chatbot_message_sent", "chatbot_intent_detected", "chatbot_lead_captured",
        "chatbot_feedback_submitted", "chatbot_conversation_end", "chatbot_never_declared"})
    items.push_back(fmt::format(R"({{"type":"track","event":"{}","userId":"u","properties":{{{}}},{}}})", event,
                                properties, context));
  // Ids, names and times that are personal themselves.
  items.push_back(fmt::format(
      R"({{"type":"track","event":"chatbot_message_received","userId":"{0}","anonymousId":"{0}",)"
      R"("messageId":"{0}","timestamp":"{0}","properties":{{"conversation_id":"{0}","session_id":"{0}","channel":"{0}"}}}})",
      mail));
  items.push_back(
      fmt::format(R"({{"type":"track","event":"bought by {0}","userId":"u","properties":{{"{0}":"{0}"}}}})", mail));
  // Identity calls.
  items.push_back(fmt::format(
      R"({{"type":"identify","userId":"u","traits":{{"email":"{0}","name":"Zoe Quillfeather","phone":"+4915123456789","address":{{"street":"7 canary-lane"}}}}}})",
      mail));
  items.push_back(fmt::format(R"({{"type":"alias","previousId":"{0}","userId":"u"}})", mail));
  items.push_back(fmt::format(
      R"({{"type":"page","name":"{0}","userId":"u","properties":{{"url":"https://a.example/{0}","title":"{0}"}}}})",
      mail));
  // What ends in quarantine: no conversation, no person, no event name, no object at all.
  items.push_back(fmt::format(
      R"({{"type":"track","event":"chatbot_message_received","userId":"u","properties":{{"message_text":"{0}"}}}})",
      text));
  items.push_back(fmt::format(R"({{"type":"track","event":"chatbot_lead_captured","properties":{{{}}}}})", properties));
  items.push_back(fmt::format(R"({{"type":"track","userId":"u","properties":{{"lead_email":"{0}"}}}})", mail));
  items.push_back(
      fmt::format(R"({{"type":"{0}","event":"e","userId":"u","properties":{{"lead_email":"{0}"}}}})", mail));
  items.push_back("\"" + text + "\"");
  items.push_back("[\"" + mail + "\"]");
  items.push_back(fmt::format(
      R"({{"type":"track","event":"chatbot_message_sent","userId":"u","properties":{{"conversation_id":"c-1","message_text":"{}","x":"{}"}}}})",
      text, std::string(40'000, 'y') + " " + mail));

  std::vector<std::string> bodies;
  for (const std::string& item : items) bodies.push_back(R"({"batch":[)" + item + "]}");
  bodies.push_back(R"({"batch":[{"type":"track","event":")" + mail);  // cut short
  bodies.push_back(mail);
  return bodies;
}

class Canary : public testing::TestWithParam<const char*> {
 protected:
  Canary() {
    directory_ = testing::TempDir() + fmt::format("parley_canary_{}_{}", GetParam(), ::getpid());
    std::filesystem::remove_all(directory_);
    ::setenv("PARLEY_MESSAGE_TEXT", GetParam(), 1);
  }
  ~Canary() override {
    ::unsetenv("PARLEY_MESSAGE_TEXT");
    std::filesystem::remove_all(directory_);
  }

  std::vector<std::string> needles() const {
    std::vector<std::string> all = kPersonal;
    if (std::string(GetParam()) == "drop") all.push_back(kWords);
    return all;
  }

  void expect_clean(const std::string& where, std::string text) const {
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    for (const std::string& needle : needles()) {
      const auto at = text.find(needle);
      EXPECT_EQ(at, std::string::npos) << needle << " stands in " << where << ": …"
                                       << text.substr(at < 60 ? 0 : at - 60, 160) << "…";
    }
  }

  std::string directory_;
};

TEST_P(Canary, no_personal_value_reaches_the_disk) {
  ServerProcess server(directory_, ServerProcess::Disk::kSound);
  ASSERT_TRUE(server.start());
  net::Client client;
  int taken = 0, refused = 0;
  for (const std::string& body : requests())
    for (const char* path : {"/v1/batch", "/v1/track", "/v1/b"}) {
      const auto answer = client.send({.method = "POST",
                                       .url = server.url() + path,
                                       .headers = {{"Authorization", "Bearer x"}, {"Content-Type", "text/plain"}},
                                       .body = R"({"writeKey":")" + server.credential("write_key") + R"(",)" +
                                               (body.front() == '{' ? body.substr(1) : body)});
      ASSERT_TRUE(answer.ok());
      (answer->status == 200 ? taken : refused)++;
      expect_clean(fmt::format("the answer of {}", path), answer->body);
    }
  EXPECT_GT(taken, 15);
  EXPECT_GT(refused, 1);
  // What the API tells of it is clean as well.
  const std::string token = server.credential("api_token");
  std::string held;
  for (const auto end = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < end;) {
    const auto answer = client.send(
        {.url = server.url() + "/api/v1/quarantine?limit=500", .headers = {{"Authorization", "Bearer " + token}}});
    ASSERT_TRUE(answer.ok());
    held = answer->body;
    if (held.find("\"total\":0") == std::string::npos) break;
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_EQ(held.find("\"total\":0"), std::string::npos) << "nothing was quarantined";
  expect_clean("the quarantine", held);
  ASSERT_EQ(server.stop(), 0);

  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream content;
    content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    expect_clean(entry.path().filename().string(), content.str());
    ++files;
  }
  EXPECT_GT(files, 10u);

  // The store packs its columns, so its cells are asked for.
  auto store = store::open_embedded({.directory = server.data() + "/store"});
  ASSERT_TRUE(store.ok()) << store.error().message;
  for (const char* table : {"events", "quarantine", "conversations"}) {
    const auto rows = (*store)->query(fmt::format("SELECT * FROM {}", table));
    ASSERT_TRUE(rows.ok()) << rows.error().message;
    EXPECT_FALSE(rows->rows.empty()) << table;
    for (const auto& row : rows->rows)
      for (const std::string& cell : row) expect_clean(table, cell);
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, Canary, testing::Values("drop", "mask"),
                         [](const auto& policy) { return std::string(policy.param); });

}  // namespace
}  // namespace parley
