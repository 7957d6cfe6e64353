#include "server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "net/client.h"

namespace parley::crash {
namespace {

using namespace std::chrono_literals;

int free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    std::abort();
  ::close(listener);
  return ntohs(address.sin_port);
}

std::string content_of(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

}  // namespace

ServerProcess::ServerProcess(std::string directory, Disk disk) : directory_(std::move(directory)), disk_(disk) {
  std::filesystem::create_directories(directory_);
  address_ = "127.0.0.1:" + std::to_string(free_port());
  url_ = "http://" + address_;
}

ServerProcess::~ServerProcess() { kill(); }

bool ServerProcess::start() {
  const std::string log = directory_ + "/log";
  const std::string where = data();
  process_ = ::fork();
  if (process_ == 0) {
    if (const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600); file >= 0) {
      ::dup2(file, STDOUT_FILENO);
      ::dup2(file, STDERR_FILENO);
    }
    if (disk_ == Disk::kCanFail) {
      ::setenv("LD_PRELOAD", FAILING_DISK, 1);
      ::setenv("FAILING_DISK_DIRECTORY", (where + "/journal").c_str(), 1);
      ::setenv("FAILING_DISK_CONTROL", (directory_ + "/failing").c_str(), 1);
    }
    ::execl(PARLEY_BINARY, PARLEY_BINARY, "serve", "--data", where.c_str(), "--listen", address_.c_str(), nullptr);
    ::_exit(127);
  }
  net::Client client;
  for (const auto end = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < end;) {
    if (const auto health = client.send({.url = url_ + "/healthz", .timeout = 5s});
        health.ok() && health->status == 200 && !credential("write_key").empty())
      return true;
    if (::waitpid(process_, nullptr, WNOHANG) == process_) {
      process_ = -1;
      break;
    }
    std::this_thread::sleep_for(10ms);
  }
  std::cerr << "the server does not start; its log:\n" << content_of(log);
  return false;
}

void ServerProcess::kill() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

int ServerProcess::stop() {
  int status = 0;
  ::kill(process_, SIGTERM);
  ::waitpid(process_, &status, 0);
  process_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void ServerProcess::fail_disk(const std::string& operation) {
  const std::string control = directory_ + "/failing";
  if (operation.empty()) {
    std::filesystem::remove(control);
    return;
  }
  // In one step, so that the server never sees half of it.
  std::ofstream(control + ".new") << operation;
  std::filesystem::rename(control + ".new", control);
}

std::string ServerProcess::credential(const std::string& name) const {
  const std::string json = content_of(data() + "/credentials.json");
  const std::string before = "\"" + name + "\":\"";
  const auto begin = json.find(before);
  if (begin == std::string::npos) return "";
  return json.substr(begin + before.size(), json.find('"', begin + before.size()) - begin - before.size());
}

}  // namespace parley::crash
