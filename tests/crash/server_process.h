#pragma once

#include <sys/types.h>

#include <string>

namespace parley::crash {

/// `parley serve` as a process of its own on a free port of the loopback interface, its data in one directory that
/// outlives it. For one thread, but url() for any.
class ServerProcess {
 public:
  /// With a disk that fails where `journal` may be written, see failing_disk.cpp.
  enum class Disk { kSound, kCanFail };
  ServerProcess(std::string directory, Disk disk);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// Starts it and waits until it answers; false where it does not within a minute (its log then stands on
  /// standard error).
  bool start();
  /// kill -9, and waits until it is gone.
  void kill();
  /// SIGTERM; its exit code, -1 where it was ended by a signal.
  int stop();

  /// "write", "flush", or "" for a disk that works again.
  void fail_disk(const std::string& operation);

  const std::string& url() const { return url_; }
  std::string data() const { return directory_ + "/data"; }
  /// A member of credentials.json.
  std::string credential(const std::string& name) const;

 private:
  const std::string directory_;
  const Disk disk_;
  std::string url_;
  std::string address_;
  pid_t process_ = -1;
};

}  // namespace parley::crash
