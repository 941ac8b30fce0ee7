#include "page.hpp"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gnu/libc-version.h>

namespace accuracy {
namespace {

auto cell(const worst& w, const char* form, bool with_set) -> std::string {
  if (w.at.empty()) return "0";
  const auto size = std::isinf(w.size) ? "wrong"
                    : w.size < 1e5     ? fmt::format(fmt::runtime(form), w.size)
                                       : fmt::format("{:.1e}", w.size);
  const auto at = w.at.size() == 1 ? fmt::format("{}", w.at[0]) : fmt::format("({})", fmt::join(w.at, ", "));
  return fmt::format("{} at {}{}", size, at, with_set ? fmt::format(", {}", seegrad::name_of(w.set)) : "");
}

// Rounded down, so that 100 % is said of all only.
auto share(double s) -> std::string { return s == 1 ? "100 %" : fmt::format("{:.1f} %", std::floor(1000 * s) / 10); }

auto exceptions(const std::string& names) -> std::string { return names.empty() ? "." : ", but for " + names + "."; }

}  // namespace

auto introduction(std::size_t count) -> std::string {
  std::string names;
  for (auto s : sets()) names += fmt::format("{}{}", names.empty() ? "" : ", ", seegrad::name_of(s));
  return fmt::format(R"(# How accurate the operations are

`scripts/accuracy` made this page, in a few minutes. Its program, `docs/accuracy/`, goes through the library's own list of operations, computes each at
{} points of doubles and as many of floats, and compares the results with values that MPFR has of 50 digits and more, by formulas of its own. Points
are of every size, what is not normal and what is huge included, and dense where something happens to a function: at roots and kinks, whole
numbers and halves, multiples of π/2, borders of approximations, at what nearly overflows or vanishes; pairs are also drawn nearly equal, and so that
they cancel or nearly overflow. Here it was glibc {}, g++ {}, and the instruction sets {}. The largest error of so many points
is no bound: there may be worse between them.

The error is |computed - true| / ulp, where ulp is the distance of neighbouring numbers of the type at the true value; of values that are not
normal it is the smallest number of the type, so that 0 in the place of 0.4 times that is an error of 0.4. An infinite result
counts as the first power of two that is too large, so that infinity is right where the true value is beyond it. NaN is right where
there is no value; anywhere else, as an infinity of the wrong sign, it is *wrong*. Operands are finite, and the sign of a zero is
no error. *Number* is the operation on doubles, plain or recorded; there are no float numbers. *Arrays* are worst with the instruction set that
is named. *Same bits* is the share of points at which an array of doubles has what the number has, to the last bit, with the worst set; and *apart* is how
many doubles lie between, at most.

| operation | number | array of double | array of float | same bits | apart |
| --- | --- | --- | --- | --- | --- |
)",
                     count, gnu_get_libc_version(), __VERSION__, names);
}

auto table_row(const seegrad::operation& op, const measured& m) -> std::string {
  return fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", op.name, cell(m.number, "{:.2f}", false),
                     cell(m.doubles, "{:.2f}", true), cell(m.floats, "{:.2f}", true), share(m.agreeing),
                     cell(m.apart, "{:.0f}", true));
}

auto summary::add(const seegrad::operation& op, const measured& m) -> void {
  const auto name = [&](std::string& list) { list += fmt::format("{}`{}`", list.empty() ? "" : ", ", op.name); };
  if (!m.alike_elsewhere) name(moving);
  if (!m.replayed_alike) name(replayed);
}

auto summary::text() const -> std::string {
  return fmt::format(R"(
At every point a recorded number and one that a replay computes have the bits of the plain number{} At every point a number in an array has
the same bits wherever it stands in the array and whatever stands beside it{}

Where bits differ: between a number and an array, as the last two columns say; and, by a unit in the last place, between programs that are compiled for
other processors. One compiled for fused multiply-add (`-march=native`) computes exp, log and tanh of numbers in line, with errors of at most 0.51, 0.75
and 1.21 (`tests/elementary_test.cpp`), while a library that was not replays them by glibc's; and a compiler may join a product and a sum.

What is worse than 4, and what is counted otherwise:

- `cos` and `tan` at 5.3e255, the double nearest to a multiple of π/2, are glibc's, and so is `tgamma`: arrays have the same.
- `gelu` of numbers beyond -37.5 is a product with an erfc that is not normal, and has an error of some units of the smallest number. Before
  that it is below 12, of which erfc has 4, and the rounding of x / √2 the rest: that is put right below -3, and above would cost a tenth of
  the time. Over arrays it is exp(-x²/2) times a rational function, with an error below 6.5.
- `logaddexp` has a root where exp(a) + exp(b) = 1, and no relative accuracy beside it: its error is counted in ulp of the larger
  operand, where that is larger than the result.
- `digamma` has a root between any two poles below 0. There it is a difference, and its error is counted in ulp of 1 or of digamma(1 - x), where
  these are larger than the result. Beside its root at 1.4616 it has all its digits.
- `polygamma` is measured for orders up to 20 and above 0.
- `strong_mul` of arrays may have -0 for 0.
)",
                     exceptions(replayed), exceptions(moving));
}

}  // namespace accuracy
