#include "row.hpp"

namespace bench {

auto all_work() -> const std::vector<work>& {
  static const auto rows = [] {
    std::vector<work> w;
    for (bool single : {true, false})
      for (int n : {16, 64, 128, 256, 512, 1024})
        w.push_back({"matmul " + std::to_string(n), 2.0 * n * n * n, unit::flops, single});
    w.push_back({"matmul 64x784x128", 2.0 * 64 * 784 * 128, unit::flops, true});
    for (const char* op : {"tanh", "exp", "gelu", "add row"})
      for (int n : {8192, 1 << 22})
        w.push_back(
            {std::string(op) + " " + std::to_string(n), (op == std::string("add row") ? 8.0 : 8.0) * n, unit::bytes, true});
    w.push_back({"sum 1024x1024", 4.0 * 1024 * 1024, unit::bytes, true});
    w.push_back({"sum columns 1024x1024", 4.0 * 1024 * 1024, unit::bytes, true});
    w.push_back({"softmax 256x1000", 8.0 * 256 * 1000, unit::bytes, true});
    w.push_back({"conv2d 64x1x28x28, 6 of 5x5", 2.0 * 64 * 6 * 28 * 28 * 25, unit::flops, true});
    w.push_back({"conv2d 64x6x14x14, 16 of 5x5", 2.0 * 64 * 16 * 10 * 10 * 25 * 6, unit::flops, true});
    w.push_back({"conv2d 8x64x32x32, 64 of 3x3", 2.0 * 8 * 64 * 32 * 32 * 9 * 64, unit::flops, true});
    w.push_back({"chain of 1000 additions of 16", 1000, unit::operations, true});
    return w;
  }();
  return rows;
}

}  // namespace bench
