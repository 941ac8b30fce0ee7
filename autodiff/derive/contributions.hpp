#pragma once
// What a gradient is made of: the ways from a node to the output, and why there is nothing.
//
//   for (const auto& way : largest_contributions(y, x, 3))       // dy/dx is the sum over all ways of the products of local derivatives
//     fmt::print("{} {:.0f} %\n", way.amount, 100 * way.share);
//   const auto why = why_zero(y, x);                             // ZERO: relu #5 has the slope 0 at -2 …

#include <autodiff/graph/annotation.hpp>
#include <autodiff/trace/tensor.hpp>
#include <concepts>
#include <string>
#include <vector>

namespace seegrad {

/// One way from x to y, and what it adds to the derivative.
struct contribution {
  std::vector<node_id> way;  ///< from x to y
  double amount;             ///< the product of the local derivatives on it
  double share;              ///< of the sum of the sizes of all such products
};

/// The `most` ways from x to y that are largest in size, the largest first; all if there are fewer. Time is proportional to the part of the record between
/// them, times `most`. Throws if x or y is a constant, or an operation on arrays lies between, where a local derivative is no number.
auto largest_contributions(const scalar& y, const scalar& x, std::size_t most) -> std::vector<contribution>;

/// Why a derivative is 0.
struct zero_report {
  enum class kind {
    not_zero,
    structural,  ///< no way leads from x to y
    blocked,     ///< on every way a local derivative is 0
    cancelled    ///< contributions that are not 0 add up to 0 at a node
  };
  kind why = kind::not_zero;  ///< which of these
  std::vector<node_id>
      places;  ///< the operations with local derivative 0, or the node at which contributions cancel, in the order of the sweep
  annotations notes;  ///< the same for a picture
  std::string words;  ///< that text() gives

  /// Whether the derivative is 0.
  explicit operator bool() const { return why != kind::not_zero; }
  /// One paragraph.
  auto text() const -> std::string { return words; }
};

/// Why dy/dx is 0, of an array in all elements. Throws if x or y is a constant.
auto why_zero(const scalar& y, const scalar& x) -> zero_report;

namespace detail {
auto why_array_zero(const tensor& y, const tensor& x) -> zero_report;
}  // namespace detail

template <class Y, class X>
  requires(std::same_as<Y, tensor> || std::same_as<X, tensor>)
auto why_zero(const Y& y, const X& x) -> zero_report {
  return detail::why_array_zero(y, x);
}

}  // namespace seegrad
