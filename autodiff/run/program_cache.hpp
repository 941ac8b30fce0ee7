#pragma once
// The programs of one function: one for each way it has branched so far, and for each shape of its arguments.

#include <any>
#include <autodiff/run/array_program.hpp>
#include <autodiff/run/program.hpp>
#include <functional>
#include <shared_mutex>
#include <variant>

namespace seegrad::detail::run {

/// What a program was made for.
struct program_key {
  std::vector<std::size_t> sizes;  ///< how many numbers each list in the arguments has, and the shapes of arrays
  int order = 0;                   ///< 0: the function; 1: its gradient
  friend auto operator==(const program_key&, const program_key&) -> bool = default;
};

/// A function of arrays: its program, and which of its results are the constants that they were.
struct kept_arrays {
  array_program code;
  std::vector<array> constants;  ///< by result; null where it is computed

  auto values(std::span<const array> at) const -> std::vector<array>;
  auto value_and_gradient(std::span<const array> at) const -> std::pair<double, std::vector<array>>;
  auto vjp(std::span<const array> at, std::span<const array> cotangents) const -> std::vector<array>;
  auto jvp(std::span<const array> at, std::span<const array> v) const -> std::pair<std::vector<array>, std::vector<array>>;
  auto hvp(std::span<const array> at, std::span<const array> v) const -> std::vector<array>;
  /// Of one result by the one argument: the shape of the result, then that of the argument; and the shape of the argument twice.
  auto jacobian(std::span<const array> at) const -> array;
  auto hessian(std::span<const array> at) const -> array;

 private:
  auto expect_one_result(std::string_view who) const -> void;
  /// Those that are computed, between those that are constant.
  auto with_constants(std::vector<array> computed) const -> std::vector<array>;
};

struct kept_program {
  std::variant<program, kept_arrays> code;
  std::any results;  ///< a result of the function, as a pattern for others

  auto numbers() const -> const program& { return std::get<program>(code); }
  auto arrays() const -> const kept_arrays& { return std::get<kept_arrays>(code); }
};

class program_cache {
 public:
  /// Of so many the one that was not used for the longest time gives way.
  program_cache(std::size_t most, const compile_options& o) : options_(o), most_(most) {}

  /// use(program) of the first of that key that does not throw guard_failure; a new one if all do.
  auto run(const program_key& key, const std::function<void(const kept_program&)>& use,
           const std::function<kept_program()>& record) -> void;
  /// How its programs of numbers are made.
  auto options() const -> const compile_options& { return options_; }
  auto size() const -> std::size_t;
  /// How often a program was recorded.
  auto recorded() const -> std::size_t;

 private:
  struct entry {
    program_key key;
    kept_program kept;
  };
  using entry_ptr = std::shared_ptr<const entry>;

  auto of(const program_key& key) const -> std::vector<entry_ptr>;
  auto bring_forward(const entry_ptr& used) -> void;

  mutable std::shared_mutex access_;
  std::vector<entry_ptr> entries_;  // the latest first
  compile_options options_;
  std::size_t most_, recorded_ = 0;
};

}  // namespace seegrad::detail::run
