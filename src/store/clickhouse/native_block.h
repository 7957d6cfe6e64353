#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace parley::store::clickhouse {

void put_varint(std::string& out, std::uint64_t value);
void put_text(std::string& out, std::string_view text);

/// The columns of a table in the making, one class a kind of column. Rows are added one by one; each column then
/// writes itself as ClickHouse's Native form has it (little-endian). Texts are not copied until then, where said.

/// Whole numbers. `kType` is the column's type where it is not the plain one of T: a Date is a UInt16 of days.
template <typename T>
class NumberColumn {
 public:
  void reserve(std::size_t rows) { values_.reserve(rows); }
  void add(T value) { values_.push_back(value); }
  static std::string type() {
    return (std::is_signed_v<T> ? "Int" : "UInt") +
           std::to_string(std::numeric_limits<T>::digits + std::is_signed_v<T>);
  }
  void write_prefix(std::string&) const {}
  void write_body(std::string& out) const {
    out.append(reinterpret_cast<const char*>(values_.data()), values_.size() * sizeof(T));
  }

 private:
  std::vector<T> values_;
};

/// Days since 1970-01-01.
class DateColumn : public NumberColumn<std::uint16_t> {
 public:
  static std::string type() { return "Date"; }
};

/// Texts that are mostly different. Copies them.
class TextColumn {
 public:
  void reserve(std::size_t rows) { bytes_.reserve(rows * 16); }
  void add(std::string_view text) {
    put_text(bytes_, text);
    ++size_;
  }
  std::size_t size() const { return size_; }
  static std::string type() { return "String"; }
  void write_prefix(std::string&) const {}
  void write_body(std::string& out) const { out += bytes_; }

 private:
  std::string bytes_;
  std::size_t size_ = 0;
};

/// Texts of which there are few, as LowCardinality(String): each is written once. Does not copy: a text must live
/// until the block is written.
class DictionaryColumn {
 public:
  DictionaryColumn();
  void reserve(std::size_t rows) { indexes_.reserve(rows); }
  void add(std::string_view text) {
    // Neighbours are often equal and most are empty: neither needs the table.
    if (text.empty()) return indexes_.push_back(0);
    if (text != last_) {
      last_ = text;
      last_index_ = index_of(text);
    }
    indexes_.push_back(last_index_);
  }
  std::size_t size() const { return indexes_.size(); }
  static std::string type() { return "LowCardinality(String)"; }
  void write_prefix(std::string& out) const;
  void write_body(std::string& out) const;

 private:
  std::uint32_t index_of(std::string_view text);
  void grow();

  std::vector<std::string_view> keys_;  // keys_[0] is the empty text
  std::vector<std::uint32_t> slots_;    // open addressing over keys_, 0 where free
  std::vector<std::uint32_t> indexes_;
  std::string_view last_;
  std::uint32_t last_index_ = 0;
};

/// A list of texts a row: add to `items()`, then end_row().
template <typename Items>
class ListColumn {
 public:
  void reserve(std::size_t rows) { ends_.reserve(rows); }
  Items& items() { return items_; }
  void end_row() { ends_.push_back(items_.size()); }
  static std::string type() { return "Array(" + Items::type() + ")"; }
  void write_prefix(std::string& out) const { items_.write_prefix(out); }
  void write_body(std::string& out) const {
    out.append(reinterpret_cast<const char*>(ends_.data()), ends_.size() * sizeof(std::uint64_t));
    if (items_.size() > 0) items_.write_body(out);
  }

 private:
  Items items_;
  std::vector<std::uint64_t> ends_;
};

/// One block of the Native format: so many columns of so many rows, each given in turn.
class NativeBlock {
 public:
  NativeBlock(std::size_t columns, std::size_t rows) {
    put_varint(out_, columns);
    put_varint(out_, rows);
  }
  template <typename Column>
  void add(std::string_view name, const Column& column) {
    put_text(out_, name);
    put_text(out_, column.type());
    column.write_prefix(out_);
    column.write_body(out_);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

/// Writes columns as one Native block. `for_each` calls what it is given with every column's name and the column.
template <typename ForEach>
std::string native_block(std::size_t rows, ForEach&& for_each) {
  std::size_t columns = 0;
  for_each([&](std::string_view, const auto&) { ++columns; });
  NativeBlock block(columns, rows);
  for_each([&](std::string_view name, const auto& column) { block.add(name, column); });
  return block.take();
}

/// The names of the columns with commas between, for the text of an INSERT.
template <typename ForEach>
std::string column_names(ForEach&& for_each) {
  std::string list;
  for_each([&](std::string_view name, const auto&) {
    if (!list.empty()) list += ", ";
    list += name;
  });
  return list;
}

}  // namespace parley::store::clickhouse
