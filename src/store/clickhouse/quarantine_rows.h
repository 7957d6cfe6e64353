#pragma once

#include <string>

#include "model/event.h"
#include "store/clickhouse/event_rows.h"
#include "store/clickhouse/native_block.h"

namespace parley::store::clickhouse {

/// Collects rows of `quarantine`. The events must live until native() was called.
class QuarantineRows {
 public:
  void add(const model::Event& event);
  std::size_t size() const { return rows_; }
  std::string native() const;
  static std::string column_list();

 private:
  template <typename Rows, typename Visit>
  static void visit(Rows& rows, Visit&& column);

  std::size_t rows_ = 0;
  std::string scratch_;
  DictionaryColumn workspace_, name_, source_, reason_, field_;
  DateColumn date_;
  NumberColumn<std::int64_t> received_, ts_;
  TextColumn message_id_, conversation_id_, got_, expected_, record_;
  NumberColumn<std::uint32_t> plan_version_;
  NumberColumn<std::uint8_t> is_test_;
  ViolationColumns violations_;
};

}  // namespace parley::store::clickhouse
