#pragma once
// A part of a record with arrays as a program: the same function of other arrays, without recording.
//
//   graph g;
//   tensor W = input(array{{1.0, 2.0}, {3.0, 4.0}}), x = input(array{0.5, 1.0});
//   const array_program p = compile(sum(square(matmul(W, x))), wrt(W, x));
//   array y = p.value(std::array{W1, x1});
//   auto [loss, slopes] = p.value_and_gradient(std::array{W1, x1});       // slopes[0] by W, slopes[1] by x
//
// It is made of what leads from the xs to the ys; everything else is the constant it was, the masks of a dropout that was recorded among them. It does not need the graph
// any more, is copied at no cost, and may be run by several threads at once. Arrays are computed in the memory of the run before, and what is computed is what the record
// computes, to the bit. Where the record has guards, a program answers for no branch that it has not seen: it throws guard_failure.

#include <autodiff/derive/reverse.hpp>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace seegrad {

class array_program;

namespace detail {
namespace run {
class array_engine;
}

/// The inputs are the xs and, behind them, the others, which get no derivatives. Throws if an x is a constant, or none is given.
auto compile_arrays(std::span<const node_ref> ys, std::span<const node_ref> xs, std::span<const node_ref> others = {})
    -> array_program;
}  // namespace detail

class array_program {
 public:
  /// How many arrays it takes.
  auto inputs() const -> std::size_t;
  /// How many it gives.
  auto results() const -> std::size_t;

  // All throw for another number of arrays than there are inputs, and for another shape than was recorded. Types become those that were recorded; of a scalar
  // the array has one element.
  /// Of one result.
  auto value(std::span<const array> x) const -> array;
  /// Of all results.
  auto values(std::span<const array> x) const -> std::vector<array>;
  /// Of one result with one element: its value, and its derivatives by the inputs.
  auto value_and_gradient(std::span<const array> x) const -> std::pair<double, std::vector<array>>;
  /// The derivatives alone.
  auto gradient(std::span<const array> x) const -> std::vector<array>;
  /// The results, and what the inputs get of cotangents, one for each result in its shape, null for none.
  auto vjp(std::span<const array> x, std::span<const array> cotangents) const
      -> std::pair<std::vector<array>, std::vector<array>>;
  /// The same into what an earlier call gave, in its memory where nobody else holds that: from the second call on nothing is allocated for it.
  auto vjp_into(std::span<const array> x, std::span<const array> cotangents, std::vector<array>& results,
                std::vector<array>& slopes) const -> void;

  // What follows is a program of its own, made when it is first asked for, from what `record` records at that point.
  /// The results, and how they change when each input changes by what v has for it, in its shape; null for an input that stays as it is, as one does
  /// that gets no derivatives.
  auto jvp(std::span<const array> x, std::span<const array> v) const -> std::pair<std::vector<array>, std::vector<array>>;
  /// Of one result with one element: its second derivatives times v, by input.
  auto hvp(std::span<const array> x, std::span<const array> v) const -> std::vector<array>;

  /// Records in the active graph what it computes of x: the results. Throws guard_failure if it would not answer there. A graph with guards keeps those of the program.
  auto record(std::span<const tensor> x) const -> std::vector<tensor>;

  /// Writes it to a file, from which load_array_program makes the same program, to the bit: a zip archive of a text and of the constants as .npy.
  /// Throws if the file cannot be written (an old one then stays), or if an operation of a user's own or a guard that is no comparison is in it,
  /// which a file has no words for.
  auto save(const std::filesystem::path& file) const -> void;

  /// Whether both do the same: the same operations, with parameters that are known to be equal, on constants of the same bits.
  friend auto operator==(const array_program& a, const array_program& b) -> bool;

  /// What it does, a line for each instruction.
  auto text() const -> std::string;
  /// How many instructions.
  auto size() const -> std::size_t;

 private:
  friend auto detail::compile_arrays(std::span<const node_ref> ys, std::span<const node_ref> xs, std::span<const node_ref> others)
      -> array_program;
  friend auto load_array_program(const std::filesystem::path& file) -> array_program;
  array_program() = default;

  struct parts;
  auto engine() const -> const detail::run::array_engine&;

  std::shared_ptr<parts> parts_;
};

/// A program from a file that array_program::save wrote. Throws for any other file, and says what is wrong with it and where.
auto load_array_program(const std::filesystem::path& file) -> array_program;

/// What leads from the xs to the ys, as a program. Throws if an x is a constant, or none is given.
auto compile(std::span<const tensor> ys, std::span<const tensor> xs) -> array_program;
auto compile(const tensor& y, std::span<const tensor> xs) -> array_program;
template <std::size_t N>
auto compile(const tensor& y, const std::array<tensor, N>& xs) -> array_program {
  return compile(y, std::span<const tensor>(xs));
}
/// By scalars and tensors mixed, as wrt(a, W) gives them.
template <class... X>
auto compile(const tensor& y, const std::tuple<X...>& xs) -> array_program {
  const auto refs = std::apply([](const auto&... x) { return std::array{x.ref()...}; }, xs);
  const auto to = y.ref();
  return detail::compile_arrays({&to, 1}, refs);
}

}  // namespace seegrad
