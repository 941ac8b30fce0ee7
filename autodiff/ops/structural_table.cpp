// The run-time table of the library's operations on arrays, made from their paragraphs.

#include <algorithm>
#include <autodiff/ops/make_structural.hpp>
#include <autodiff/ops/structural_list.hpp>

namespace seegrad {
namespace detail {

template <class... Ops>
constexpr auto structural_entries(operation_list<Ops...>) -> structural_library_table {
  return {{structural_table<Ops>::entry...}};
}
constexpr structural_library_table structural_library = structural_entries(all_structural_operations{});

}  // namespace detail

auto structural_operations() -> std::span<const operation* const> {
  static constexpr auto all = [] {
    std::array<const operation*, all_structural_operations::size> at{};
    std::transform(std::begin(detail::structural_library.entry), std::end(detail::structural_library.entry), at.begin(),
                   [](auto& op) { return &op; });
    return at;
  }();
  return all;
}

}  // namespace seegrad
