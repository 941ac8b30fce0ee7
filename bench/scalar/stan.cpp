// Stan Math from Debian (r-cran-stanheaders). Only the core of its reverse mode and the functions the kernels use: the rest
// of its headers costs half a minute of compiling and changes nothing.

#include "kernels.hpp"
#include "runner.hpp"

#include <stan/math/rev/core.hpp>
#include <stan/math/rev/scal/fun/cos.hpp>
#include <stan/math/rev/scal/fun/erf.hpp>
#include <stan/math/rev/scal/fun/exp.hpp>
#include <stan/math/rev/scal/fun/log.hpp>
#include <stan/math/rev/scal/fun/sin.hpp>
#include <stan/math/rev/scal/fun/sqrt.hpp>
#include <stan/math/rev/scal/fun/tanh.hpp>

namespace bench {
namespace {

using stan::math::var;

class stan_math : public runner {
 public:
  auto run(std::span<double> gradient) -> double override {
    const auto& function = kernel<BENCH_KERNEL>();
    x_.resize(function.inputs.size());
    for (std::size_t i = 0; i < x_.size(); ++i) x_[i] = function.inputs[i];
    const var y = function(std::span<const var>(x_));
    const double value = y.val();
    stan::math::grad(y.vi_);
    for (std::size_t i = 0; i < x_.size(); ++i) gradient[i] = x_[i].adj();
    // The arena keeps its blocks for the next record.
    stan::math::recover_memory();
    return value;
  }

 private:
  std::vector<var> x_;
};

const bool enrolled = enrol<stan_math>(3, "Stan", BENCH_KERNEL);

}  // namespace
}  // namespace bench
