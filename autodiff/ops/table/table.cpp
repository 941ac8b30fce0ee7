// The run-time table of the library's operations, made from their paragraphs.

#include <algorithm>
#include <autodiff/ops/table/make_operation.hpp>

namespace seegrad {

// Comparisons exist for the baseline alone; the other two are declared for the search below.
#define SEEGRAD_KERNELS_OF(set)                                                                        \
  extern template struct detail::kernel_group<detail::arithmetic_operations, instruction_set::set>;    \
  extern template struct detail::kernel_group<detail::exponential_operations, instruction_set::set>;   \
  extern template struct detail::kernel_group<detail::trigonometric_operations, instruction_set::set>; \
  extern template struct detail::kernel_group<detail::hyperbolic_operations, instruction_set::set>;    \
  extern template struct detail::kernel_group<detail::special_operations, instruction_set::set>;       \
  extern template struct detail::kernel_group<detail::comparison_operations, instruction_set::set>;    \
  extern template struct detail::kernel_group<detail::piecewise_operations, instruction_set::set>;     \
  extern template struct detail::kernel_group<detail::activation_operations, instruction_set::set>
SEEGRAD_KERNELS_OF(baseline);
#ifdef SEEGRAD_SETS
SEEGRAD_KERNELS_OF(avx2);
SEEGRAD_KERNELS_OF(avx512);
#endif
#undef SEEGRAD_KERNELS_OF

namespace detail {

// The kernels of an operation are compiled with those of the list that it stands in.
template <class Op, instruction_set S>
constexpr auto kernels_for() -> const array_kernels* {
  return []<class... Lists>(joined<Lists...>*) {
    const array_kernels* found = nullptr;
    ((contains<Op, Lists> ? void(found = &kernel_group<Lists, S>::entry[index_in<Op>(Lists{})]) : void()), ...);
    return found;
  }(static_cast<all_lists*>(nullptr));
}

template <class Op>
constexpr auto kernels_of() -> std::array<const array_kernels*, instruction_sets> {
  constexpr auto* only = kernels_for<Op, instruction_set::baseline>();
#ifdef SEEGRAD_SETS
  if constexpr (!Op::is_predicate)
    return {only, kernels_for<Op, instruction_set::avx2>(), kernels_for<Op, instruction_set::avx512>()};
#endif
  return {only, only, only};
}

template <class... Ops>
constexpr auto entries(operation_list<Ops...>) -> library_table {
  return {{make_operation<Ops>(kernels_of<Ops>())...}};
}
constexpr library_table library = entries(all_operations{});

}  // namespace detail

namespace {

using by_index_t = std::array<const operation*, all_operations::size>;
using by_code_t = std::array<const operation*, 256>;

constexpr by_index_t by_index = [] {
  by_index_t at{};
  std::transform(std::begin(detail::library.entry), std::end(detail::library.entry), at.begin(), [](auto& op) { return &op; });
  return at;
}();

constexpr by_code_t by_code = [] {
  by_code_t at{};
  auto to = at.begin() + detail::code::first_operation;
  for (const auto* op : by_index) to = std::fill_n(to, detail::codes_of(op->arity), op);
  return at;
}();

}  // namespace

auto operations() -> std::span<const operation* const> { return by_index; }

namespace detail {
auto operation_of_code(unsigned code) -> const operation* { return by_code[code]; }
}  // namespace detail

auto find_operation(std::string_view name) -> const operation* {
  const auto it = std::find_if(by_index.begin(), by_index.end(), [&](auto* op) { return op->name == name; });
  return it == by_index.end() ? nullptr : *it;
}

}  // namespace seegrad
