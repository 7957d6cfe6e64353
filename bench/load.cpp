// A closed-loop HTTP load generator: each connection sends a request, waits for its answer, sends the next. Requests
// are fixed bytes from a file, so that nothing but the server is measured. Prints one JSON object.
//
//   parley_load --address 127.0.0.1:8400 --connections 256 --seconds 5 --requests batch20.http
//
// The file holds one whole HTTP/1.1 request or several, one after the other, each with its Content-Length. Every run
// of 16 `@` in it is overwritten, each time it is sent, by 16 hexadecimal digits that never come again: for message
// ids, so that deduplication has real work. Every run of 16 `~` becomes 16 digits that are the same throughout
// --requests-per-conversation requests of one connection: for conversation ids, so that conversations end.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kIdMark = "@@@@@@@@@@@@@@@@";
constexpr std::string_view kConversationMark = "~~~~~~~~~~~~~~~~";

/// A request as it is sent, and where its ids go.
struct Template {
  std::string bytes;
  std::vector<std::size_t> ids;
  std::vector<std::size_t> conversations;
};

std::vector<std::size_t> places_of(std::string_view mark, std::string_view text) {
  std::vector<std::size_t> places;
  for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + mark.size())) places.push_back(at);
  return places;
}

/// The Content-Length of a message's head; 0 where there is none, nothing where it is not a number.
std::optional<std::size_t> content_length(std::string_view head) {
  for (std::size_t line = head.find("\r\n"); line != head.npos; line = head.find("\r\n", line + 2)) {
    static constexpr std::string_view kName = "content-length:";
    std::string_view rest = head.substr(line + 2);
    const bool is_length =
        rest.size() > kName.size() && std::equal(kName.begin(), kName.end(), rest.begin(),
                                                 [](char want, char got) { return want == std::tolower(got); });
    if (!is_length) continue;
    rest.remove_prefix(kName.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    std::size_t length = 0;
    if (std::from_chars(rest.data(), rest.data() + rest.size(), length).ec != std::errc()) return std::nullopt;
    return length;
  }
  return 0;
}

/// The whole message at the text's beginning: head and body.
std::optional<std::size_t> message_size(std::string_view text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == text.npos) return std::nullopt;
  const auto body = content_length(text.substr(0, end + 2));
  if (!body || end + 4 + *body > text.size()) return std::nullopt;
  return end + 4 + *body;
}

std::vector<Template> read_requests(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw CLI::ValidationError("--requests", "cannot read " + path);
  const std::string all{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::vector<Template> requests;
  for (std::string_view rest = all; !rest.empty();) {
    const auto size = message_size(rest);
    if (!size)
      throw CLI::ValidationError("--requests", fmt::format("{}: request {} is cut short", path, requests.size() + 1));
    const std::string_view bytes = rest.substr(0, *size);
    requests.push_back({std::string(bytes), places_of(kIdMark, bytes), places_of(kConversationMark, bytes)});
    rest.remove_prefix(*size);
  }
  if (requests.empty()) throw CLI::ValidationError("--requests", path + ": no request in it");
  return requests;
}

sockaddr_in parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  unsigned short port = 0;
  if (colon == std::string::npos ||
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), port).ec != std::errc() ||
      inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1)
    throw CLI::ValidationError("--address", "expected a.b.c.d:port, got " + text);
  address.sin_port = htons(port);
  return address;
}

/// What one thread measured.
struct Tally {
  std::uint64_t answers = 0;
  std::uint64_t reconnects = 0;
  std::uint64_t failures = 0;  // connections that could not be made or broke before the answer
  std::map<int, std::uint64_t> by_status;
  std::vector<std::uint32_t> latencies_ns;  // of every answer; 4 s at most

  void add(const Tally& other) {
    answers += other.answers;
    reconnects += other.reconnects;
    failures += other.failures;
    for (const auto& [status, count] : other.by_status) by_status[status] += count;
    latencies_ns.insert(latencies_ns.end(), other.latencies_ns.begin(), other.latencies_ns.end());
  }
};

