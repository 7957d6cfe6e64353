#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::store {

/// `text` as a ClickHouse string literal with its quotes: the only way in which a value gets into a query's text.
std::string quoted(std::string_view text);
// For a std::string, lookup by argument would otherwise find std::quoted the better match.
inline std::string quoted(const std::string& text) { return quoted(std::string_view(text)); }
inline std::string quoted(std::string& text) { return quoted(std::string_view(text)); }
inline std::string quoted(const char* text) { return quoted(std::string_view(text)); }
/// A parenthesised list of literals for IN; never empty (a list without members becomes `('')`-free `(NULL)`).
std::string quoted_list(const std::vector<std::string>& texts);
/// Undoes TabSeparated's escapes of one cell.
std::string unescaped(std::string_view cell);
/// The members of an Array(String) or Array(number) cell in its text form: ['a','b'] or [1,2].
std::vector<std::string> array_cell(std::string_view cell);

}  // namespace parley::store
