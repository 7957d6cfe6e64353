#include "app/import_lines.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/hash.h"

namespace parley::app {
namespace {

constexpr std::size_t kChunk = 256 * 1024;

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool has_text(const simdjson::dom::object& object, std::string_view name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS && !text.empty();
}

}  // namespace

Result<std::unique_ptr<LineReader>> LineReader::open(const std::string& file) {
  const int descriptor = file == "-" ? dup(STDIN_FILENO) : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return not_found(fmt::format("{}: {}", file, std::strerror(errno)));
  gzFile opened = gzdopen(descriptor, "rb");
  if (opened == nullptr) {
    close(descriptor);
    return internal(file + ": not enough memory to read it");
  }
  gzbuffer(opened, kChunk);
  return std::unique_ptr<LineReader>(new LineReader(file == "-" ? "standard input" : file, opened));
}

LineReader::~LineReader() { gzclose(static_cast<gzFile>(file_)); }

std::uint64_t LineReader::position() const {
  return static_cast<std::uint64_t>(std::max<z_off_t>(0, gzoffset(static_cast<gzFile>(file_))));
}

// Puts more of the file behind what is in the buffer. False at its end.
Result<bool> LineReader::fill() {
  buffer_.erase(0, start_);
  start_ = 0;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + kChunk);
  const int got = gzread(static_cast<gzFile>(file_), buffer_.data() + had, kChunk);
  buffer_.resize(had + static_cast<std::size_t>(std::max(0, got)));
  int code = Z_OK;
  const char* reason = gzerror(static_cast<gzFile>(file_), &code);
  // A gzip file that breaks off gives what it has, and says so only here.
  if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
    return corrupt(fmt::format("{}: broken after line {}: {}", name_, line_number_,
                               code == Z_ERRNO ? std::strerror(errno) : reason));
  return got > 0;
}

Result<bool> LineReader::next(std::string_view& line) {
  too_long_ = false;
  std::size_t searched = start_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      line = too_long_ ? std::string_view() : std::string_view(buffer_).substr(start_, end - start_);
      start_ = end + 1;
      ++line_number_;
      return true;
    }
    if (buffer_.size() - start_ > kLongestLine) {
      too_long_ = true;
      start_ = buffer_.size();
    }
    if (at_end_) {
      if (start_ == buffer_.size() && !too_long_) return false;
      line = std::string_view(buffer_).substr(start_);
      start_ = buffer_.size();
      ++line_number_;
      return true;
    }
    searched = buffer_.size() - start_;
    auto more = fill();
    if (!more.ok()) return more.error();
    at_end_ = !*more;
  }
}

Status append_import_line(std::string_view line, std::string& batch) {
  static constexpr std::array<std::string_view, 5> kOtherTypes = {"identify", "page", "screen", "group", "alias"};
  thread_local simdjson::dom::parser parser;
  line = trim(line);
  simdjson::dom::element json;
  if (const auto fault = parser.parse(line.data(), line.size()).get(json))
    return invalid(fmt::format("not JSON: {}", simdjson::error_message(fault)));
  simdjson::dom::object object;
  if (json.get(object) != simdjson::SUCCESS) return invalid("expected a JSON object with \"event\" and \"properties\"");
  std::string_view type;
  if (object["type"].get(type) != simdjson::SUCCESS) type = "track";
  const bool other = std::find(kOtherTypes.begin(), kOtherTypes.end(), type) != kOtherTypes.end();
  if (!other && type != "track") return invalid("\"type\": expected track, identify, page, screen, group or alias");
  if (!other && !has_text(object, "event")) return invalid("\"event\": expected the event's name");
  if (has_text(object, "messageId") || has_text(object, "message_id")) {
    batch += line;
    return {};
  }
  batch += line.substr(0, line.size() - 1);
  batch += R"(,"messageId":"import-)";
  batch += std::string_view(sha256_hex(line)).substr(0, 32);
  batch += R"("})";
  return {};
}

}  // namespace parley::app
