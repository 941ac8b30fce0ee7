#pragma once
// Writes straight code as instructions.

#include <autodiff/run/machine/straight.hpp>

namespace seegrad::detail::run {

struct assembly {
  std::size_t begin;  ///< where in the memory the function stands
  std::size_t bytes;
  std::size_t slots;  ///< with those for what found no register
};

/// More than its instructions and numbers take.
auto most_bytes(const straight_code& s) -> std::size_t;

/// The function `void (double* memory, const double* inputs, std::size_t bytes)`, written to `room` bytes at `text`: `bytes` of each slot are computed. Nothing where
/// addresses would be out of reach, or an operation has no loop to call. `lanes` points are computed at once; a slot has `block` of them.
auto assemble(const code& c, const straight_code& s, std::size_t lanes, std::size_t block, void* text, std::size_t room)
    -> std::optional<assembly>;

}  // namespace seegrad::detail::run
