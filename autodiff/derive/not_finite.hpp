#pragma once
// Where a NaN or an infinity comes from.
//
//   tensor loss = mean(log(softmax(x)));
//   const auto why = why_not_finite(loss);
//   if (why) std::cout << why.text();                 // NOT FINITE: log gives -inf at [3, 2] of #7 …
//   picture(loss, {.notes = why.notes}).save("why.svg");
//
// First the value of y: if it is not finite, the first node in the order of the record at which that begins, which is one that has a value
// that is not finite made of operands that are, and from which it is handed on to y. Then, if y is finite, its gradient: the first
// node in the order of the reverse sweep whose derivative makes a number that is not finite out of a cotangent that is. The
// gradient is computed anew for this, with ones as the seed, and the graph keeps the adjoints it has.

#include <autodiff/graph/annotation.hpp>
#include <autodiff/trace/tensor.hpp>
#include <concepts>
#include <string>
#include <vector>

namespace seegrad {

/// Where the first NaN or infinity comes from.
struct not_finite_report {
  enum class kind {
    finite,   ///< y and its gradient
    leaf,     ///< an input or data holds it
    value,    ///< an operation makes it of finite operands
    adjoint,  ///< the derivative of an operation by an operand makes it of a finite cotangent
    sum       ///< finite contributions to an adjoint add up to it
  };
  /// An operand of the operation at which it was born.
  struct operand {
    node_id node;       ///< which one
    std::string name;   ///< "z #6"
    std::string value;  ///< "0", or "-3 to 12" where no one element of it belongs to the result's
    bool at_element;    ///< the first
  };

  kind born = kind::finite;       ///< where, of these
  node_id node = 0;               ///< of the operation, input or data
  node_id target = 0;             ///< whose value or adjoint it is
  std::string name, operation;    ///< of `node`: "h #7", "log"; "input" or "data" for a leaf
  std::string scope;              ///< "net/layer1"; empty outside scopes
  std::string type;               ///< of the value or adjoint: "float32 [64x10]"; empty for a scalar
  dims index;                     ///< of the first such element
  double number = 0;              ///< what it is
  index_t count = 0, size = 0;    ///< elements that are not finite, and all
  double cotangent = 0;           ///< of `adjoint`: what arrives at the result's element, where there is one that belongs to it
  std::vector<operand> operands;  ///< with the values they have there
  std::vector<node_id> path;      ///< from `node` to y
  annotations notes;              ///< the same for a picture

  /// Whether there is anything that is not finite.
  explicit operator bool() const { return born != kind::finite; }
  /// One paragraph.
  auto text() const -> std::string { return words; }

  std::string words;  ///< that text() gives
};

/// Throws if y is a constant.
auto why_not_finite(const scalar& y) -> not_finite_report;

namespace detail {
auto why_array_not_finite(const tensor& y) -> not_finite_report;
}  // namespace detail

template <std::same_as<tensor> Y>  // A plain number is a scalar here.
auto why_not_finite(const Y& y) -> not_finite_report {
  return detail::why_array_not_finite(y);
}

}  // namespace seegrad
