#pragma once
// The list of works, in the order of the table. Each has a member `prepared<Way>()`, which makes ready what is not timed and returns
// what is: a call that gives the numbers by which the libraries are compared.

#include "../scalar/kernels/gaussian_mixture.hpp"
#include "../scalar/kernels/lstm.hpp"
#include "kmeans.hpp"
#include "ode.hpp"
#include "particle.hpp"
#include "saddle.hpp"
#include "small.hpp"
#include "tuning.hpp"

#include <memory>
#include <string_view>
#include <tuple>

namespace bench {

// One gradient of a kernel in a graph of its own.
template <class Kernel>
struct one_gradient {
  Kernel kernel;

  template <class Way>
  auto prepared() const -> std::function<std::vector<double>()> {
    const auto function = [kept = std::make_shared<Kernel>(kernel)](auto x, auto) { return (*kept)(x); };
    return [function, inputs = kernel.inputs] { return Way::gradient(function, std::span<const double>(inputs), {}); };
  }
};
template <class Kernel>
one_gradient(Kernel) -> one_gradient<Kernel>;

// What its time is shown in.
struct unit {
  std::string_view name;
  double in_a_second;
};
inline constexpr unit milliseconds{"ms", 1e3}, microseconds{"us", 1e6}, nanoseconds{"ns", 1e9};

template <class Make>
struct listed {
  std::string_view name;
  unit shown_in;
  bool large;  // some gigabytes and some tens of seconds; done only when asked for
  Make make;
};
template <class Make>
listed(const char*, unit, bool, Make) -> listed<Make>;

inline constexpr std::tuple work_list{
    listed{"particle by Newton, reverse in reverse", milliseconds, false, [] { return particle<inner::reverse>(); }},
    listed{"particle by Newton, forward in reverse", milliseconds, false, [] { return particle<inner::forward>(); }},
    listed{"saddle point, reverse in reverse", milliseconds, false, [] { return saddle(); }},
    listed{"tuning, 3000 gradients in one graph", milliseconds, false, [] { return tuning(); }},
    listed{"k-means, gradient and diagonal", milliseconds, false, [] { return kmeans(); }},
    listed{"ODE 1e4, 100 steps", milliseconds, false, [] { return one_gradient{ode(10'000, 100)}; }},
    listed{"ADBench LSTM, 43000 letters", milliseconds, false, [] { return one_gradient{lstm(43'000)}; }},
    listed{"ADBench GMM, 60000 points", milliseconds, true, [] { return one_gradient{gaussian_mixture(10, 25, 60'000)}; }},
    listed{"x * x in a new graph", nanoseconds, false, [] { return square(); }},
    listed{"two nodes behind 1e7", microseconds, false, [] { return tail{10'000'000}; }},
};

inline constexpr std::size_t work_count = std::tuple_size_v<decltype(work_list)>;

}  // namespace bench
