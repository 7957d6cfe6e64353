#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace parley {

/// The whole file as bytes. Fails with `not_found` or `internal`, naming the path.
Result<std::string> read_file(const std::string& path);

/// Replaces the file at once: written beside it, flushed to disk, renamed over it, directory flushed. A crash
/// leaves either the old or the new content. `mode` as in chmod.
Status write_file_durably(const std::string& path, std::string_view bytes, unsigned mode = 0644);

/// Removes the file, if it is there, so that no crash brings it back.
Status remove_file_durably(const std::string& path);

/// Gzip or zlib bytes to plain ones, at most `limit` bytes of them: `too_large` past that, `invalid` for bad data.
Result<std::string> gunzip(std::string_view bytes, std::size_t limit);
std::string gzip(std::string_view bytes);

}  // namespace parley
