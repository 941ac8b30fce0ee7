#pragma once
// The list of kernels, in the order of the table. Each kernel is a callable written once over the type of its numbers,
// `template <class T> auto operator()(std::span<const T>) const -> T`, with a member `inputs` that holds the point.

#include "kernels/black_scholes.hpp"
#include "kernels/bundle_adjustment.hpp"
#include "kernels/chain.hpp"
#include "kernels/gaussian_mixture.hpp"
#include "kernels/log_sum_exp.hpp"
#include "kernels/lstm.hpp"
#include "kernels/matrix_product.hpp"
#include "kernels/perceptron.hpp"
#include "kernels/rosenbrock.hpp"
#include "kernels/sum_of_logs.hpp"

#include <string_view>
#include <tuple>

namespace bench {

template <class Make>
struct entry {
  std::string_view name;
  // The time of the fastest known tape (of nine) over that of Stan Math, both measured in one run on another machine. A
  // ratio survives the change of machine; Stan Math is the yardstick because anybody can install it.
  double goal;
  Make make;
};
template <class Make>
entry(const char*, double, Make) -> entry<Make>;

inline constexpr std::tuple kernel_list{
    entry{"sum of logs 1e4", 5.6 / 9.1, [] { return sum_of_logs(10'000); }},
    entry{"log-sum-exp 1e4", 3.9 / 8.0, [] { return log_sum_exp(10'000); }},
    entry{"log-sum-exp 1e6", 5.1 / 13.8, [] { return log_sum_exp(1'000'000); }},
    entry{"Rosenbrock 1000", 4.0 / 7.7, [] { return rosenbrock(1000); }},
    entry{"chain 1e6", 7.1 / 12.1, [] { return chain(1'000'000); }},
    entry{"C = AB 30", 4.5 / 6.6, [] { return matrix_product(30); }},
    entry{"C = AB 100", 5.1 / 10.5, [] { return matrix_product(100); }},
    entry{"MLP 64-32-10", 4.9 / 9.6, [] { return perceptron(); }},
    entry{"Black-Scholes 1e4", 4.9 / 9.8, [] { return black_scholes(10'000); }},
    entry{"ADBench GMM", 6.5 / 13.9, [] { return gaussian_mixture(10, 25, 1000); }},
    entry{"ADBench BA", 4.8 / 17.1, [] { return bundle_adjustment(); }},
    entry{"ADBench LSTM", 4.8 / 9.2, [] { return lstm(); }},
};

inline constexpr std::size_t kernel_count = std::tuple_size_v<decltype(kernel_list)>;

// Kernel number K, made once for the whole program, so that all libraries read the same memory.
template <std::size_t K>
auto kernel() -> const auto& {
  static const auto made = std::get<K>(kernel_list).make();
  return made;
}

}  // namespace bench
