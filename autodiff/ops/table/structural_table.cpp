// The run-time table of the library's operations on arrays, made from their paragraphs.

#include <autodiff/ops/structural/make_structural.hpp>
#include <autodiff/ops/table/structural_list.hpp>

namespace seegrad {
namespace {

template <class... Ops>
auto entries(operation_list<Ops...>) -> std::span<const operation* const> {
  static const operation* const all[] = {&structural_operation<Ops>()...};
  return all;
}

}  // namespace

auto structural_operations() -> std::span<const operation* const> { return entries(detail::all_structural_operations{}); }

}  // namespace seegrad
