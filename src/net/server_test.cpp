#include "net/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "net/client.h"
#include "net/listener.h"

namespace parley::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

/// A plain blocking client socket that gives up after ten seconds.
class RawClient {
 public:
  explicit RawClient(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto parsed = parse_listen_address(address);
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_port = htons(parsed->port);
    inet_pton(AF_INET, parsed->host.c_str(), &target.sin_addr);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&target), sizeof target) == 0;
  }

  bool connected() const { return connected_; }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void end() { ::shutdown(socket_.get(), SHUT_WR); }

  /// Everything up to and with `text`, or up to the end.
  std::string read_until(std::string_view text) {
    std::string got;
    char c = 0;
    while (!std::string_view(got).ends_with(text) && ::recv(socket_.get(), &c, 1, 0) == 1) got += c;
    return got;
  }
  std::string read_to_end() {
    std::string got;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::recv(socket_.get(), buffer, sizeof buffer, 0)) > 0;)
      got.append(buffer, static_cast<std::size_t>(n));
    return got;
  }
  int get() const { return socket_.get(); }

 private:
  Descriptor socket_;
  bool connected_ = false;
};

/// A server on a free port with two serving threads.
class ServerTest : public testing::Test {
 protected:
  ServerTest() { settings_.listen = "127.0.0.1:0"; }
  ~ServerTest() override { stop(seconds(5)); }

  void start() {
    auto server = Server::create(settings_, counters_);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(*server);
    server_->add_route("POST", "/echo", {.max_body = 8 << 20}, [](const ExchangePtr& exchange) {
      exchange->respond({.content_type = "text/plain", .body = std::string(exchange->request().body)});
    });
    server_->add_route("GET", "/held", {}, [this](const ExchangePtr& exchange) {
      std::lock_guard lock(mutex_);
      held_.push_back(exchange);
      changed_.notify_all();
    });
    server_->add_route("GET", "/events", {}, [this](const ExchangePtr& exchange) {
      std::lock_guard lock(mutex_);
      streams_.push_back(exchange->start_event_stream());
      changed_.notify_all();
    });
    const Status listening = server_->listen();
    ASSERT_TRUE(listening.ok()) << listening.error().message;
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { server_->run(); });
  }

  void stop(milliseconds grace) {
    if (!server_) return;
    server_->stop(grace);
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    held_.clear();
    streams_.clear();
    server_.reset();
  }

  template <typename List>
  typename List::value_type wait_for(List& list, std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds(10), [&] { return list.size() >= count; });
    EXPECT_GE(list.size(), count);
    return list.at(count - 1);
  }

  std::string url(const std::string& path) const {
    return (settings_.tls_certificate.empty() ? "http://" : "https://") + server_->address() + path;
  }

  Counters counters_;
  Server::Settings settings_;
  std::unique_ptr<Server> server_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ExchangePtr> held_;
  std::vector<std::shared_ptr<EventStream>> streams_;
};

TEST_F(ServerTest, serves_requests_of_any_size_over_one_connection) {
  start();
  Client client;
  for (const std::size_t size : {0u, 1u, 5000u, 70'000u, 1'000'000u, 8u << 20}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; i += 97) body[i] = static_cast<char>('a' + i % 26);
    const auto response = client.send({.method = "POST", .url = url("/echo"), .headers = {}, .body = body});
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->header("Content-Type"), "text/plain");
    EXPECT_TRUE(response->body == body) << size;
  }
}

