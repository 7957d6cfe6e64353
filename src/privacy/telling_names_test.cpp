#include "privacy/telling_names.h"

#include <gtest/gtest.h>

namespace parley::privacy {
namespace {

TEST(TellingNames, know_names_of_personal_values_however_they_are_written) {
  for (const std::string_view name :
       {"email",        "e_mail",    "E-Mail",      "userEmail",   "contact.email", "email_address",
        "emailAddress", "EMAIL",     "phone",       "phoneNumber", "mobile",        "tel",
        "first_name",   "firstName", "lastname",    "FullName",    "customer_name", "name",
        "agentName",    "user_name", "username",    "address",     "street",        "shipping_address",
        "zip",          "zipCode",   "postal_code", "birth_date",  "dateOfBirth",   "dob",
        "ssn",          "iban",      "card_number", "creditCard",  "passport_no",   "ip",
        "clientIP",     "IPAddress", "lat",         "longitude",   "geo_location",  "bank_account",
        "national_id",  "tax_id",    "macAddress"})
    EXPECT_EQ(judge_name(name), Telling::kPersonal) << name;
}

TEST(TellingNames, know_names_of_secrets) {
  for (const std::string_view name :
       {"password", "userPassword", "pwd", "access_token", "accessToken", "token", "secret", "client_secret", "api_key",
        "apiKey", "X-Api-Key", "private_key", "cvv", "otp", "authorization", "cookie", "session_key", "jwt", "pin"})
    EXPECT_EQ(judge_name(name), Telling::kSecret) << name;
}

TEST(TellingNames, know_names_of_a_persons_words) {
  for (const std::string_view name : {"text", "message_text", "body", "messageBody", "comment", "transcript", "query",
                                      "user_message", "utterance", "last_message", "prompt"})
    EXPECT_EQ(judge_name(name), Telling::kMessageText) << name;
}

TEST(TellingNames, read_nothing_into_other_names) {
  for (const std::string_view name : {"product_name",
                                      "file_name",
                                      "flow_name",
                                      "event_name",
                                      "step_name",
                                      "plan",
                                      "email_verified",
                                      "email_count",
                                      "emailStatus",
                                      "phone_type",
                                      "token_count",
                                      "token_usage",
                                      "tokens_in",
                                      "input_tokens",
                                      "max_tokens",
                                      "address_type",
                                      "card_id",
                                      "card_title",
                                      "message_id",
                                      "message_count",
                                      "message_type",
                                      "text_length",
                                      "body_size",
                                      "comment_count",
                                      "intent",
                                      "zipper",
                                      "shipping",
                                      "pinned",
                                      "ipsum",
                                      "latency_ms",
                                      "flat",
                                      "long_text_count",
                                      "password_attempts",
                                      "query_ms",
                                      "keyboard",
                                      "city",
                                      "employees",
                                      "",
                                      "_",
                                      "i"})
    EXPECT_EQ(judge_name(name), Telling::kNothing) << name;
}

TEST(TellingNames, know_ids_and_versions) {
  for (const std::string_view name : {"id", "user_id", "userId", "group-id", "order.id", "userID"})
    EXPECT_TRUE(names_an_id(name)) << name;
  for (const std::string_view name : {"paid", "d", "", "grid", "PAID", "idea"}) EXPECT_FALSE(names_an_id(name)) << name;
  EXPECT_TRUE(names_a_version("bot_version"));
  EXPECT_TRUE(names_a_version("appVersion"));
  EXPECT_FALSE(names_a_version("conversion"));
}

}  // namespace
}  // namespace parley::privacy
