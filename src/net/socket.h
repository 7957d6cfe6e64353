#pragma once

#include <openssl/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>

#include "net/listener.h"

namespace parley::net {

struct TlsSessionDeleter {
  void operator()(SSL* session) const;
};

/// A connected, non-blocking TCP socket, with TLS over it where a context is given (the handshake happens within the
/// first reads and writes). One thread at a time, which should block SIGPIPE.
class Socket {
 public:
  enum class Outcome {
    kDone,    ///< some bytes went through
    kAgain,   ///< none now: wait for the socket
    kEnd,     ///< the peer ended its side
    kFailed,  ///< the connection is broken
  };
  struct Transfer {
    Outcome outcome;
    std::size_t bytes = 0;
  };

  Socket(Descriptor descriptor, SSL_CTX* tls);

  /// Fills as much of `into` as there is. Less than all of it means that nothing more is there now.
  Transfer read(std::span<char> into);
  Transfer write(std::span<const iovec> pieces);
  /// Tells the peer that nothing more will come.
  void end_writing();
  void close();

  bool is_tls() const { return tls_ != nullptr; }
  const Descriptor& descriptor() const { return descriptor_; }

 private:
  Transfer read_tls(std::span<char> into);
  Transfer write_tls(std::span<const iovec> pieces);
  Outcome tls_outcome(int code);

  Descriptor descriptor_;
  std::unique_ptr<SSL, TlsSessionDeleter> tls_;
};

}  // namespace parley::net
