#include "seegrad_runner.hpp"

namespace bench {
namespace {

const bool enrolled = enrol<seegrad_runner<seegrad::scalar, BENCH_KERNEL>>(1, "seegrad", BENCH_KERNEL);

}  // namespace
}  // namespace bench
