// The function alone, in double: what a gradient is compared with.

#include "kernels.hpp"
#include "runner.hpp"

namespace bench {
namespace {

class plain : public runner {
 public:
  auto differentiates() const -> bool override { return false; }
  auto run(std::span<double>) -> double override { return function_(std::span<const double>(function_.inputs)); }

 private:
  decltype(kernel<BENCH_KERNEL>()) function_ = kernel<BENCH_KERNEL>();
};

const bool enrolled = enrol<plain>(0, "plain", BENCH_KERNEL);

}  // namespace
}  // namespace bench
