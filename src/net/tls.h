#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace parley::net {

struct TlsContextDeleter {
  void operator()(SSL_CTX* context) const;
};
using TlsContext = std::unique_ptr<SSL_CTX, TlsContextDeleter>;

/// A server's certificate chain and key from PEM files, for TLS 1.2 and later, offering HTTP/1.1. Errors name the file.
Result<TlsContext> load_tls(const std::string& certificate_file, const std::string& key_file);

/// What OpenSSL last complained of on this thread; clears it.
std::string take_tls_error();

}  // namespace parley::net
