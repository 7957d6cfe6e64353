#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace parley {

/// Why an operation failed, as far as a caller would react differently. `api` maps these to HTTP in one place.
enum class Code {
  kInvalid,          ///< the request is wrong and stays wrong
  kUnauthenticated,  ///< no or wrong credentials
  kForbidden,        ///< known, but not allowed
  kNotFound,
  kConflict,
  kTooLarge,
  kExhausted,    ///< a limit or a queue is full: try again later
  kUnavailable,  ///< a part that is needed does not answer: try again later
  kCorrupt,      ///< stored bytes are not what was written
  kInternal,
};

/// The snake_case name of a code, as it stands in JSON answers and logs.
const char* code_name(Code code);

/// What went wrong, in words a person can act on: what, which value, what was expected. Never personal data.
struct Error {
  Code code = Code::kInternal;
  std::string message;
};

/// A value or an Error. C++20 has no std::expected. Check `ok()` (or test it as a bool) before `value()`.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

/// Shorthands for the common failures: `return invalid("from: expected a date, got \"soon\"");`
Error invalid(std::string message);
Error not_found(std::string message);
Error unavailable(std::string message);
Error corrupt(std::string message);
Error internal(std::string message);

}  // namespace parley

/// Leaves the enclosing function with the error of `expression`, a Status or Result.
#define PARLEY_TRY(expression)                                                                            \
  do {                                                                                                    \
    if (auto parley_try_result = (expression); !parley_try_result.ok()) return parley_try_result.error(); \
  } while (false)
