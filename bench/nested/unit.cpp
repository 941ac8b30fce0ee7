// Work number BENCH_WORK in the library whose way stands in the header BENCH_WAY.

#include BENCH_WAY
#include "enrolled.hpp"
#include "works.hpp"

namespace bench {
namespace {

const bool enrolled = [] {
  const auto prepare = [] { return std::get<BENCH_WORK>(work_list).make().template prepared<BENCH_CLASS>(); };
  enrolled_works().push_back({BENCH_WORK, BENCH_CLASS::name, prepare});
  return true;
}();

}  // namespace
}  // namespace bench
