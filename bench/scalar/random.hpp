#pragma once
// The inputs of the kernels. The standard fixes what mt19937_64 gives but not what its distributions do, so the mapping to
// an interval is written here: every compiler and every run then sees the same numbers.

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace bench {

class generator {
 public:
  explicit generator(std::uint64_t seed) : bits_(seed) {}

  // A number in [low, high), with 53 random bits.
  auto uniform(double low, double high) -> double { return low + (high - low) * (static_cast<double>(bits_() >> 11) * 0x1p-53); }

  // A whole number in [0, n). The slight bias of the remainder does not matter here.
  auto below(std::size_t n) -> std::size_t { return static_cast<std::size_t>(bits_() % n); }

  auto uniforms(std::size_t n, double low, double high) -> std::vector<double> {
    std::vector<double> values(n);
    for (auto& value : values) value = uniform(low, high);
    return values;
  }

 private:
  std::mt19937_64 bits_;
};

}  // namespace bench