TEST_F(ServerTest, unpacks_what_a_client_packed) {
  start();
  Client client;
  const std::string body(300'000, 'x');
  const auto response = client.send(
      {.method = "POST", .url = url("/echo"), .headers = {{"Content-Encoding", "gzip"}}, .body = gzip(body)});
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_TRUE(response->body == body);
}

TEST_F(ServerTest, serves_many_clients_that_pipeline_while_answers_come_from_elsewhere) {
  start();
  std::atomic<bool> done = false;
  // Answers the newest first, and what it was asked.
  std::thread answerer([&] {
    while (!done) {
      std::vector<ExchangePtr> batch;
      {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, milliseconds(50), [&] { return !held_.empty() || done; });
        batch.swap(held_);
      }
      std::reverse(batch.begin(), batch.end());
      for (const ExchangePtr& exchange : batch) exchange->respond({.body = std::string(exchange->request().query)});
    }
  });
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      RawClient client(server_->address());
      std::string requests;
      constexpr int kRequests = 100;
      for (int i = 0; i < kRequests; ++i)
        requests += "GET /held?<" + std::to_string(c) + "-" + std::to_string(i) + "> HTTP/1.1\r\nHost: a\r\n\r\n";
      // In two halves, cut in the middle of a request.
      client.send(std::string_view(requests).substr(0, requests.size() / 2));
      client.send(std::string_view(requests).substr(requests.size() / 2));
      for (int i = 0; i < kRequests; ++i)
        ASSERT_THAT(client.read_until(">"), HasSubstr("<" + std::to_string(c) + "-" + std::to_string(i) + ">"));
    });
  }
  for (std::thread& client : clients) client.join();
  done = true;
  answerer.join();
}

TEST_F(ServerTest, answers_a_client_that_ended_its_side) {
  start();
  RawClient client(server_->address());
  client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
  client.end();
  wait_for(held_, 1)->respond({.body = "late"});
  EXPECT_THAT(client.read_to_end(), HasSubstr("\r\n\r\nlate"));
}

TEST_F(ServerTest, streams_events_and_notices_that_the_client_left) {
  start();
  std::shared_ptr<EventStream> stream;
  {
    RawClient client(server_->address());
    client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    stream = wait_for(streams_, 1);
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("text/event-stream"));
    EXPECT_TRUE(stream->send("event", "{}"));
    EXPECT_EQ(client.read_until("\n\n"), "event: event\ndata: {}\n\n");
  }
  const auto until = std::chrono::steady_clock::now() + seconds(10);
  while (stream->send("", "x") && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  EXPECT_TRUE(stream->closed());
}

TEST_F(ServerTest, ends_a_client_that_sends_too_slowly) {
  settings_.request_timeout = milliseconds(40);
  start();
  RawClient client(server_->address());
  client.send("POST /echo HTTP/1.1\r\nHost:");
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST_F(ServerTest, refuses_more_connections_than_allowed) {
  settings_.max_connections = 2;
  start();
  RawClient first(server_->address());
  RawClient second(server_->address());
  for (RawClient* client : {&first, &second}) {
    client->send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_THAT(client->read_until("ok"), HasSubstr("200 OK"));
  }
  RawClient third(server_->address());
  const std::string answer = third.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, HasSubstr("\"code\":\"exhausted\""));
  EXPECT_THAT(answer, HasSubstr("Retry-After: 1"));
}

TEST_F(ServerTest, lets_a_refused_upload_read_why) {
  start();
  RawClient client(server_->address());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n" + std::string(3 << 20, 'x'));
  EXPECT_THAT(client.read_until("}}"), HasSubstr("413 Content Too Large"));
}

