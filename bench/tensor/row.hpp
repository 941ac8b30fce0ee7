#pragma once
// A row of the table: one piece of work, and how each library does it.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

enum class unit { flops, bytes, operations };

struct work {
  std::string operation;  // "matmul", "conv2d", …
  std::vector<std::int64_t> sizes;
  double amount = 0;  // floating-point operations, bytes that must move, or operations recorded, of the value alone
  unit counted = unit::bytes;
  bool single = true;  // float, and not double

  auto name() const -> std::string;
};

/// One library's way: made once, run many times. `gradient` does value and gradient; either may be empty.
struct way {
  std::function<void()> value, gradient;
};

/// The rows of the table, in order; every library answers to the same names.
auto all_work() -> const std::vector<work>&;

auto seegrad_way(const work& w) -> way;
auto torch_way(const work& w) -> way;  // empty functions without libtorch
auto eigen_way(const work& w) -> way;

/// What the machine can do on one core: multiply-add operations a second times two, in registers, and bytes a second read and written
/// over a working set of that many bytes.
auto peak_flops(bool single) -> double;
auto peak_bandwidth(std::size_t working_set) -> double;

}  // namespace bench
