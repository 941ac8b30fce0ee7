#include "row.hpp"

#include <fmt/ranges.h>

namespace bench {

auto work::name() const -> std::string {
  return fmt::format("{} {}{}", operation, fmt::join(sizes, "x"), single ? "" : " double");
}

auto all_work() -> const std::vector<work>& {
  static const auto rows = [] {
    std::vector<work> w;
    for (bool single : {true, false})
      for (std::int64_t n : {16, 64, 128, 256, 512, 1024})
        w.push_back({"matmul", {n, n, n}, 2.0 * static_cast<double>(n * n * n), unit::flops, single});
    w.push_back({"matmul", {64, 784, 128}, 2.0 * 64 * 784 * 128, unit::flops});
    for (const char* op : {"tanh", "exp", "gelu", "add row"})
      for (std::int64_t n : {64, 1 << 15}) w.push_back({op, {n, 128}, 8.0 * 128 * static_cast<double>(n)});
    w.push_back({"sum", {1024, 1024}, 4.0 * 1024 * 1024});
    w.push_back({"sum columns", {1024, 1024}, 4.0 * 1024 * 1024});
    w.push_back({"softmax", {256, 1000}, 8.0 * 256 * 1000});
    // a number of each row, as a loss by labels reads it
    w.push_back({"log_softmax_at", {512, 32000}, 4.0 * 512 * 32000});
    // pictures, channels, height and width of the picture; kernels, height and width of a kernel; padding
    w.push_back({"conv2d", {64, 1, 28, 28, 6, 5, 5, 2}, 2.0 * 64 * 6 * 28 * 28 * 25, unit::flops});
    w.push_back({"conv2d", {64, 6, 14, 14, 16, 5, 5, 0}, 2.0 * 64 * 16 * 10 * 10 * 25 * 6, unit::flops});
    w.push_back({"conv2d", {8, 64, 32, 32, 64, 3, 3, 1}, 2.0 * 8 * 64 * 32 * 32 * 9 * 64, unit::flops});
    // a thousand additions of so many numbers
    w.push_back({"chain", {16}, 1000, unit::operations});
    return w;
  }();
  return rows;
}

}  // namespace bench
