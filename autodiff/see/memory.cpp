#include <autodiff/see/memory.hpp>

#include <autodiff/array/pool.hpp>
#include <autodiff/see/text.hpp>
#include <fmt/format.h>

namespace seegrad {
auto memory(const graph& g) -> memory_report {
  const auto m = g.memory();
  const auto p = detail::pool::in_use();
  return {m.array_values, m.array_adjoints + m.adjoints, m.record, p.live, p.peak, p.spare};
}

auto memory_report::text() const -> std::string {
  const auto bytes_text = [](auto bytes) { return detail::see::bytes_text(static_cast<double>(bytes)); };
  return fmt::format("values {}, adjoints {}, record {}; arrays of this thread: {} now, {} at most, {} spare", bytes_text(values),
                     bytes_text(adjoints), bytes_text(record), bytes_text(live), bytes_text(peak), bytes_text(spare));
}

}  // namespace seegrad
