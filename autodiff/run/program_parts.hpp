#pragma once
// What the copies of a program have in common.

#include <atomic>
#include <autodiff/run/engine.hpp>
#include <autodiff/run/program.hpp>
#include <mutex>
#include <optional>

namespace seegrad {

struct program::parts {
  /// Of a code whose slots are not planned, with derivatives.
  parts(detail::run::code c, const compile_options& o);

  /// What computes values alone is made when it is first asked for: whoever wants gradients does not pay for it.
  auto values() -> const detail::run::engine&;
  auto machine_bytes() const -> std::size_t;

  compile_options options;
  bool is_wide = false;  // values alone are then computed in the same way, to the last digit
  std::optional<detail::run::engine> slopes;

  std::mutex access;  // to programs of derivatives (run/derived_programs.cpp)
  std::optional<program> gradient, transposed;

 private:
  std::once_flag once_;
  std::atomic<bool> has_values_ = false;
  std::optional<detail::run::engine> values_;
};

}  // namespace seegrad
