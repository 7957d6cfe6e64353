#include "store/sql.h"

namespace parley::store {
namespace {

char escape_for(char c) {
  switch (c) {
    case '\0': return '0';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\\': return '\\';
    case '\'': return '\'';
    default: return 0;
  }
}

char escaped_by(char letter) {
  switch (letter) {
    case '0': return '\0';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return letter;
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '\'';
  for (const char c : text) {
    if (const char letter = escape_for(c)) {
      out += '\\';
      out += letter;
    } else {
      out += c;
    }
  }
  out += '\'';
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_quoted(out, text);
  return out;
}

std::string quoted_list(const std::vector<std::string>& texts) {
  if (texts.empty()) return "(NULL)";
  std::string out = "(";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    append_quoted(out, text);
  }
  out += ')';
  return out;
}

std::string unescaped(std::string_view cell) {
  std::string out;
  out.reserve(cell.size());
  for (std::size_t i = 0; i < cell.size(); ++i)
    out += cell[i] == '\\' && i + 1 < cell.size() ? escaped_by(cell[++i]) : cell[i];
  return out;
}

std::vector<std::string> array_cell(std::string_view cell) {
  std::vector<std::string> members;
  if (cell.size() < 2 || cell.front() != '[' || cell.back() != ']') return members;
  cell = cell.substr(1, cell.size() - 2);
  std::size_t at = 0;
  while (at < cell.size()) {
    if (cell[at] == '\'') {
      const std::size_t start = ++at;
      while (at < cell.size() && cell[at] != '\'') at += cell[at] == '\\' ? 2 : 1;
      members.push_back(unescaped(cell.substr(start, at - start)));
      at = cell.find(',', at);
    } else {
      const std::size_t end = cell.find(',', at);
      members.emplace_back(cell.substr(at, end == std::string_view::npos ? end : end - at));
      at = end;
    }
    if (at == std::string_view::npos) break;
    ++at;
  }
  return members;
}

}  // namespace parley::store
