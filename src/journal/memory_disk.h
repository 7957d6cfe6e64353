#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "journal/disk.h"
#include "journal/format.h"

namespace parley::journal {

/// A disk for tests, in memory: knows what was flushed and what was not, loses power, fails on demand, and lets a test
/// look at and damage every byte. Directories are made by naming them. Safe for any number of threads.
class MemoryDisk final : public Disk {
 public:
  /// Is asked before each operation ("write", "flush", "rename", …) on a path; an error is what the operation gives.
  using Fault = std::function<Status(std::string_view operation, const std::string& path)>;
  void set_fault(Fault fault) {
    std::lock_guard lock(mutex_);
    fault_ = std::move(fault);
  }

  /// Each sector that was written and not flushed is, by chance, on disk or not; of the renames and new names since
  /// the directory was flushed only the first so many happened.
  void lose_power(std::mt19937& random) {
    std::lock_guard lock(mutex_);
    const std::size_t happened = random() % (pending_names_.size() + 1);
    for (std::size_t i = 0; i < happened; ++i) pending_names_[i](durable_names_);
    pending_names_.clear();
    names_ = durable_names_;
    for (const auto& [name, content] : names_) {
      // What a file had grown by since its last flush may be gone as a whole.
      if (content->durable.size() < content->now.size() && random() % 2 == 0)
        content->now.resize(content->durable.size());
      content->durable.resize(content->now.size(), '\0');
      for (std::size_t at = 0; at < content->now.size(); at += kSector)
        if (random() % 2 == 0)
          content->durable.replace(at, std::min<std::size_t>(kSector, content->now.size() - at), content->now, at,
                                   kSector);
      content->now = content->durable;
    }
    locked_ = false;
  }

  std::string& bytes(const std::string& path) {
    std::lock_guard lock(mutex_);
    return names_.at(path)->now;
  }
  std::vector<std::string> paths() {
    std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [name, content] : names_) all.push_back(name);
    return all;
  }
  /// A disk with the same files, whose bytes are its own.
  std::shared_ptr<MemoryDisk> copy() {
    std::lock_guard lock(mutex_);
    auto other = std::make_shared<MemoryDisk>();
    for (const auto& [name, content] : names_) other->names_.emplace(name, std::make_shared<Content>(*content));
    other->durable_names_ = other->names_;
    return other;
  }

  Result<std::unique_ptr<File>> open(const std::string& path, Open how) override {
    std::lock_guard lock(mutex_);
    PARLEY_TRY(fault("open", path));
    if (how == Open::kNew) {
      auto content = std::make_shared<Content>();
      change_names([path, content](Names& names) { names[path] = content; });
    }
    if (!names_.contains(path)) return unavailable("no file " + path);
    return std::unique_ptr<File>(std::make_unique<Handle>(*this, path, names_.at(path)));
  }
  Result<std::shared_ptr<void>> lock(const std::string& path) override {
    std::lock_guard lock(mutex_);
    if (locked_) return Error{Code::kConflict, "locked: " + path};
    locked_ = true;
    return std::shared_ptr<void>(this, [](void* self) { static_cast<MemoryDisk*>(self)->locked_ = false; });
  }
  Status make_directory(const std::string&) override { return {}; }
  Result<std::vector<std::string>> list(const std::string& directory) override {
    std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    for (const auto& [name, content] : names_)
      if (name.starts_with(directory + "/")) found.push_back(name.substr(directory.size() + 1));
    return found;
  }
  Status rename(const std::string& from, const std::string& to) override {
    std::lock_guard lock(mutex_);
    PARLEY_TRY(fault("rename", from));
    if (!names_.contains(from)) return unavailable("no file " + from);
    change_names([from, to](Names& names) {
      auto content = names.at(from);
      names.erase(from);
      names[to] = std::move(content);
    });
    return {};
  }
  Status remove(const std::string& path) override {
    std::lock_guard lock(mutex_);
    PARLEY_TRY(fault("remove", path));
    change_names([path](Names& names) { names.erase(path); });
    return {};
  }
  Status flush_directory(const std::string& path) override {
    std::lock_guard lock(mutex_);
    PARLEY_TRY(fault("flush_directory", path));
    flush_names();
    return {};
  }
  Result<std::string> read_small(const std::string& path) override {
    std::lock_guard lock(mutex_);
    PARLEY_TRY(fault("read_small", path));
    if (!names_.contains(path)) return not_found("no file " + path);
    return names_.at(path)->now;
  }
  Status replace_small(const std::string& path, std::string_view bytes) override {
    std::lock_guard lock(mutex_);
    PARLEY_TRY(fault("replace_small", path));
    auto content = std::make_shared<Content>(Content{.now = std::string(bytes), .durable = std::string(bytes)});
    change_names([path, content](Names& names) { names[path] = content; });
    flush_names();
    return {};
  }

 private:
  struct Content {
    std::string now;
    std::string durable;
  };
  using Names = std::map<std::string, std::shared_ptr<Content>>;

  class Handle final : public File {
   public:
    Handle(MemoryDisk& disk, std::string path, std::shared_ptr<Content> content)
        : disk_(disk), path_(std::move(path)), content_(std::move(content)) {}
    Result<std::size_t> read(std::uint64_t offset, char* into, std::size_t size) override {
      std::lock_guard lock(disk_.mutex_);
      PARLEY_TRY(disk_.fault("read", path_));
      if (offset >= content_->now.size()) return std::size_t{0};
      return content_->now.copy(into, size, offset);
    }
    Status write(std::uint64_t offset, std::string_view bytes) override {
      std::lock_guard lock(disk_.mutex_);
      // A write that fails leaves half of what it was to write.
      const Status outcome = disk_.fault("write", path_);
      if (!outcome) bytes = bytes.substr(0, bytes.size() / 2);
      if (content_->now.size() < offset + bytes.size()) content_->now.resize(offset + bytes.size());
      content_->now.replace(offset, bytes.size(), bytes);
      return outcome;
    }
    Status flush() override {
      std::lock_guard lock(disk_.mutex_);
      PARLEY_TRY(disk_.fault("flush", path_));
      content_->durable = content_->now;
      return {};
    }
    Result<std::uint64_t> size() override {
      std::lock_guard lock(disk_.mutex_);
      return static_cast<std::uint64_t>(content_->now.size());
    }

   private:
    MemoryDisk& disk_;
    const std::string path_;
    const std::shared_ptr<Content> content_;
  };

  Status fault(std::string_view operation, const std::string& path) const {
    return fault_ ? fault_(operation, path) : Status();
  }
  void change_names(std::function<void(Names&)> change) {
    change(names_);
    pending_names_.push_back(std::move(change));
  }
  void flush_names() {
    pending_names_.clear();
    durable_names_ = names_;
  }

  std::mutex mutex_;
  Fault fault_;
  bool locked_ = false;
  Names names_;
  Names durable_names_;
  std::vector<std::function<void(Names&)>> pending_names_;
};

}  // namespace parley::journal
