#pragma once
// Where an operation is tried.

#include <autodiff/graph/operation.hpp>
#include <vector>

namespace accuracy {

/// `count` points of the operation's domain, an operand a column, the same at every call; all finite. Of floats, if `single`.
///
/// An operand is drawn with an exponent that is as likely as any other, or evenly from small intervals, or is a whole number or a half or
/// beside one, or at, beside or near a number at which something happens to some function: a root, a kink, an overflow, the border between two
/// approximations. Several operands are drawn apart, or nearly equal, or so that something cancels or just about overflows.
auto points(const seegrad::operation& op, std::size_t count, bool single) -> std::vector<std::vector<double>>;

}  // namespace accuracy
