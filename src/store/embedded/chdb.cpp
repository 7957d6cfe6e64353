#include "store/embedded/chdb.h"

#include <dlfcn.h>

#include <string>

namespace parley::store::embedded {
namespace {

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

Result<Chdb> open_library() {
  // Found through the program's run path: $ORIGIN first.
  void* const library = dlopen("libchdb.so", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* const said = dlerror();
    return unavailable("store: cannot open libchdb.so: expected it beside the program or where the build found it (" +
                       std::string(said == nullptr ? "no reason given" : said) + ")");
  }
  Chdb chdb{};
  const bool complete =
      find(library, "chdb_set_signal_handlers_enabled", chdb.set_signal_handlers_enabled) &&
      find(library, "chdb_connect", chdb.connect) && find(library, "chdb_close_conn", chdb.close) &&
      find(library, "chdb_query_n", chdb.query) && find(library, "chdb_stream_query_n", chdb.stream) &&
      find(library, "chdb_stream_fetch_result", chdb.fetch) && find(library, "chdb_stream_cancel_query", chdb.cancel) &&
      find(library, "chdb_result_buffer", chdb.buffer) && find(library, "chdb_result_length", chdb.length) &&
      find(library, "chdb_result_error", chdb.error) && find(library, "chdb_destroy_query_result", chdb.destroy);
  if (!complete) return unavailable("store: libchdb.so lacks a function; expected chDB 26.5");
  return chdb;
}

}  // namespace

Result<const Chdb*> load_chdb() {
  static const Result<Chdb> loaded = open_library();
  if (!loaded.ok()) return loaded.error();
  return &*loaded;
}

}  // namespace parley::store::embedded
