#pragma once

#include <cstddef>

#include "base/result.h"

namespace parley::store::embedded {

/// The C functions of libchdb.so that we use, as chDB 26.5 has them. The library is half a gigabyte and takes 20 to
/// 50 ms and 35 MB to link, so it is opened when the store is, not when the program starts: see load_chdb.
struct Chdb {
  struct Connection;  // a chdb_connection
  struct Answer;      // a chdb_result

  /// Off means: chDB takes no signal, but it does reset SIGSEGV and its like to their defaults, now and on connecting.
  void (*set_signal_handlers_enabled)(int enabled);
  /// Null where the arguments or the directory are no good. The first connection starts the engine.
  Connection** (*connect)(int argc, char** argv);
  /// Closing the last connection ends the engine. A process must close all before it leaves.
  void (*close)(Connection** connection);

  Answer* (*query)(Connection*, const char* sql, std::size_t sql_size, const char* format, std::size_t format_size);
  Answer* (*stream)(Connection*, const char* sql, std::size_t sql_size, const char* format, std::size_t format_size);
  /// The next rows of a stream; an empty answer at its end.
  Answer* (*fetch)(Connection*, Answer* stream);
  void (*cancel)(Connection*, Answer* stream);

  char* (*buffer)(Answer*);
  std::size_t (*length)(Answer*);
  const char* (*error)(Answer*);  ///< null where all is well
  void (*destroy)(Answer*);
};

/// Opens libchdb.so once for the life of the process: beside the program, or where its build found it.
/// Fails with `unavailable`, naming where it looked.
Result<const Chdb*> load_chdb();

}  // namespace parley::store::embedded
