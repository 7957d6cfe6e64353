#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace parley::net {

/// A host and a port to listen on.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};

/// Reads "127.0.0.1:8400", "localhost:8400" or "[::1]:8400".
Result<ListenAddress> parse_listen_address(std::string_view text);

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { reset(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release();
  void reset();

 private:
  int fd_ = -1;
};

/// A non-blocking listening socket whose port several sockets of this process may share (SO_REUSEPORT).
Result<Descriptor> open_listener(const ListenAddress& address);
/// Fails where another process listens there already: sharing the port would hide that.
Status check_port_is_free(const ListenAddress& address);
/// The port that the socket got.
std::uint16_t local_port(const Descriptor& socket);

}  // namespace parley::net
