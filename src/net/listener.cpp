#include "net/listener.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

namespace parley::net {
namespace {

struct AddressListDeleter {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

std::string text_of(const ListenAddress& address) { return fmt::format("{}:{}", address.host, address.port); }

Error failed(const ListenAddress& address, int error) {
  const std::string why = std::generic_category().message(error);
  return Error{error == EADDRINUSE ? Code::kConflict : Code::kUnavailable,
               fmt::format("listen: cannot listen on {}: {}", text_of(address), why)};
}

Result<Descriptor> bind_socket(const ListenAddress& address, bool share_port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int code = getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
      code != 0)
    return invalid(fmt::format("listen: cannot find the address of \"{}\": {}", address.host, gai_strerror(code)));
  const std::unique_ptr<addrinfo, AddressListDeleter> list(found);

  Descriptor socket(::socket(list->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return failed(address, errno);
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (share_port) setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (bind(socket.get(), list->ai_addr, list->ai_addrlen) != 0) return failed(address, errno);
  return socket;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto wrong = [&] {
    return invalid(fmt::format("listen: expected host:port such as 127.0.0.1:8400, got \"{}\"", text));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return wrong();
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != host.npos) {
    return wrong();
  }
  std::uint16_t port = 0;
  const auto [end, code] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (code != std::errc() || end != port_text.data() + port_text.size() || host.empty()) return wrong();
  return ListenAddress{std::string(host), port};
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int Descriptor::release() { return std::exchange(fd_, -1); }

void Descriptor::reset() {
  if (fd_ >= 0) ::close(release());
}

Result<Descriptor> open_listener(const ListenAddress& address) {
  Result<Descriptor> socket = bind_socket(address, true);
  if (socket && ::listen(socket->get(), SOMAXCONN) != 0) return failed(address, errno);
  return socket;
}

Status check_port_is_free(const ListenAddress& address) {
  if (address.port == 0) return {};
  if (const Result<Descriptor> probe = bind_socket(address, false); !probe) return probe.error();
  return {};
}

std::uint16_t local_port(const Descriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

}  // namespace parley::net
