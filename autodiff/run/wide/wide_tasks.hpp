#pragma once
// What a program does, value by value: what is left of its instructions when every value has a name of its own, and sums of many terms are one.

#include <autodiff/run/code.hpp>
#include <autodiff/run/wide/wide_code.hpp>
#include <utility>
#include <vector>

namespace seegrad::detail::run {

using number = std::uint32_t;  ///< of a value, before it has a position
inline constexpr number none = ~number{0};

/// One value: an instruction whose result has a name of its own.
struct task {
  wide_group::kind what;
  std::uint8_t by = 0;
  const operation* op = nullptr;
  number to = none, x[max_arity] = {none, none, none}, y = none, back = none;
  std::uint32_t first_term = 0, terms = 0;  ///< of a sum: in the list of terms
  std::uint32_t level = 0, does = 0;        ///< how far from the inputs; what it does, as a number
};

struct wide_tasks {
  std::vector<double> constants;  ///< they have the first names, then inputs and seeds
  number given = 0, names = 0;    ///< so many names are of those; and of all
  std::vector<task> tasks;        ///< in the order of their names
  std::vector<number> terms, results, slopes;
  std::vector<std::pair<number, number>> questions;
};
auto name_tasks(const code& c) -> wide_tasks;

}  // namespace seegrad::detail::run
