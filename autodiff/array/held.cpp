#include <autodiff/array/held.hpp>

#include <autodiff/array/error.hpp>
#include <fmt/format.h>
#include <new>

namespace seegrad {

using kept = std::shared_ptr<const void>;

auto detail::release_kept(array_body& b) noexcept -> void {
  static_cast<kept*>(b.data)->~kept();
  b.owner = nullptr;
}

// The owner stands in a block of the pool, in the place of elements. What shows the memory is a view of that block, so that views and copies of it
// count as those of any array do, and nothing is written to it, as nothing is to what others share.
auto held_memory(const void* data, dtype type, const dims& shape, const dims& strides, std::shared_ptr<const void> owner)
    -> array {
  if (shape.size() != strides.size())
    throw error(
        fmt::format("held_memory: the shape {} and the strides {} differ in length", to_string(shape), detail::to_list(strides)));
  const auto size = static_cast<std::intptr_t>(size_of(type));
  constexpr auto units = static_cast<index_t>((sizeof(kept) + sizeof(double) - 1) / sizeof(double));
  const auto keeper = array::uninitialized(type, {units * static_cast<index_t>(sizeof(double)) / size});
  const auto distance = reinterpret_cast<std::intptr_t>(data) - reinterpret_cast<std::intptr_t>(keeper.raw());
  if (distance % size != 0)
    throw error(fmt::format("held_memory: the address is not a multiple of {}, the size of a {}", size, name_of(type)));
  new (keeper.raw()) kept(std::move(owner));
  auto* body = static_cast<detail::array_body*>(const_cast<void*>(keeper.block()));
  body->owner = body;
  return keeper.view(shape, strides, distance / size);
}

}  // namespace seegrad