/// Sixteen hexadecimal digits that never come again: a seed of its own for each thread, then a count.
class Ids {
 public:
  explicit Ids(std::uint64_t seed) : base_(seed << 27) {}
  void write(char* into) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::uint64_t value = base_ + next_++;
    for (int i = 15; i >= 0; --i, value >>= 4) into[i] = kDigits[value & 15];
  }

 private:
  std::uint64_t base_;
  std::uint64_t next_ = 0;
};

/// One thread's share of the connections.
class Worker {
 public:
  Worker(const sockaddr_in& address, const std::vector<Template>& requests, std::size_t connections, std::uint64_t seed,
         std::size_t requests_per_conversation)
      : address_(address),
        requests_(requests),
        connections_(connections),
        requests_per_conversation_(requests_per_conversation),
        ids_(seed),
        poll_(epoll_create1(0)) {}
  ~Worker() {
    for (Connection& connection : connections_) {
      if (connection.fd >= 0) ::close(connection.fd);
    }
    ::close(poll_);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Answers that come before `measure_from` are not counted.
  Tally run(Clock::time_point measure_from, Clock::time_point until) {
    measure_from_ = measure_from;
    tally_.latencies_ns.reserve(1 << 20);
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      connections_[i].next_request = i * requests_per_conversation_ % requests_.size();
      if (open(connections_[i])) start_request(connections_[i]);
    }
    std::array<epoll_event, 128> events;
    while (Clock::now() < until) {
      const int count = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 50);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        auto& connection = *static_cast<Connection*>(event.data.ptr);
        if ((event.events & EPOLLOUT) != 0) send_on(connection);
        if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) receive(connection);
      }
    }
    return std::move(tally_);
  }

 private:
  struct Connection {
    int fd = -1;
    std::size_t next_request = 0;
    std::size_t left_in_conversation = 0;
    std::array<char, 16> conversation;
    std::string request;  // with its ids filled in
    std::size_t sent = 0;
    std::string answer;
    Clock::time_point started;
  };

  bool open(Connection& connection) {
    connection.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto* address = reinterpret_cast<const sockaddr*>(&address_);
    if (::connect(connection.fd, address, sizeof address_) != 0 && errno != EINPROGRESS) return failed(connection);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &connection;
    return epoll_ctl(poll_, EPOLL_CTL_ADD, connection.fd, &event) == 0;
  }

  bool failed(Connection& connection) {
    ++tally_.failures;
    ::close(connection.fd);
    connection.fd = -1;
    return false;
  }

  void start_request(Connection& connection) {
    const Template& next = requests_[connection.next_request];
    connection.next_request = (connection.next_request + 1) % requests_.size();
    connection.request = next.bytes;
    for (const std::size_t at : next.ids) ids_.write(connection.request.data() + at);
    if (connection.left_in_conversation == 0) {
      ids_.write(connection.conversation.data());
      connection.left_in_conversation = requests_per_conversation_;
    }
    --connection.left_in_conversation;
    for (const std::size_t at : next.conversations)
      std::copy(connection.conversation.begin(), connection.conversation.end(),
                connection.request.begin() + static_cast<std::ptrdiff_t>(at));
    connection.sent = 0;
    connection.answer.clear();
    connection.started = Clock::now();
    send_on(connection);
  }

  void send_on(Connection& connection) {
    while (connection.fd >= 0 && connection.sent < connection.request.size()) {
      const ssize_t sent = ::send(connection.fd, connection.request.data() + connection.sent,
                                  connection.request.size() - connection.sent, MSG_NOSIGNAL);
      if (sent < 0) {
        if (errno != EAGAIN && errno != ENOTCONN) reopen(connection);
        return;
      }
      connection.sent += static_cast<std::size_t>(sent);
    }
  }

  /// Once for each broken connection: a server that is gone is not called in a loop.
  void reopen(Connection& connection) {
    failed(connection);
    if (tally_.failures > 10 * connections_.size() + 100) return;
    if (open(connection)) start_request(connection);
  }

  void receive(Connection& connection) {
    while (connection.fd >= 0) {
      char buffer[16 * 1024];
      const ssize_t got = ::recv(connection.fd, buffer, sizeof buffer, 0);
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) return reopen(connection);
      connection.answer.append(buffer, static_cast<std::size_t>(got));
      if (message_size(connection.answer)) return finish(connection);
      if (static_cast<std::size_t>(got) < sizeof buffer) return;
    }
  }

  void finish(Connection& connection) {
    const Clock::time_point now = Clock::now();
    if (connection.started >= measure_from_) {
      ++tally_.answers;
      const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(now - connection.started).count();
      tally_.latencies_ns.push_back(static_cast<std::uint32_t>(std::min<std::int64_t>(took, UINT32_MAX)));
      int status = 0;
      std::from_chars(connection.answer.data() + 9, connection.answer.data() + 12, status);
      ++tally_.by_status[status];
    }
    const bool closes = connection.answer.find("onnection: close") != std::string::npos;
    if (closes) {
      ::close(connection.fd);
      ++tally_.reconnects;
      if (!open(connection)) return;
    }
    start_request(connection);
  }

  sockaddr_in address_;
  const std::vector<Template>& requests_;
  std::vector<Connection> connections_;
  std::size_t requests_per_conversation_;
  Ids ids_;
  int poll_;
  Clock::time_point measure_from_;
  Tally tally_;
};

