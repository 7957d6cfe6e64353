#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net {

/// Bytes that wait to be written to a connection, in order. Short texts are gathered into one piece, long ones are kept
/// as they came, so that neither many small writes nor large copies happen.
class OutputQueue {
 public:
  /// Texts from this size on are kept, not copied.
  static constexpr std::size_t kLong = 4096;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  void append(std::string_view text);
  void keep(std::string&& text);
  /// `bytes` must outlive the queue.
  void append_static(std::string_view bytes);

  /// The first pieces as they are to be written; gives how many were filled in.
  std::size_t gather(std::span<iovec> into) const;
  /// Takes off what was written.
  void consume(std::size_t bytes);
  void clear();

 private:
  struct Piece {
    std::string owned;
    std::string_view fixed;  // set instead of `owned` for static bytes
    std::string_view text() const { return fixed.empty() ? std::string_view(owned) : fixed; }
  };
  std::vector<Piece> pieces_;
  std::size_t first_ = 0;    // pieces before it are written
  std::size_t written_ = 0;  // bytes of the first piece that are written
  std::size_t size_ = 0;
  bool tail_open_ = false;  // the last piece takes more short texts
  std::string spare_;       // an emptied piece's memory, for the next answer
};

}  // namespace parley::net
