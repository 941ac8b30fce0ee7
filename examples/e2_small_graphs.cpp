// E2. The two small graphs that introduce backpropagation: f = (x + y) z, and the expression tree A * (B - C) - (C + D) / E.

#include "expect.hpp"

#include <autodiff/autodiff.hpp>

using namespace seegrad;

int main() {
  expectations expect;
  {
    graph g;
    const auto x = input(-2, "x"), y = input(5, "y"), z = input(-4, "z");
    const auto q = named(x + y, "q");
    const auto f = named(q * z, "f");
    backward(f);
    fmt::print("f = (x + y) z at x = -2, y = 5, z = -4\n");
    expect("q = x + y", q.value(), 3);
    expect("f = q z", f.value(), -12);
    expect("df/dx", grad(x), -4);
    expect("df/dy", grad(y), -4);
    expect("df/dz", grad(z), 3);
    expect("the check passes", check(f).passed());
    picture(f, {.title = "f = (x + y) z"}).save("e2_sum_times.svg");
  }
  {
    graph g;
    const auto A = input(2, "A"), B = input(7, "B"), C = input(3, "C"), D = input(5, "D"), E = input(4, "E");
    // C is used twice: its gradient is the sum of what comes back along the two paths.
    const auto difference = B - C, sum = C + D;
    const auto left = A * difference;
    const auto right = sum / E;
    const auto f = named(left - right, "f");
    backward(f);
    fmt::print("\nf = A (B - C) - (C + D) / E at A = 2, B = 7, C = 3, D = 5, E = 4\n");
    expect("f", f.value(), 6);
    expect("df/dA = B - C", grad(A), 4);
    expect("df/dB = A", grad(B), 2);
    expect("df/dC = -A - 1/E", grad(C), -2.25);
    expect("df/dD = -1/E", grad(D), -0.25);
    expect("df/dE = (C + D) / E^2", grad(E), 0.5);
    expect("the check passes", check(f).passed());
    picture(f, {.title = "f = A (B - C) - (C + D) / E"}).save("e2_expression_tree.svg");
  }
  fmt::print("drawn: e2_sum_times.svg, e2_expression_tree.svg\n");
  return expect.exit_code();
}
