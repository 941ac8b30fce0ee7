// Adept 2 in its fastest way: one thread, and memory taken beforehand (-DADEPT_FAST, -DADEPT_MANUAL_MEMORY_ALLOCATION), so that nothing
// is checked while it records. Its inputs are registered once and keep their places.

#include "counted.hpp"
#include "kernels.hpp"
#include "runner.hpp"

#include <adept.h>

namespace bench {
namespace {

using adept::adouble;

class adept_stack : public runner {
 public:
  adept_stack() : stack_(false) {
    const auto& function = kernel<BENCH_KERNEL>();
    const auto before = counted::operations();
    const std::vector<counted> x(function.inputs.begin(), function.inputs.end());
    function(std::span<const counted>(x));
    const auto most = counted::operations() - before + 2 * x.size() + 1000;
    stack_.preallocate_statements(static_cast<adept::uIndex>(2 * most));  // copies of numbers are statements, too
    stack_.preallocate_operations(static_cast<adept::uIndex>(3 * most));
  }

  ~adept_stack() override {
    const active here(stack_);  // numbers give their places back to the stack that is active
    x_.clear();
  }

  auto run(std::span<double> gradient) -> double override {
    const active here(stack_);
    const auto& function = kernel<BENCH_KERNEL>();
    if (x_.empty()) x_.resize(function.inputs.size());
    for (std::size_t i = 0; i < x_.size(); ++i) x_[i].set_value(function.inputs[i]);
    stack_.new_recording();
    adouble y = function(std::span<const adouble>(x_));
    y.set_gradient(1.0);
    stack_.reverse();
    for (std::size_t i = 0; i < x_.size(); ++i) gradient[i] = x_[i].get_gradient();
    return y.value();
  }

 private:
  // One stack is active at a time, and each runner has its own.
  class active {
   public:
    explicit active(adept::Stack& stack) : stack_(stack) { stack_.activate(); }
    ~active() { stack_.deactivate(); }

   private:
    adept::Stack& stack_;
  };

  adept::Stack stack_;
  std::vector<adouble> x_;
};

const bool enrolled = enrol<adept_stack>(5, "Adept", BENCH_KERNEL);

}  // namespace
}  // namespace bench
