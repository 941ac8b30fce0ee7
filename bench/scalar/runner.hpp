#pragma once
// A runner is one kernel in one library. Each is a translation unit of its own: the headers of one library never meet those
// of another, and what the compiler inlines into one kernel does not depend on how many others there are (with all kernels
// in one unit g++ gives up inlining Stan Math, which then takes one and a half times as long). The file of a library is
// compiled once a kernel, with BENCH_KERNEL as its number. Runners enrol themselves, so the build alone decides who takes part.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

namespace bench {

class runner {
 public:
  virtual ~runner() = default;

  // False for plain double, which knows the value alone.
  virtual auto differentiates() const -> bool { return true; }

  // The value of the kernel at its inputs, and its gradient, recorded anew and swept back; memory may be reused. The span
  // has room for one number an input.
  virtual auto run(std::span<double> gradient) -> double = 0;

  // Bytes of record that the last run took, 0 when the library does not say.
  virtual auto record_bytes() const -> std::size_t { return 0; }
};

// Runners are made where they are needed, so that no library starts before its statics do.
struct enrolment {
  int rank;  // the order of the libraries in a row
  std::string_view library;
  std::string_view variant;  // which of the library's several ways, if it has them; the table shows the fastest
  std::size_t kernel;
  std::function<std::unique_ptr<runner>()> make;
};

inline auto enrolments() -> std::vector<enrolment>& {
  static std::vector<enrolment> list;
  return list;
}

template <class Runner>
auto enrol(int rank, std::string_view library, std::size_t kernel, std::string_view variant = {}) -> bool {
  enrolments().push_back({rank, library, variant, kernel, [] { return std::make_unique<Runner>(); }});
  return true;
}

// The enrolments of kernel number k, in the order of a row.
inline auto enrolled_for(std::size_t k) -> std::vector<enrolment> {
  std::vector<enrolment> found;
  std::copy_if(enrolments().begin(), enrolments().end(), std::back_inserter(found),
               [&](const auto& one) { return one.kernel == k; });
  const auto place = [](const auto& one) { return std::tie(one.rank, one.variant); };
  std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return found;
}

using runners = std::vector<std::unique_ptr<runner>>;

inline auto runners_of(std::size_t k) -> runners {
  runners made;
  for (const auto& one : enrolled_for(k)) made.push_back(one.make());
  return made;
}

}  // namespace bench
