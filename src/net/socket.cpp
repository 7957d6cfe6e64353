#include "net/socket.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace parley::net {
namespace {

Socket::Outcome outcome_of_errno() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Socket::Outcome::kAgain : Socket::Outcome::kFailed;
}

}  // namespace

void TlsSessionDeleter::operator()(SSL* session) const { SSL_free(session); }

Socket::Socket(Descriptor descriptor, SSL_CTX* tls) : descriptor_(std::move(descriptor)) {
  if (tls == nullptr) return;
  tls_.reset(SSL_new(tls));
  SSL_set_fd(tls_.get(), descriptor_.get());
  SSL_set_accept_state(tls_.get());
}

Socket::Transfer Socket::read(std::span<char> into) {
  if (tls_) return read_tls(into);
  const ssize_t got = ::recv(descriptor_.get(), into.data(), into.size(), 0);
  if (got > 0) return {Outcome::kDone, static_cast<std::size_t>(got)};
  return {got == 0 ? Outcome::kEnd : outcome_of_errno()};
}

Socket::Transfer Socket::write(std::span<const iovec> pieces) {
  if (tls_) return write_tls(pieces);
  ssize_t sent = 0;
  if (pieces.size() == 1) {
    sent = ::send(descriptor_.get(), pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL);
  } else {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());
    message.msg_iovlen = pieces.size();
    sent = ::sendmsg(descriptor_.get(), &message, MSG_NOSIGNAL);
  }
  if (sent >= 0) return {Outcome::kDone, static_cast<std::size_t>(sent)};
  return {outcome_of_errno()};
}

void Socket::end_writing() {
  if (tls_ && SSL_is_init_finished(tls_.get())) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
  }
  ::shutdown(descriptor_.get(), SHUT_WR);
}

void Socket::close() {
  tls_.reset();
  descriptor_.reset();
}

Socket::Outcome Socket::tls_outcome(int code) {
  switch (SSL_get_error(tls_.get(), code)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return Outcome::kAgain;
    case SSL_ERROR_ZERO_RETURN: return Outcome::kEnd;
    default: return Outcome::kFailed;
  }
}

Socket::Transfer Socket::read_tls(std::span<char> into) {
  // A record holds at most 16 KiB; several may have come.
  std::size_t total = 0;
  while (total < into.size()) {
    ERR_clear_error();
    std::size_t got = 0;
    const int code = SSL_read_ex(tls_.get(), into.data() + total, into.size() - total, &got);
    if (code == 1) {
      total += got;
    } else if (total > 0) {
      break;  // whatever it is, the next read meets it again
    } else {
      return {tls_outcome(code)};
    }
  }
  return {Outcome::kDone, total};
}

Socket::Transfer Socket::write_tls(std::span<const iovec> pieces) {
  std::size_t total = 0;
  for (const iovec& piece : pieces) {
    std::size_t written = 0;
    while (written < piece.iov_len) {
      ERR_clear_error();
      std::size_t sent = 0;
      const int code =
          SSL_write_ex(tls_.get(), static_cast<const char*>(piece.iov_base) + written, piece.iov_len - written, &sent);
      if (code != 1) return total > 0 ? Transfer{Outcome::kDone, total} : Transfer{tls_outcome(code)};
      written += sent;
      total += sent;
    }
  }
  return {Outcome::kDone, total};
}

}  // namespace parley::net
