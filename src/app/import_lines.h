#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace parley::app {

/// Reads a text file line by line, plain or gzip alike, in bounded memory. "-" is standard input.
class LineReader {
 public:
  /// Longer lines are given as empty ones with `too_long()` set.
  static constexpr std::size_t kLongestLine = 1 << 20;

  static Result<std::unique_ptr<LineReader>> open(const std::string& file);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  /// The next line without its end; valid until the next call. False at the end of the file; `corrupt` where the file
  /// is broken off or damaged.
  Result<bool> next(std::string_view& line);
  std::uint64_t line_number() const { return line_number_; }
  bool too_long() const { return too_long_; }
  /// Bytes of the file read so far, as they stand on disk.
  std::uint64_t position() const;

 private:
  explicit LineReader(std::string name, void* file) : name_(std::move(name)), file_(file) {}
  Result<bool> fill();

  std::string name_;
  void* file_;
  std::string buffer_;
  std::size_t start_ = 0;
  bool at_end_ = false;
  bool too_long_ = false;
  std::uint64_t line_number_ = 0;
};

/// Appends one line of an import to a batch: a JSON object in Segment's shape, as it stands. A line without `messageId`
/// and `message_id` gets one made of its content, so that importing it again does not double it. `invalid` says what is
/// wrong with the line, without its content.
Status append_import_line(std::string_view line, std::string& batch);

}  // namespace parley::app
