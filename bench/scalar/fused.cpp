#include "seegrad_runner.hpp"

namespace bench {
namespace {

const bool enrolled = enrol<seegrad_runner<seegrad::fused::scalar, BENCH_KERNEL>>(2, "seegrad fused", BENCH_KERNEL);

}  // namespace
}  // namespace bench
