#pragma once
// What the copies of a program of arrays have in common.

#include <autodiff/run/array_program.hpp>
#include <autodiff/run/arrays/array_engine.hpp>
#include <mutex>
#include <optional>

namespace seegrad {

namespace detail::run {
/// The derivatives of a program, by the inputs `by`; those by others are the same numbers everywhere. Without a program they all are.
struct derived_arrays {
  std::optional<array_program> program = {};
  std::vector<std::size_t> by = {};
  std::vector<std::size_t> cotangent_of = {};  ///< behind the program's inputs with derivatives: of which results
};
}  // namespace detail::run

struct array_program::parts {
  explicit parts(detail::run::array_code c) : engine(std::move(c)) {}

  detail::run::array_engine engine;

  std::mutex access;
  std::optional<detail::run::derived_arrays> gradient, transposed;  // the second by cotangents, too, in which it is linear

  auto derive(const array_program& p, std::span<const array> x, bool by_cotangents) -> const detail::run::derived_arrays&;
};

}  // namespace seegrad