double percentile_us(std::vector<std::uint32_t>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto index = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[index] / 1000.0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Closed-loop HTTP load; prints one JSON object");
  std::string address = "127.0.0.1:8400";
  std::string requests_file;
  std::size_t connections = 32;
  std::size_t threads = 1;
  std::size_t requests_per_conversation = 1;
  double seconds = 5;
  double warm_up = 0.5;
  app.add_option("--address", address, "a.b.c.d:port");
  app.add_option("--connections", connections, "open at the same time")->check(CLI::Range(1, 50'000));
  app.add_option("--threads", threads, "that share the connections")->check(CLI::Range(1, 64));
  app.add_option("--seconds", seconds, "measured time")->check(CLI::Range(0.1, 3600.0));
  app.add_option("--warm-up", warm_up, "seconds before it")->check(CLI::Range(0.0, 60.0));
  app.add_option("--requests-per-conversation", requests_per_conversation, "that share a conversation id")
      ->check(CLI::Range(1, 1000));
  app.add_option("--requests", requests_file, "file of whole HTTP requests")->required();
  try {
    app.parse(argc, argv);
    const sockaddr_in target = parse_address(address);
    const std::vector<Template> requests = read_requests(requests_file);
    const auto begin =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(warm_up));
    const auto end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    // The high bits of the ids are the start's time, so that two runs against one server share none.
    const auto now =
        static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch() / std::chrono::seconds(1));

    std::vector<Tally> tallies(threads);
    std::vector<std::thread> running;
    for (std::size_t t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        const std::size_t share = connections / threads + (t < connections % threads ? 1 : 0);
        tallies[t] = Worker(target, requests, share, now * 64 + t, requests_per_conversation).run(begin, end);
      });
    }
    for (std::thread& thread : running) thread.join();

    Tally total;
    for (const Tally& tally : tallies) total.add(tally);
    std::sort(total.latencies_ns.begin(), total.latencies_ns.end());
    std::uint64_t not_2xx = 0;
    std::string statuses;
    for (const auto& [status, count] : total.by_status) {
      if (status < 200 || status > 299) not_2xx += count;
      statuses += fmt::format("{}\"{}\":{}", statuses.empty() ? "" : ",", status, count);
    }
    fmt::print(
        "{{\"requests_per_second\":{:.1f},\"answers\":{},\"not_2xx\":{},\"failures\":{},\"reconnects\":{},"
        "\"p50_us\":{:.1f},\"p90_us\":{:.1f},\"p99_us\":{:.1f},\"max_us\":{:.1f},\"statuses\":{{{}}}}}\n",
        static_cast<double>(total.answers) / seconds, total.answers, not_2xx, total.failures, total.reconnects,
        percentile_us(total.latencies_ns, 0.5), percentile_us(total.latencies_ns, 0.9),
        percentile_us(total.latencies_ns, 0.99), percentile_us(total.latencies_ns, 1.0), statuses);
    return total.answers == 0 ? 1 : 0;
  } catch (const CLI::Error& error) {
    return app.exit(error);
  }
}