TEST_F(ServerTest, finishes_requests_under_way_when_stopped) {
  start();
  RawClient waiting(server_->address());
  RawClient idle(server_->address());
  RawClient streaming(server_->address());
  idle.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok");
  idle.read_until("ok");
  streaming.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  wait_for(streams_, 1);
  waiting.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
  const ExchangePtr exchange = wait_for(held_, 1);

  server_->stop(seconds(10));
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_THAT(streaming.read_to_end(), HasSubstr("text/event-stream"));
  EXPECT_FALSE(RawClient(server_->address()).connected());
  exchange->respond({.body = "finished"});
  const std::string answer = waiting.read_to_end();
  EXPECT_THAT(answer, HasSubstr("finished"));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST_F(ServerTest, stops_without_answers_once_the_grace_is_over) {
  start();
  RawClient waiting(server_->address());
  waiting.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
  const ExchangePtr exchange = wait_for(held_, 1);
  stop(milliseconds(30));
  EXPECT_EQ(waiting.read_to_end(), "");
  exchange->respond({.body = "nobody listens"});
}

TEST_F(ServerTest, runs_no_more_after_a_stop) {
  auto server = Server::create(settings_, counters_);
  ASSERT_TRUE(server.ok());
  ASSERT_TRUE((*server)->listen().ok());
  (*server)->stop(seconds(1));
  (*server)->run();
}

TEST_F(ServerTest, does_not_share_a_port_with_another_server) {
  start();
  Server::Settings same;
  same.listen = server_->address();
  auto second = Server::create(same, counters_);
  ASSERT_TRUE(second.ok());
  const Status listening = (*second)->listen();
  ASSERT_FALSE(listening.ok());
  EXPECT_EQ(listening.error().code, Code::kConflict);
  EXPECT_THAT(listening.error().message, HasSubstr(server_->address()));
}

TEST_F(ServerTest, says_what_is_wrong_with_a_listen_address) {
  for (const char* wrong :
       {"8400", "127.0.0.1", "127.0.0.1:", ":8400", "127.0.0.1:99999", "127.0.0.1:84x", "::1:8400"}) {
    settings_.listen = wrong;
    const auto server = Server::create(settings_, counters_);
    ASSERT_FALSE(server.ok()) << wrong;
    EXPECT_THAT(server.error().message, HasSubstr(std::string("\"") + wrong + "\""));
  }
}

TEST_F(ServerTest, listens_on_ipv6) {
  settings_.listen = "[::1]:0";
  auto server = Server::create(settings_, counters_);
  ASSERT_TRUE(server.ok());
  if (const Status listening = (*server)->listen(); !listening.ok()) GTEST_SKIP() << listening.error().message;
  EXPECT_THAT((*server)->address(), StartsWith("[::1]:"));
}

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

TEST(Client, sends_method_headers_and_body) {
  Counters counters;
  auto server = Server::create({.listen = "127.0.0.1:0"}, counters);
  ASSERT_TRUE(server.ok());
  std::string seen;
  (*server)->set_fallback([&](const ExchangePtr& exchange) {
    const Request& request = exchange->request();
    seen = std::string(request.method) + " " + std::string(request.target) + " " +
           std::string(request.header("x-one")) + " " + std::string(request.header("content-type")) + " " +
           std::string(request.body);
    Response response{.status = 404, .content_type = "text/plain", .body = "gone"};
    response.headers.emplace_back("X-Answer", "a: b");
    exchange->respond(std::move(response));
  });
  ASSERT_TRUE((*server)->listen().ok());
  std::thread thread([&] { (*server)->run(); });
  Client client;
  const auto response = client.send({.method = "PUT",
                                     .url = "http://" + (*server)->address() + "/a?b=c",
                                     .headers = {{"X-One", "1"}, {"Content-Type", "text/x"}},
                                     .body = "text"});
  EXPECT_TRUE(response.ok());
  EXPECT_EQ(seen, "PUT /a?b=c 1 text/x text");
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "gone");
  EXPECT_EQ(response->header("x-answer"), "a: b");
  ASSERT_TRUE(client.send({.method = "HEAD", .url = "http://" + (*server)->address() + "/h"}).ok());
  EXPECT_EQ(seen, "HEAD /h   ");
  ASSERT_TRUE(client.send({.url = "http://" + (*server)->address() + "/g"}).ok());
  EXPECT_EQ(seen, "GET /g   ");
  (*server)->stop(seconds(5));
  thread.join();
}

TEST(Client, is_told_apart_no_answer_and_no_address) {
  // A port that nobody listens on: taken and given back.
  std::uint16_t port = 0;
  {
    const auto listener = open_listener({.host = "127.0.0.1", .port = 0});
    ASSERT_TRUE(listener.ok());
    port = local_port(*listener);
  }
  Client client;
  const auto refused = client.send({.url = "http://127.0.0.1:" + std::to_string(port) + "/a?key=secret"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_THAT(refused.error().message, testing::Not(HasSubstr("secret")));
  const auto wrong = client.send({.url = "file:///etc/hostname"});
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, Code::kInvalid);
}

}  // namespace
}  // namespace parley::net
