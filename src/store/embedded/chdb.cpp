#include "store/embedded/chdb.h"

#include <dlfcn.h>
#include <pthread.h>

#include <string>

namespace parley::store::embedded {
namespace {

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

// Found through the program's run path: $ORIGIN first.
#ifdef PARLEY_SANITIZED
// It brings an allocator and locks of its own, which do not agree with those that a sanitizer puts into the process. So
// it gets a C library of its own. Both C libraries number the keys of thread-specific data from 0 and keep them in the
// same place of a thread: the second is made to begin where the first will not come, yet below the 32 keys for which a
// thread needs no memory that the one would take and the other free. Run with GLIBC_TUNABLES=
// glibc.pthread.stack_cache_size=0, since the two also share the stacks of threads that have ended.
void* open_shared(const char* name) {
  constexpr int kKeysOfTheFirst = 16;
  void* const c_library = dlmopen(LM_ID_NEWLM, "libc.so.6", RTLD_NOW | RTLD_LOCAL);
  int (*create_key)(pthread_key_t*, void (*)(void*)) = nullptr;
  Lmid_t space = 0;
  if (c_library == nullptr || !find(c_library, "pthread_key_create", create_key) ||
      dlinfo(c_library, RTLD_DI_LMID, &space) != 0)
    return nullptr;
  for (int i = 0; i < kKeysOfTheFirst; ++i) {
    pthread_key_t key = 0;
    create_key(&key, nullptr);
  }
  return dlmopen(space, name, RTLD_NOW | RTLD_LOCAL);
}
#else
void* open_shared(const char* name) { return dlopen(name, RTLD_NOW | RTLD_LOCAL); }
#endif

Result<Chdb> open_library() {
  void* const library = open_shared("libchdb.so");
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
