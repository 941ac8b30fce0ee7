#pragma once
// Which part of the data an array is, so that it can be the same part of other data; and where the numbers come from that modules and losses look
// at (module/step_notes.hpp).

#include <autodiff/array/few.hpp>
#include <autodiff/trace/tensor.hpp>
#include <optional>
#include <span>
#include <vector>

namespace seegrad::nn::detail {

/// A view of one of several arrays of data, such as the inputs and the targets.
struct data_view {
  std::size_t whole;
  dims shape, strides;
  index_t offset;
  friend auto operator==(const data_view&, const data_view&) -> bool = default;

  /// Nothing if the array does not lie in the memory of one of them, within it and in its type.
  static auto find(const array& part, std::span<const array> wholes) -> std::optional<data_view>;
  /// The same part of other data of the same shapes and types, which is contiguous.
  auto of(std::span<const array> wholes) const -> array;
};

/// A node of the record, a part of the data, or a constant.
class number_source {
 public:
  /// A node's number is added to `results`.
  number_source(const tensor& x, std::span<const array> wholes, std::vector<node_ref>& results);
  /// Its numbers, given those of the results.
  auto now(std::span<const array> results, std::span<const array> wholes) const -> array;
  friend auto operator==(const number_source& a, const number_source& b) -> bool;

 private:
  std::optional<std::size_t> result_;
  std::optional<data_view> view_;
  array constant_;
};
using number_sources = std::vector<number_source>;

auto sources_of(const std::vector<tensor>& x, std::span<const array> wholes, std::vector<node_ref>& results) -> number_sources;
auto numbers_of(const number_sources& all, std::span<const array> results, std::span<const array> wholes)
    -> seegrad::detail::few<array>;

}  // namespace seegrad::nn::detail
