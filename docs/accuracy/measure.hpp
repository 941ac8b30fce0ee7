#pragma once
// One operation beside its true values.

#include <autodiff/array/instruction_set.hpp>
#include <autodiff/graph/operation.hpp>
#include <vector>

namespace accuracy {

/// The largest of the numbers it is shown, and where that was.
struct worst {
  double size = 0;
  std::vector<double> at;                                             ///< empty if all were 0
  seegrad::instruction_set set = seegrad::instruction_set::baseline;  ///< of whose loops
};

struct measured {
  worst number, doubles, floats;  ///< errors in ulp: of plain and recorded numbers, of arrays
  double agreeing = 1;  ///< the share of points where arrays of doubles have the bits of numbers, with the worst instruction set
  worst apart;          ///< where they have not: how many doubles lie between
  bool alike_elsewhere = true;  ///< a number of an array gets the same bits at another place of it
  bool replayed_alike =
      true;  ///< what is recorded, and what a replay gives elsewhere, has the bits of the plain value everywhere
};

/// The instruction sets that this processor has.
auto sets() -> std::vector<seegrad::instruction_set>;

auto measure(const seegrad::operation& op, std::size_t count) -> measured;

}  // namespace accuracy
