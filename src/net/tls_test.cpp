#include "net/tls.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "net/server_fixture.h"

namespace parley::net {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

/// A self-signed certificate of its own and its key, in files of a directory of this test.
class TlsServerTest : public ServerTest {
 protected:
  TlsServerTest() {
    directory_ = std::filesystem::temp_directory_path() / ("parley_tls_" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
    settings_.tls_certificate = directory_ / "certificate.pem";
    settings_.tls_key = directory_ / "key.pem";
    make_certificate();
  }
  ~TlsServerTest() override {
    stop(seconds(5));
    std::filesystem::remove_all(directory_);
  }

  void make_certificate() {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("parley.test"), -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    FILE* file = std::fopen(settings_.tls_certificate.c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen(settings_.tls_key.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  std::filesystem::path directory_;
};

/// A client's TLS session over a blocking socket.
class TlsClient {
 public:
  TlsClient(const std::string& address, int highest_version)
      : socket_(address), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_max_proto_version(context_, highest_version);
    SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
    session_ = SSL_new(context_);
    static constexpr unsigned char kOffer[] = "\x02h2\x08http/1.1";
    SSL_set_alpn_protos(session_, kOffer, sizeof kOffer - 1);
    SSL_set_fd(session_, socket_.get());
    connected_ = SSL_connect(session_) == 1;
  }
  ~TlsClient() {
    SSL_free(session_);
    SSL_CTX_free(context_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  bool connected() const { return connected_; }
  std::string version() const { return SSL_get_version(session_); }
  std::string protocol() const {
    const unsigned char* text = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(session_, &text, &size);
    return {reinterpret_cast<const char*>(text), size};
  }
  void send(std::string_view bytes) { SSL_write(session_, bytes.data(), static_cast<int>(bytes.size())); }
  std::string read_until(std::string_view text) {
    std::string got;
    char c = 0;
    while (!std::string_view(got).ends_with(text) && SSL_read(session_, &c, 1) == 1) got += c;
    return got;
  }

 private:
  RawClient socket_;
  SSL_CTX* context_;
  SSL* session_ = nullptr;
  bool connected_ = false;
};

TEST_F(TlsServerTest, speaks_tls_1_2_and_1_3_and_http_1_1) {
  start();
  for (const auto& [highest, name] : {std::pair(TLS1_2_VERSION, "TLSv1.2"), std::pair(TLS1_3_VERSION, "TLSv1.3")}) {
    TlsClient client(server_->address(), highest);
    ASSERT_TRUE(client.connected()) << name;
    EXPECT_EQ(client.version(), name);
    EXPECT_EQ(client.protocol(), "http/1.1");
    const std::string body(200'000, 'x');
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size() + 3) + "\r\n\r\n");
    client.send(body);
    client.send("end");
    EXPECT_THAT(client.read_until("end"), HasSubstr("\r\n\r\n" + body));
  }
}

TEST_F(TlsServerTest, refuses_tls_1_1) {
  start();
  EXPECT_FALSE(TlsClient(server_->address(), TLS1_1_VERSION).connected());
}

TEST_F(TlsServerTest, streams_and_finishes_over_tls_too) {
  start();
  TlsClient client(server_->address(), TLS1_3_VERSION);
  client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\nGET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  wait_for(held_, 1)->respond({.body = "held"});
  wait_for(streams_, 1)->send("", "live");
  EXPECT_THAT(client.read_until("live\n\n"), HasSubstr("held"));
  server_->stop(seconds(10));
  EXPECT_EQ(client.read_until("never"), "");
}

TEST_F(TlsServerTest, hangs_up_on_plain_http) {
  start();
  RawClient client(server_->address());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  client.read_to_end();
  TlsClient next(server_->address(), TLS1_3_VERSION);
  EXPECT_TRUE(next.connected());
}

TEST_F(TlsServerTest, names_the_file_that_it_cannot_use) {
  const std::string certificate = settings_.tls_certificate;
  settings_.tls_certificate = directory_ / "missing.pem";
  auto server = Server::create(settings_, counters_);
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(server.error().message, HasSubstr("missing.pem"));

  settings_.tls_certificate = certificate;
  std::ofstream(settings_.tls_key) << "not a key\n";
  server = Server::create(settings_, counters_);
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(server.error().message, HasSubstr("key.pem"));

  settings_.tls_key.clear();
  server = Server::create(settings_, counters_);
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(server.error().message, HasSubstr("together"));
}

TEST_F(TlsServerTest, refuses_a_key_of_another_certificate) {
  const std::string other_key = settings_.tls_key;
  settings_.tls_certificate = directory_ / "second.pem";
  settings_.tls_key = directory_ / "second_key.pem";
  make_certificate();
  settings_.tls_key = other_key;
  const auto server = Server::create(settings_, counters_);
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(server.error().message, HasSubstr("key.pem"));
}

}  // namespace
}  // namespace parley::net
