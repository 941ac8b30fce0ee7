#include <autodiff/see/memory.hpp>

#include <autodiff/array/pool.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

// In powers of 1000, with two digits at least.
auto bytes_text(double bytes) -> std::string {
  constexpr std::string_view units[] = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 999.5 && unit + 1 < std::size(units); ++unit) bytes /= 1000;
  return fmt::format("{:.{}f} {}", bytes, unit > 0 && bytes < 9.95 ? 1 : 0, units[unit]);
}
template <class T>
auto bytes_text(T bytes) -> std::string {
  return bytes_text(static_cast<double>(bytes));
}

}  // namespace

auto memory(const graph& g) -> memory_report {
  const auto m = g.memory();
  const auto p = pool::in_use();
  return {m.array_values, m.array_adjoints + m.adjoints, m.record, p.live, p.peak, p.spare};
}

auto memory_report::text() const -> std::string {
  return fmt::format("values {}, adjoints {}, record {}; arrays of this thread: {} now, {} at most, {} spare", bytes_text(values),
                     bytes_text(adjoints), bytes_text(record), bytes_text(live), bytes_text(peak), bytes_text(spare));
}

}  // namespace seegrad
